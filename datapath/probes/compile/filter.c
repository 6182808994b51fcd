// SPDX-License-Identifier: GPL-2.0
/* filter.c - compiles --if, and orders its parts; see compile.h. */
#include "datapath/probes/compile/compile.h"

static int compile_term(struct compiler *c, const struct expr_node *node, enum probe_filter filter,
			struct operand *ret_operand)
{
	int ret = compile_node(c, node, ret_operand);

	if (!ret)
		ret = operand_load(c, ret_operand);
	if (!ret) /* the last step computes the condition */
		c->program->steps[c->program->plan.steps - 1].filter = (uint8_t)filter;
	return ret;
}

/*
 * "A and B" ends the run as soon as A is known to be false. If A cannot be bad, only B matters
 * after it.
 */
static int compile_condition(struct compiler *c, const struct expr_node *node,
			     enum probe_filter filter, struct operand *ret_operand)
{
	struct probe_step both = { .op = PROBE_BINARY, .offset = PROBE_AND };
	struct operand left;
	bool certain;
	int ret;

	if (node->kind != EXPR_BINARY || node->op != OP_AND)
		return compile_term(c, node, filter, ret_operand);
	ret = compile_condition(c, node->left, PROBE_FILTER_PART, &left);
	if (ret)
		return ret;
	certain = !(c->doubtful >> left.value & 1);
	ret = compile_condition(c, node->right, certain ? filter : PROBE_FILTER_PART, ret_operand);
	if (ret || certain)
		return ret;
	both.a = left.value;
	both.b = ret_operand->value;
	ret = emit_to_new(c, node->whole, both, &ret_operand->value);
	if (!ret)
		c->program->steps[c->program->plan.steps - 1].filter = (uint8_t)filter;
	return ret;
}

int compile_filter(struct compiler *c, const struct probe_question *q)
{
	struct operand o;

	c->text = q->texts[PART_FILTER];
	return compile_condition(c, q->filter.items[0], PROBE_FILTER_ALL, &o);
}

static bool needs_one_register(const struct probe_step *step, const struct probe_step *previous)
{
	switch (step->op) {
	case PROBE_BUILTIN:
	case PROBE_COMM_IS:
		return !previous || previous->filter;
	case PROBE_UNARY:
		return previous && !previous->filter && step->a == previous->dst;
	case PROBE_BINARY:
		return previous && !previous->filter && step->fixed && !step->doubt &&
		       step->offset < PROBE_AND &&
		       (step->fixed == PROBE_FIXED_A ? step->b : step->a) == previous->dst;
	default:
		return false;
	}
}

uint32_t probe_program_early(const struct probe_program *program)
{
	const struct probe_step *steps = program->steps;
	uint32_t whole = 0; /* steps that end with a whole condition */

	for (uint32_t i = 0; i < PROBE_EARLY && i < program->plan.steps; i++) {
		if (!needs_one_register(&steps[i], i ? &steps[i - 1] : NULL))
			break;
		if (steps[i].filter)
			whole = i + 1;
	}
	return whole;
}
