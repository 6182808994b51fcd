// SPDX-License-Identifier: GPL-2.0
/* calls.c - str(), ip(), ntohs() and the other functions; see compile.h. */
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/compile/compile.h"

#define ANY_STRING 128 /* default size of str() */

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
		return COMPILE_FAULT(c, node->whole, "a quoted text needs no str()");
	if (o->type.kind == KIND_ARRAY)
		ret = operand_address(c, o);
	else
		ret = operand_load(c, o);
	o->place = IS_STRING;
	o->offset = 0;
	o->type = (struct probe_type){ .kind = KIND_TEXT, .size = size, .name = "string" };
	return ret;
}

/* Formats the bytes at an address, or those of a number. */
static int call_address(struct compiler *c, const struct expr_node *node, struct operand *o,
			enum probe_kind kind)
{
	uint32_t size = o->type.size;
	bool right = kind == KIND_MAC ? size == 6 : size == 4 || size == 16;
	int ret;

	if (node->right)
		return COMPILE_FAULT(c, node->right->whole, "ip() and mac() take one value");
	if (o->type.kind == KIND_POINTER) {
		ret = compile_follow(c, o, o->span);
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
					     ? "mac() takes 6 bytes, and %s has type '%s'"
					     : "ip() takes 4 or 16 bytes, and %s has type '%s'",
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
	uint32_t size; /* bytes of the result */
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
				     "unknown function %s; the functions are str, ip, mac, sym, "
				     "hex, ntohs, ntohl, u8 to u64, s8 to s64",
				     PROBE_SHOW(node->name));
	ret = compile_node(c, node->left, o);
	if (ret)
		return ret;
	if (span_is(node->name, "str"))
		return call_str(c, node, o);
	return call_address(c, node, o, span_is(node->name, "ip") ? KIND_IP : KIND_MAC);
}
