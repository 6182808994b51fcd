// SPDX-License-Identifier: GPL-2.0
/* probe_compile.c - from a tree to steps; see probe_compile.h. */
#include <errno.h>
#include <string.h>
#include "cleanup.h"
#include "probe_compile.h"

#define ANY_STRING 128 /* bytes of str() where nobody says how many */

/* --- members and elements --- */

/* What a pointer points to, as a place. */
static int follow(struct compiler *c, struct operand *o, struct expr_span at)
{
	struct probe_type target = probe_type_element(&o->type);
	int ret;

	if (o->type.kind != KIND_POINTER)
		return COMPILE_FAULT(c, at, "%s is of type '%s' and points nowhere",
				     PROBE_SHOW(o->span), o->type.name);
	if (target.kind == KIND_OTHER)
		return COMPILE_FAULT(c, at, "nothing is known of what %s points to: it is a '%s'",
				     PROBE_SHOW(o->span), o->type.name);
	if (!c->scope->kernel && o->space != PROBE_USER && target.kind == KIND_STRUCT)
		return COMPILE_FAULT(c, at,
				     "what %s points to is the kernel's memory, and lockdown "
				     "(confidentiality) forbids to read that",
				     PROBE_SHOW(o->span));
	ret = operand_load(c, o);
	o->place = AT_MEMORY;
	o->offset = 0;
	o->type = target;
	return ret;
}

static int compile_args_member(struct compiler *c, const struct expr_node *node,
			       struct operand *ret_operand)
{
	int ret = compile_name(c, node->name, true, ret_operand);

	if (!ret)
		ret_operand->span = node->whole;
	return ret;
}

static int compile_member(struct compiler *c, const struct expr_node *node, struct operand *o)
{
	struct probe_member member;
	const char *similar;
	int ret;

	if (node->left->kind == EXPR_NAME && span_is(node->left->name, "args"))
		return compile_args_member(c, node, o);
	ret = compile_node(c, node->left, o);
	if (ret)
		return ret;
	if (!node->arrow && o->type.kind == KIND_POINTER)
		return COMPILE_FAULT(c, node->name, "%s is a pointer: write '->' before %s",
				     PROBE_SHOW(o->span), PROBE_SHOW(node->name));
	if (node->arrow && o->type.kind == KIND_STRUCT)
		return COMPILE_FAULT(c, node->name, "%s is a structure itself: write '.' before %s",
				     PROBE_SHOW(o->span), PROBE_SHOW(node->name));
	if (node->arrow)
		ret = follow(c, o, o->span);
	if (ret)
		return ret;
	if (o->type.kind != KIND_STRUCT)
		return COMPILE_FAULT(c, node->name, "%s is of type '%s', which has no members",
				     PROBE_SHOW(o->span), o->type.name);
	if (probe_type_member(&o->type, node->name.start, node->name.length, &member) < 0) {
		similar = probe_type_similar(&o->type, node->name.start, node->name.length);
		return COMPILE_FAULT(c, node->name, "'%s' has no member %s%s%s%s", o->type.name,
				     PROBE_SHOW(node->name), similar ? "; it has '" : "",
				     similar ? similar : "", similar ? "'" : "");
	}
	o->type = member.type;
	o->offset += member.bits / 8;
	o->bit = member.bits % 8;
	o->width = member.width;
	o->span = node->whole;
	return 0;
}

/* Base + index * size, of memory. */
static int index_memory(struct compiler *c, struct operand *o, struct operand *index, uint32_t size)
{
	struct operand scale = { .place = IN_CONST,
				 .span = index->span,
				 .number = size,
				 .type = probe_type_int(8, false) };
	struct probe_step step = { .op = PROBE_BINARY, .offset = PROBE_MUL };
	int ret;

	if (index->place == IN_CONST) {
		o->offset += (int64_t)index->number * size;
		return 0;
	}
	ret = operand_load(c, index);
	if (!ret)
		ret = operand_load(c, &scale);
	step.a = index->value;
	step.b = scale.value;
	if (!ret)
		ret = emit_to_new(c, index->span, step, &step.b);
	step.a = o->value;
	step.offset = PROBE_ADD;
	return ret ? ret : emit_to_new(c, index->span, step, &o->value);
}

