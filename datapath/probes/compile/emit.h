/* SPDX-License-Identifier: GPL-2.0 */
/* emit.h - emits steps that load and copy; each function returns -EINVAL if there is no room. */
#ifndef WEIR_PROBES_COMPILE_EMIT_H
#define WEIR_PROBES_COMPILE_EMIT_H

#include "datapath/probes/compile/compiler.h"

int emit(struct compiler *c, struct expr_span span, const struct probe_step *step);

/* Emits a step with a new value as its destination. */
int emit_to_new(struct compiler *c, struct expr_span span, struct probe_step step,
		uint8_t *ret_value);

/* Loads the operand as a number into a value. Returns -EINVAL if it is not a number. */
int operand_load(struct compiler *c, struct operand *operand);

/* Loads the address of the operand as a number. */
int operand_address(struct compiler *c, struct operand *operand);

bool operand_is_text(const struct operand *operand);

/* Copies bytes or text to the area. item: marked as bad if that fails. */
int operand_read(struct compiler *c, const struct operand *operand, uint32_t offset, uint32_t size,
		 uint32_t item);

/* Makes a place of what a pointer points to. */
int compile_follow(struct compiler *c, struct operand *o, struct expr_span at);

#endif
