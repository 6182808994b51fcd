/* SPDX-License-Identifier: GPL-2.0 */
/* probe_compile.h - the parts of the compiler of plans. */
#ifndef WEIR_PROBE_COMPILE_H
#define WEIR_PROBE_COMPILE_H

#include "datapath/probe_plan.h"

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

/* --- steps: each is -EINVAL where there is no room --- */

int emit(struct compiler *c, struct expr_span span, const struct probe_step *step);

/* A fresh place in the file of values. */
int emit_to_new(struct compiler *c, struct expr_span span, struct probe_step step,
		uint8_t *ret_value);

/* A number in the file of values. -EINVAL: it is none. */
int operand_load(struct compiler *c, struct operand *operand);

/* Where it lies becomes a number. */
int operand_address(struct compiler *c, struct operand *operand);

bool operand_is_text(const struct operand *operand);

/* Bytes or text into the area; item: what becomes bad with it. */
int operand_read(struct compiler *c, const struct operand *operand, uint32_t offset, uint32_t size,
		 uint32_t item);

/* --- expressions --- */

int compile_node(struct compiler *c, const struct expr_node *node, struct operand *ret_operand);
int compile_binary(struct compiler *c, const struct expr_node *node, struct operand *o);
int compile_unary(struct compiler *c, const struct expr_node *node, struct operand *o);

/* What a pointer points to becomes a place. */
int compile_follow(struct compiler *c, struct operand *o, struct expr_span at);
int compile_call(struct compiler *c, const struct expr_node *node, struct operand *ret_operand);
int compile_name(struct compiler *c, struct expr_span name, bool of_args,
		 struct operand *ret_operand);
int compile_param(struct compiler *c, const struct probe_param *param, struct expr_span span,
		  struct operand *ret_operand);
int compile_field(struct compiler *c, const struct trace_field *field, struct expr_span span,
		  struct operand *ret_operand);

/* The condition, which ends the run where it does not hold. */
int compile_filter(struct compiler *c, const struct probe_question *q);

#endif
