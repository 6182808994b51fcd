// SPDX-License-Identifier: GPL-2.0
/* operators.c - compiles arithmetic, comparisons and logical operators; see compile.h. */
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/compile/compile.h"

static const char *const op_texts[OPS] = {
	[OP_OR] = "or",    [OP_AND] = "and",  [OP_NOT] = "not", [OP_EQ] = "==",  [OP_NE] = "!=",
	[OP_LT] = "<",     [OP_LE] = "<=",    [OP_GT] = ">",    [OP_GE] = ">=",  [OP_BITOR] = "|",
	[OP_BITXOR] = "^", [OP_BITAND] = "&", [OP_SHL] = "<<",  [OP_SHR] = ">>", [OP_ADD] = "+",
	[OP_SUB] = "-",    [OP_MUL] = "*",    [OP_DIV] = "/",   [OP_MOD] = "%",  [OP_NEG] = "-",
	[OP_INVERT] = "~", [OP_DEREF] = "*",
};

static int compare_in_area(struct compiler *c, const struct expr_node *node,
			   const struct operand *text, uint32_t size, struct probe_step *step,
			   uint8_t *ret_value)
{
	int ret;

	c->temporary -= (size + 15) & ~7U; /* rounded to whole words */
	step->op = PROBE_COMPARE;
	step->doubt = text->place != IN_RECORD;
	step->offset = c->temporary;
	step->item = (uint16_t)c->item_temporary++;
	if (step->item > 63 || c->temporary < PROBE_DATA / 2)
		return COMPILE_FAULT(c, text->span, "too many texts are compared");
	ret = operand_read(c, text, step->offset, size, step->item);
	return ret ? ret : emit_to_new(c, node->whole, *step, ret_value);
}

/* Compares a text with a literal of the expression. */
static int compare_texts(struct compiler *c, const struct expr_node *node, struct operand *text,
			 const struct operand *literal, struct operand *o)
{
	struct probe_program *p = c->program;
	uint32_t length = (uint32_t)literal->span.length, size;
	struct probe_step step = { .size = (uint16_t)(length + 1) };
	struct probe_step not = { .op = PROBE_UNARY, .offset = PROBE_NOT };
	int ret;

	if (!operand_is_text(text))
		return COMPILE_FAULT(c, text->span, "%s is not a text; use str(%.*s)",
				     PROBE_SHOW(text->span), (int)text->span.length,
				     text->span.start);
	size = text->place == IS_COMM ? 16 : text->type.size;
	if (!size || size > PROBE_STRING)
		size = PROBE_STRING;
	if (length >= size)
		return COMPILE_FAULT(c, literal->span, "%s is never longer than %u bytes",
				     PROBE_SHOW(text->span), size - 1);
	if (p->text_used + length + 8 > PROBE_TEXT)
		return COMPILE_FAULT(c, literal->span,
				     "all texts together are longer than %d bytes", PROBE_TEXT);
	memcpy(p->texts + p->text_used, literal->span.start, length);
	step.imm = p->text_used;
	p->text_used += (length + 8) & ~7U; /* they are compared eight bytes at a time */
	if (text->place == IS_COMM) {
		step.op = PROBE_COMM_IS;
		ret = emit_to_new(c, node->whole, step, &o->value);
	} else {
		ret = compare_in_area(c, node, text, size, &step, &o->value);
	}
	not .a = o->value;
	return !ret && node->op == OP_NE ? emit_to_new(c, node->whole, not, &o->value) : ret;
}

static int compile_text_comparison(struct compiler *c, const struct expr_node *node,
				   struct operand *left, struct operand *right, struct operand *o)
{
	if (node->op != OP_EQ && node->op != OP_NE)
		return COMPILE_FAULT(c, node->whole,
				     "texts are compared by '==' and '!=', not '%s'",
				     op_texts[node->op]);
	if (left->place == IS_LITERAL && right->place == IS_LITERAL)
		return COMPILE_FAULT(c, node->whole, "both sides are fixed texts");
	if (right->place == IS_LITERAL)
		return compare_texts(c, node, left, right, o);
	if (left->place == IS_LITERAL)
		return compare_texts(c, node, right, left, o);
	return COMPILE_FAULT(c, node->whole, "a text can only be compared with a quoted text");
}

/* A literal number adopts the signedness of the other side if it fits. */
static bool fits_signed(const struct operand *o)
{
	if (o->place != IN_CONST)
		return o->type.is_signed;
	return o->type.is_signed || o->number <= INT64_MAX;
}

/* The operation is signed if both sides are, as in C. */
static bool both_signed(const struct operand *a, const struct operand *b)
{
	return fits_signed(a) && fits_signed(b);
}

