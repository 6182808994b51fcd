// SPDX-License-Identifier: GPL-2.0
/*
 * btf_declare.c - formats a C declaration of a type. libbpf's btf_dump prints whole definitions and
 * has to be set up for each set of types, but a list has tens of thousands of arguments.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/kernel/btf.h"

#define MAX_DEPTH 32 /* nesting of types; damaged BTF may have cycles */

/* The declarator built so far, which grows on both sides of the name. */
struct declarator {
	char text[256];
	bool pointer; /* starts with '*', so an array or function needs parentheses */
};

static void before(struct declarator *d, const char *text)
{
	size_t length = strlen(text), used = strlen(d->text);

	if (used + length >= sizeof(d->text))
		used = sizeof(d->text) - 1 - length;
	memmove(d->text + length, d->text, used);
	memcpy(d->text, text, length);
	d->text[length + used] = '\0';
}

__attribute__((format(printf, 2, 3))) static void behind(struct declarator *d, const char *fmt, ...)
{
	size_t used = strlen(d->text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(d->text + used, sizeof(d->text) - used, fmt, args);
	va_end(args);
}

static void bracket(struct declarator *d)
{
	if (d->pointer) {
		before(d, "(");
		behind(d, ")");
	}
	d->pointer = false;
}

static void declare(const struct btf *btf, uint32_t id, const char *name, int depth, char *ret_text,
		    size_t size);

static void add_parameters(const struct btf *btf, const struct btf_type *proto,
			   struct declarator *d, int depth)
{
	const struct btf_param *params = btf_params(proto);
	char text[128];

	bracket(d);
	behind(d, "(");
	for (int i = 0; i < btf_vlen(proto); i++) {
		declare(btf, params[i].type, "", depth + 1, text, sizeof(text));
		behind(d, "%s%s", i ? ", " : "", params[i].type ? text : "...");
	}
	behind(d, "%s)", btf_vlen(proto) ? "" : "void");
}

static const char *tag_of(const struct btf_type *type)
{
	switch (btf_kind(type)) {
	case BTF_KIND_UNION:
		return "union ";
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return "enum ";
	case BTF_KIND_FWD:
		return btf_kflag(type) ? "union " : "struct ";
	case BTF_KIND_STRUCT:
		return "struct ";
	default:
		return "";
	}
}

/* "const " and so on: before a name, or after the '*' of a pointer. */
static const char *qualifier(const struct btf_type *type)
{
	switch (btf_kind(type)) {
	case BTF_KIND_CONST:
		return "const ";
	case BTF_KIND_VOLATILE:
		return "volatile ";
	case BTF_KIND_RESTRICT:
		return "restrict ";
	default:
		return "";
	}
}

/*
 * Moves the outermost part of the type into the declarator. Returns NULL when it reaches a named
 * type.
 */
static const struct btf_type *unwrap(const struct btf *btf, const struct btf_type *type,
				     struct declarator *d, char *qualifiers, size_t size, int depth)
{
	const struct btf_type *inner;

	switch (btf_kind(type)) {
	case BTF_KIND_PTR:
		before(d, "*");
		d->pointer = true;
		return btf__type_by_id(btf, type->type);
	case BTF_KIND_ARRAY:
		bracket(d);
		behind(d, "[%u]", btf_array(type)->nelems);
		return btf__type_by_id(btf, btf_array(type)->type);
	case BTF_KIND_FUNC_PROTO:
		add_parameters(btf, type, d, depth);
		return btf__type_by_id(btf, type->type);
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
		inner = btf__type_by_id(btf, type->type);
		if (inner && btf_is_ptr(inner))
			before(d, qualifier(type));
		else
			snprintf(qualifiers + strlen(qualifiers), size - strlen(qualifiers), "%s",
				 qualifier(type));
		return inner;
	case BTF_KIND_TYPE_TAG:
		return btf__type_by_id(btf, type->type);
	default:
		return NULL;
	}
}

static void declare(const struct btf *btf, uint32_t id, const char *name, int depth, char *ret_text,
		    size_t size)
{
	const struct btf_type *type = btf__type_by_id(btf, id), *inner;
	struct declarator d = {};
	char qualifiers[64] = "";
	const char *base;

	behind(&d, "%s", name);
	while (type && depth < MAX_DEPTH &&
	       (inner = unwrap(btf, type, &d, qualifiers, sizeof(qualifiers), depth))) {
		type = inner;
		depth++;
	}
	base = type ? btf__name_by_offset(btf, type->name_off) : NULL;
	if (type && btf_is_void(type))
		base = "void";
	snprintf(ret_text, size, "%s%s%s%s%s", qualifiers, type ? tag_of(type) : "",
		 base && *base ? base : "{}", d.text[0] && d.text[0] != '[' ? " " : "", d.text);
}

void btf_declare(const struct btf *btf, uint32_t type, const char *name, char *ret_text,
		 size_t size)
{
	declare(btf, type, name, 0, ret_text, size);
}
