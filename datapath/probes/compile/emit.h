/* SPDX-License-Identifier: GPL-2.0 */
/* emit.h - steps that fetch and copy; each function is -EINVAL where there is no room. */
#ifndef WEIR_PROBES_COMPILE_EMIT_H
#define WEIR_PROBES_COMPILE_EMIT_H

#include "datapath/probes/compile/compiler.h"

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

/* What a pointer points to becomes a place. */
int compile_follow(struct compiler *c, struct operand *o, struct expr_span at);

#endif