static int compile_index(struct compiler *c, const struct expr_node *node, struct operand *o)
{
	struct operand index;
	struct probe_type element;
	bool array;
	int ret = compile_node(c, node->left, o);

	if (!ret)
		ret = compile_node(c, node->right, &index);
	if (ret)
		return ret;
	array = o->type.kind == KIND_ARRAY;
	element = probe_type_element(&o->type);
	if ((!array && o->type.kind != KIND_POINTER) || !element.size)
		return COMPILE_FAULT(c, o->span, "%s is of type '%s', which has no elements",
				     PROBE_SHOW(o->span), o->type.name);
	if (array && index.place == IN_CONST && o->type.count && index.number >= o->type.count)
		return COMPILE_FAULT(c, index.span, "%s has %u elements, from [0] to [%u]",
				     PROBE_SHOW(o->span), o->type.count, o->type.count - 1);
	if (array && o->place == IN_RECORD && index.place != IN_CONST)
		return COMPILE_FAULT(c, index.span,
				     "in a tracepoint's record the index is a plain number");
	if (!array)
		ret = follow(c, o, o->span);
	if (!ret)
		ret = index_memory(c, o, &index, element.size);
	o->type = element;
	o->span = node->whole;
	return ret;
}

/* --- operators --- */

static const char *const op_texts[OPS] = {
	[OP_OR] = "or",    [OP_AND] = "and",  [OP_NOT] = "not", [OP_EQ] = "==",  [OP_NE] = "!=",
	[OP_LT] = "<",     [OP_LE] = "<=",    [OP_GT] = ">",    [OP_GE] = ">=",  [OP_BITOR] = "|",
	[OP_BITXOR] = "^", [OP_BITAND] = "&", [OP_SHL] = "<<",  [OP_SHR] = ">>", [OP_ADD] = "+",
	[OP_SUB] = "-",    [OP_MUL] = "*",    [OP_DIV] = "/",   [OP_MOD] = "%",  [OP_NEG] = "-",
	[OP_INVERT] = "~", [OP_DEREF] = "*",
};

/* A text in the area is compared with one that the program brings. */
static int compare_texts(struct compiler *c, const struct expr_node *node, struct operand *text,
			 const struct operand *literal, struct operand *o)
{
	struct probe_program *p = c->program;
	uint32_t length = (uint32_t)literal->span.length, size;
	struct probe_step step = { .op = PROBE_COMPARE, .size = (uint16_t)(length + 1) };
	struct probe_step not = { .op = PROBE_UNARY, .offset = PROBE_NOT };
	int ret;

	if (!operand_is_text(text))
		return COMPILE_FAULT(c, text->span, "%s is no text; str(%.*s) reads one",
				     PROBE_SHOW(text->span), (int)text->span.length,
				     text->span.start);
	size = text->place == IS_COMM ? 16 : text->type.size;
	if (!size || size > PROBE_STRING)
		size = PROBE_STRING;
	if (length >= size)
		return COMPILE_FAULT(c, literal->span, "%s is never longer than %u bytes",
				     PROBE_SHOW(text->span), size - 1);
	if (p->text_used + length + 1 > PROBE_TEXT)
		return COMPILE_FAULT(c, literal->span,
				     "all texts together are longer than %d bytes", PROBE_TEXT);
	memcpy(p->texts + p->text_used, literal->span.start, length);
	step.imm = p->text_used;
	p->text_used += length + 1;
	c->temporary -= (size + 15) & ~7U;
	step.offset = c->temporary;
	step.item = (uint16_t)c->item_temporary++;
	if (step.item > 63 || c->temporary < PROBE_DATA / 2)
		return COMPILE_FAULT(c, text->span, "too many texts are compared");
	ret = operand_read(c, text, step.offset, size, step.item);
	if (!ret)
		ret = emit_to_new(c, node->whole, step, &o->value);
	not .a = o->value;
	if (!ret && node->op == OP_NE)
		ret = emit_to_new(c, node->whole, not, &o->value);
	return ret;
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
	return COMPILE_FAULT(c, node->whole,
			     "a text is compared with one in quotes, not with another");
}

/* A plain number that fits goes along with the other side. */
static bool fits_signed(const struct operand *o)
{
	if (o->place != IN_CONST)
		return o->type.is_signed;
	return o->type.is_signed || o->number <= INT64_MAX;
}

/* Signed where both are, as in C. */
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
	}
}

static bool is_truth(enum expr_op op)
{
	return op <= OP_GE;
}

