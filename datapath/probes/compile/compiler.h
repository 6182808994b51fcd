/* SPDX-License-Identifier: GPL-2.0 */
/* compiler.h - state of the plan compiler. */
#ifndef WEIR_PROBES_COMPILE_COMPILER_H
#define WEIR_PROBES_COMPILE_COMPILER_H

#include "datapath/probes/compile/plan.h"

struct compiler {
	const struct probe_scope *scope;
	struct probe_program *program;
	const char *text; /* source text being compiled */
	struct probe_fault *fault;
	uint8_t next_value;
	uint64_t doubtful;  /* mask of values that may be bad, or were at some point */
	uint32_t temporary; /* scratch space: starts here, grows down to the event */
	uint32_t item_temporary;
};

enum place {
	IN_CONST,
	IN_VALUE,
	AT_MEMORY,  /* `value` + offset */
	IN_RECORD,  /* in the tracepoint's record, at offset */
	IS_LITERAL, /* quoted text */
	IS_COMM,
	IS_STRING, /* NUL-terminated, at `value` + offset; type.size is the maximum */
};

struct operand {
	enum place place;
	struct probe_type type;
	struct expr_span span; /* in the source; for a literal, its text */
	uint64_t number;
	uint8_t value;
	int64_t offset;
	enum probe_space space;
	uint32_t bit;   /* of a bit field, counted from `offset` */
	uint32_t width; /* in bits; 0: not a bit field */
};

#define COMPILE_FAULT(c, span, ...) \
	probe_fault_at((c)->fault, (c)->text, (span).start, (span).length, __VA_ARGS__)

#endif