static void choose(enum expr_op op, bool is_signed, struct probe_step *step)
{
	static const struct {
		enum probe_binary plain, with_sign;
		bool swap;
	} table[OPS] = {
		[OP_OR] = { PROBE_OR, PROBE_OR, false },
		[OP_AND] = { PROBE_AND, PROBE_AND, false },
		[OP_EQ] = { PROBE_EQ, PROBE_EQ, false },
		[OP_NE] = { PROBE_NE, PROBE_NE, false },
		[OP_LT] = { PROBE_LT, PROBE_SLT, false },
		[OP_LE] = { PROBE_LE, PROBE_SLE, false },
		[OP_GT] = { PROBE_LT, PROBE_SLT, true },
		[OP_GE] = { PROBE_LE, PROBE_SLE, true },
		[OP_BITOR] = { PROBE_BITOR, PROBE_BITOR, false },
		[OP_BITXOR] = { PROBE_BITXOR, PROBE_BITXOR, false },
		[OP_BITAND] = { PROBE_BITAND, PROBE_BITAND, false },
		[OP_SHL] = { PROBE_SHL, PROBE_SHL, false },
		[OP_SHR] = { PROBE_SHR, PROBE_SAR, false },
		[OP_ADD] = { PROBE_ADD, PROBE_ADD, false },
		[OP_SUB] = { PROBE_SUB, PROBE_SUB, false },
		[OP_MUL] = { PROBE_MUL, PROBE_MUL, false },
		[OP_DIV] = { PROBE_DIV, PROBE_SDIV, false },
		[OP_MOD] = { PROBE_MOD, PROBE_SMOD, false },
	};

	step->offset = is_signed ? table[op].with_sign : table[op].plain;
	if (table[op].swap) {
		uint8_t a = step->a;

		step->a = step->b;
		step->b = a;
		if (step->fixed)
			step->fixed = step->fixed == PROBE_FIXED_A ? PROBE_FIXED_B : PROBE_FIXED_A;
	}
}

static bool is_truth(enum expr_op op)
{
	return op <= OP_GE;
}

/* A literal number goes into the step and needs no value. */
static int load_sides(struct compiler *c, struct operand *left, struct operand *right,
		      struct probe_step *step)
{
	int ret = 0;

	if (right->place == IN_CONST) {
		step->fixed = PROBE_FIXED_B;
		step->imm = (__s64)right->number;
	} else if (left->place == IN_CONST) {
		step->fixed = PROBE_FIXED_A;
		step->imm = (__s64)left->number;
	}
	if (step->fixed != PROBE_FIXED_A)
		ret = operand_load(c, left);
	if (!ret && step->fixed != PROBE_FIXED_B)
		ret = operand_load(c, right);
	step->a = left->value;
	step->b = right->value;
	return ret;
}

int compile_binary(struct compiler *c, const struct expr_node *node, struct operand *o)
{
	struct probe_step step = { .op = PROBE_BINARY };
	struct operand left, right;
	bool is_signed;
	int ret = compile_node(c, node->left, &left);

	if (!ret)
		ret = compile_node(c, node->right, &right);
	if (ret)
		return ret;
	o->place = IN_VALUE;
	o->type = probe_type_int(is_truth(node->op) ? 1 : 8, false);
	if (left.place == IS_LITERAL || right.place == IS_LITERAL ||
	    (is_truth(node->op) && operand_is_text(&left) && operand_is_text(&right)))
		return compile_text_comparison(c, node, &left, &right, o);
	if ((node->op == OP_DIV || node->op == OP_MOD) && right.place == IN_CONST && !right.number)
		return COMPILE_FAULT(c, right.span, "division by 0");
	is_signed = both_signed(&left, &right);
	ret = load_sides(c, &left, &right, &step);
	if (ret)
		return ret;
	if (!is_truth(node->op))
		o->type = probe_type_int(8, is_signed);
	choose(node->op, is_signed, &step);
	return emit_to_new(c, node->whole, step, &o->value);
}

int compile_unary(struct compiler *c, const struct expr_node *node, struct operand *o)
{
	struct probe_step step = { .op = PROBE_UNARY };
	int ret = compile_node(c, node->left, o);

	if (ret)
		return ret;
	if (node->op == OP_DEREF) {
		ret = compile_follow(c, o, o->span);
		o->span = node->whole;
		return ret;
	}
	if (node->op == OP_NEG && o->place == IN_CONST) {
		o->number = -o->number;
		o->type.is_signed = true;
		o->span = node->whole;
		return 0;
	}
	ret = operand_load(c, o);
	step.a = o->value;
	step.offset = node->op == OP_NEG   ? PROBE_NEG
		      : node->op == OP_NOT ? PROBE_NOT
					   : PROBE_INVERT;
	o->type = node->op == OP_NOT ? probe_type_int(1, false)
				     : probe_type_int(8, node->op == OP_NEG || o->type.is_signed);
	return ret ? ret : emit_to_new(c, node->whole, step, &o->value);
}