static int compile_binary(struct compiler *c, const struct expr_node *node, struct operand *o)
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
	if (left.place == IS_LITERAL || right.place == IS_LITERAL)
		return compile_text_comparison(c, node, &left, &right, o);
	if ((node->op == OP_DIV || node->op == OP_MOD) && right.place == IN_CONST && !right.number)
		return COMPILE_FAULT(c, right.span, "nothing is divided by 0");
	is_signed = both_signed(&left, &right);
	ret = operand_load(c, &left);
	if (!ret)
		ret = operand_load(c, &right);
	if (ret)
		return ret;
	if (!is_truth(node->op))
		o->type = probe_type_int(8, is_signed);
	step.a = left.value;
	step.b = right.value;
	choose(node->op, is_signed, &step);
	return emit_to_new(c, node->whole, step, &o->value);
}

static int compile_unary(struct compiler *c, const struct expr_node *node, struct operand *o)
{
	struct probe_step step = { .op = PROBE_UNARY };
	int ret = compile_node(c, node->left, o);

	if (ret)
		return ret;
	if (node->op == OP_DEREF) {
		ret = follow(c, o, o->span);
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

static int compile_cast(struct compiler *c, const struct expr_node *node, struct operand *o)
{
	char name[128];
	int id, ret = compile_node(c, node->left, o);

	if (!ret)
		ret = operand_load(c, o);
	if (ret)
		return ret;
	if (!c->scope->btf)
		return COMPILE_FAULT(c, node->name,
				     "this kernel has no BTF, which knows structures");
	snprintf(name, sizeof(name), "%.*s", (int)node->name.length, node->name.start);
	id = btf__find_by_name_kind(c->scope->btf, name, BTF_KIND_STRUCT);
	if (id <= 0)
		return COMPILE_FAULT(c, node->name, "this kernel has no 'struct %s'", name);
	o->type = (struct probe_type){ .kind = KIND_POINTER,
				       .btf = c->scope->btf,
				       .id = (uint32_t)id,
				       .size = sizeof(void *) };
	snprintf(o->type.name, sizeof(o->type.name), "struct %.50s *", name);
	return 0;
}

int compile_node(struct compiler *c, const struct expr_node *node, struct operand *ret_operand)
{
	struct operand o = { .span = node->whole, .space = c->scope->space };
	int ret = 0;

	switch (node->kind) {
	case EXPR_NUMBER:
		o.place = IN_CONST;
		o.number = node->number;
		o.type = probe_type_int(8, false);
		break;
	case EXPR_STRING:
		o.place = IS_LITERAL;
		o.span = node->name;
		break;
	case EXPR_NAME:
		ret = compile_name(c, node->name, false, &o);
		break;
	case EXPR_MEMBER:
		ret = compile_member(c, node, &o);
		break;
	case EXPR_INDEX:
		ret = compile_index(c, node, &o);
		break;
	case EXPR_CALL:
		ret = compile_call(c, node, &o);
		break;
	case EXPR_CAST:
		ret = compile_cast(c, node, &o);
		break;
	case EXPR_UNARY:
		ret = compile_unary(c, node, &o);
		break;
	case EXPR_BINARY:
		ret = compile_binary(c, node, &o);
		break;
	}
	if (ret)
		return ret;
	if (node->kind != EXPR_STRING)
		o.span = node->whole;
	*ret_operand = o;
	return 0;
}

/* --- functions --- */

static int call_str(struct compiler *c, const struct expr_node *node, struct operand *o)
{
	uint32_t size = ANY_STRING;
	int ret = 0;

	if (node->right) {
		if (node->right->kind != EXPR_NUMBER || !node->right->number ||
		    node->right->number > PROBE_STRING)
			return COMPILE_FAULT(c, node->right->whole,
					     "str() reads from 1 to %d bytes", PROBE_STRING);
		size = (uint32_t)node->right->number;
	}
	if (o->place == IS_COMM || o->place == IS_STRING)
		return 0;
	if (o->type.kind == KIND_ARRAY && o->type.of_char)
		return 0;
	if (o->place == IS_LITERAL)
		return COMPILE_FAULT(c, node->whole, "a text in quotes is one already");
	if (o->type.kind == KIND_ARRAY)
		ret = operand_address(c, o);
	else
		ret = operand_load(c, o);
	o->place = IS_STRING;
	o->offset = 0;
	o->type = (struct probe_type){ .kind = KIND_TEXT, .size = size, .name = "string" };
	return ret;
}

/* The bytes of an address, in place or as a number. */
static int call_address(struct compiler *c, const struct expr_node *node, struct operand *o,
			enum probe_kind kind)
{
	uint32_t size = o->type.size;
	bool right = kind == KIND_MAC ? size == 6 : size == 4 || size == 16;
	int ret;

	if (node->right)
		return COMPILE_FAULT(c, node->right->whole, "ip() and mac() take one value");
	if (o->type.kind == KIND_POINTER) {
		ret = follow(c, o, o->span);
		if (ret)
			return ret;
		size = o->type.size;
		right = kind == KIND_MAC ? size == 6 || size == 1 : size == 4 || size == 16;
		if (kind == KIND_MAC && size == 1)
			size = o->type.size = 6;
	}
	if (!right || (o->place != AT_MEMORY && o->place != IN_RECORD && size != 4))
		return COMPILE_FAULT(c, o->span,
				     kind == KIND_MAC
					     ? "mac() takes 6 bytes, and %s is of type '%s'"
					     : "ip() takes 4 or 16 bytes, and %s is of type '%s'",
				     PROBE_SHOW(o->span), o->type.name);
	o->type.is_signed = false;
	if (size == 4 && o->type.kind != KIND_ARRAY && o->type.kind != KIND_STRUCT) {
		ret = operand_load(c, o);
		if (ret)
			return ret;
	}
	o->type = (struct probe_type){ .kind = kind, .size = size };
	strcpy(o->type.name, kind == KIND_MAC ? "mac" : "ip");
	return 0;
}

static const struct function {
	const char *name;
	enum probe_unary swap;
	uint32_t size; /* of the number it makes */
	bool is_signed;
	bool swaps;
	enum probe_kind kind;
} functions[] = {
	{ "ntohs", PROBE_SWAP16, 2, false, true, KIND_INT },
	{ "htons", PROBE_SWAP16, 2, false, true, KIND_INT },
	{ "ntohl", PROBE_SWAP32, 4, false, true, KIND_INT },
	{ "htonl", PROBE_SWAP32, 4, false, true, KIND_INT },
	{ "sym", 0, 8, false, false, KIND_SYMBOL },
	{ "hex", 0, 8, false, false, KIND_HEX },
	{ "u8", 0, 1, false, false, KIND_INT },
	{ "u16", 0, 2, false, false, KIND_INT },
	{ "u32", 0, 4, false, false, KIND_INT },
	{ "u64", 0, 8, false, false, KIND_INT },
	{ "s8", 0, 1, true, false, KIND_INT },
	{ "s16", 0, 2, true, false, KIND_INT },
	{ "s32", 0, 4, true, false, KIND_INT },
	{ "s64", 0, 8, true, false, KIND_INT },
};

static int call_number(struct compiler *c, const struct expr_node *node, struct operand *o,
		       const struct function *f)
{
	struct probe_step step = { .a = 0 };
	int ret;

	if (node->right)
		return COMPILE_FAULT(c, node->right->whole, "%s() takes one value", f->name);
	ret = operand_load(c, o);
	if (ret)
		return ret;
	o->type = probe_type_int(f->size, f->is_signed);
	o->type.kind = f->kind;
	step.a = o->value;
	if (f->swaps) {
		step.op = PROBE_UNARY;
		step.offset = f->swap;
	} else if (f->size < 8) {
		step.op = PROBE_EXTEND;
		step.offset = 64 - f->size * 8;
		step.size = (uint16_t)step.offset;
		step.b = f->is_signed;
	} else {
		return 0;
	}
	return emit_to_new(c, node->whole, step, &o->value);
}

int compile_call(struct compiler *c, const struct expr_node *node, struct operand *o)
{
	int ret;

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		if (!span_is(node->name, functions[i].name))
			continue;
		ret = compile_node(c, node->left, o);
		return ret ? ret : call_number(c, node, o, &functions[i]);
	}
	if (!span_is(node->name, "str") && !span_is(node->name, "ip") &&
	    !span_is(node->name, "mac"))
		return COMPILE_FAULT(c, node->name,
				     "there is no function %s: str, ip, mac, sym, hex, ntohs, "
				     "ntohl, u8 to u64, s8 to s64",
				     PROBE_SHOW(node->name));
	ret = compile_node(c, node->left, o);
	if (ret)
		return ret;
	if (span_is(node->name, "str"))
		return call_str(c, node, o);
	return call_address(c, node, o, span_is(node->name, "ip") ? KIND_IP : KIND_MAC);
}
