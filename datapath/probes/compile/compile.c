// SPDX-License-Identifier: GPL-2.0
/* compile.c - compiles a tree to steps; see compile.h. */
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/compile/compile.h"

/* --- members and elements --- */

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
		ret = compile_follow(c, o, o->span);
	if (ret)
		return ret;
	if (o->type.kind != KIND_STRUCT)
		return COMPILE_FAULT(c, node->name, "%s has type '%s', which has no members",
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

/* Computes base + index * size in memory. */
static int index_memory(struct compiler *c, struct operand *o, struct operand *index, uint32_t size)
{
	struct probe_step scale = {
		.op = PROBE_BINARY,
		.offset = PROBE_MUL,
		.fixed = PROBE_FIXED_B,
		.imm = size,
	};
	struct probe_step step = { .op = PROBE_BINARY, .offset = PROBE_ADD, .a = o->value };
	int ret;

	if (index->place == IN_CONST) {
		o->offset += (int64_t)index->number * size;
		return 0;
	}
	ret = operand_load(c, index);
	scale.a = index->value;
	if (!ret)
		ret = emit_to_new(c, index->span, scale, &step.b);
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
		return COMPILE_FAULT(c, o->span, "%s has type '%s', which has no elements",
				     PROBE_SHOW(o->span), o->type.name);
	if (array && index.place == IN_CONST && o->type.count && index.number >= o->type.count)
		return COMPILE_FAULT(c, index.span, "%s has %u elements, from [0] to [%u]",
				     PROBE_SHOW(o->span), o->type.count, o->type.count - 1);
	if (array && o->place == IN_RECORD && index.place != IN_CONST)
		return COMPILE_FAULT(c, index.span,
				     "in a tracepoint's record the index is a plain number");
	if (!array)
		ret = compile_follow(c, o, o->span);
	if (!ret)
		ret = index_memory(c, o, &index, element.size);
	o->type = element;
	o->span = node->whole;
	return ret;
}

/* --- the tree --- */

static int compile_cast(struct compiler *c, const struct expr_node *node, struct operand *o)
{
	char name[128];
	int id, ret = compile_node(c, node->left, o);

	if (!ret)
		ret = operand_load(c, o);
	if (ret)
		return ret;
	if (!c->scope->btf)
		return COMPILE_FAULT(c, node->name, "this kernel has no BTF, which casts need");
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
