/* SPDX-License-Identifier: GPL-2.0 */
/* compile.h - compiles expressions to steps; each function compiles one part of the tree. */
#ifndef WEIR_PROBES_COMPILE_COMPILE_H
#define WEIR_PROBES_COMPILE_COMPILE_H

#include "datapath/probes/compile/emit.h"

int compile_node(struct compiler *c, const struct expr_node *node, struct operand *ret_operand);
int compile_binary(struct compiler *c, const struct expr_node *node, struct operand *o);
int compile_unary(struct compiler *c, const struct expr_node *node, struct operand *o);

int compile_call(struct compiler *c, const struct expr_node *node, struct operand *o);
int compile_name(struct compiler *c, struct expr_span name, bool of_args, struct operand *o);
int compile_param(struct compiler *c, const struct probe_param *param, struct expr_span span,
		  struct operand *o);
int compile_field(struct compiler *c, const struct trace_field *field, struct expr_span span,
		  struct operand *o);

/* Compiles the condition, which ends the run if it is false. */
int compile_filter(struct compiler *c, const struct probe_question *q);

#endif
