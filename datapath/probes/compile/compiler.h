/* SPDX-License-Identifier: GPL-2.0 */
/* compiler.h - what the parts of the compiler of plans work on. */
#ifndef WEIR_PROBES_COMPILE_COMPILER_H
#define WEIR_PROBES_COMPILE_COMPILER_H

#include "datapath/probes/compile/plan.h"

struct compiler {
	const struct probe_scope *scope;
	struct probe_program *program;
	const char *text; /* the source of what is compiled */
	struct probe_fault *fault;
	uint8_t next_value;
	uint64_t doubtful;  /* bits of values: one that may be bad is there, or was */
	uint32_t temporary; /* begins here, grows down to the end of the event */
	uint32_t item_temporary;
};

enum place {
	IN_CONST,
	IN_VALUE,
	AT_MEMORY,  /* `value` + offset */
	IN_RECORD,  /* of a tracepoint, at offset */
	IS_LITERAL, /* text in quotes */
	IS_COMM,
	IS_STRING, /* 0-terminated, at `value` + offset; type.size is the most of it */
};

struct operand {
	enum place place;
	struct probe_type type;
	struct expr_span span; /* of its source; of a literal the text */
	uint64_t number;
	uint8_t value;
	int64_t offset;
	enum probe_space space;
	uint32_t bit;   /* of a bit field, from `offset` on */
	uint32_t width; /* in bits; 0: no bit field */
};

#define COMPILE_FAULT(c, span, ...) \
	probe_fault_at((c)->fault, (c)->text, (span).start, (span).length, __VA_ARGS__)

#endif
