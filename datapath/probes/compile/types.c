// SPDX-License-Identifier: GPL-2.0
/* types.c - see types.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "datapath/kernel/btf.h"
#include "datapath/probes/compile/types.h"

#define DEEP 8 /* nesting of anonymous structures */

struct probe_type probe_type_int(uint32_t size, bool is_signed)
{
	struct probe_type type = { .kind = KIND_INT, .size = size, .is_signed = is_signed };

	snprintf(type.name, sizeof(type.name), "%s%u", is_signed ? "s" : "u", size * 8);
	return type;
}

static const struct btf_type *resolve(const struct btf *btf, uint32_t *id)
{
	const struct btf_type *t = btf__type_by_id(btf, *id);

	for (int i = 0; t && i < 32; i++) {
		if (!btf_is_mod(t) && !btf_is_typedef(t) && !btf_is_type_tag(t))
			return t;
		*id = t->type;
		t = btf__type_by_id(btf, *id);
	}
	return NULL;
}

static bool is_char(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = resolve(btf, &id);

	return t && btf_is_int(t) && t->size == 1 &&
	       strcmp(btf__name_by_offset(btf, t->name_off), "char") == 0;
}

static uint32_t size_of(const struct btf *btf, uint32_t id)
{
	long long size = btf__resolve_size(btf, id);

	return size > 0 ? (uint32_t)size : 0;
}

static void fill_int(const struct btf *btf, const struct btf_type *t, struct probe_type *type)
{
	(void)btf;
	type->kind = btf_int_encoding(t) & BTF_INT_BOOL ? KIND_BOOL : KIND_INT;
	type->is_signed = btf_int_encoding(t) & BTF_INT_SIGNED;
	type->size = t->size;
	if (t->size > 8)
		type->kind = KIND_OTHER;
}

struct probe_type probe_type_btf(const struct btf *btf, uint32_t id)
{
	struct probe_type type = { .kind = KIND_OTHER, .btf = btf };
	const struct btf_type *t;

	btf_declare(btf, id, "", type.name, sizeof(type.name));
	t = resolve(btf, &id);
	type.id = id;
	if (!t)
		return type;
	if (btf_is_int(t)) {
		fill_int(btf, t, &type);
	} else if (btf_is_any_enum(t)) {
		type.kind = KIND_ENUM;
		type.size = t->size;
		type.is_signed = btf_kflag(t);
	} else if (btf_is_ptr(t)) {
		type.kind = KIND_POINTER;
		type.size = sizeof(void *);
		type.id = t->type;
		type.element = t->type ? size_of(btf, t->type) : 0;
		type.of_char = t->type && is_char(btf, t->type);
	} else if (btf_is_composite(t)) {
		type.kind = KIND_STRUCT;
		type.size = t->size;
	} else if (btf_is_array(t)) {
		const struct btf_array *array = btf_array(t);

		type.kind = KIND_ARRAY;
		type.id = array->type;
		type.count = array->nelems;
		type.element = size_of(btf, array->type);
		type.size = type.count * type.element;
		type.of_char = is_char(btf, array->type);
	}
	return type;
}

/* "const struct sk_buff *" */
static void point(struct probe_type *type, const char *text, const struct btf *btf)
{
	const char *name = strstr(text, "struct ");
	char word[PROBE_TYPE_NAME];
	int id;

	type->kind = KIND_POINTER;
	type->size = sizeof(void *);
	type->of_char = strstr(text, "char *") != NULL && !strstr(text, "**");
	if (type->of_char)
		type->element = 1;
	if (!name || !btf || strstr(text, "**"))
		return;
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(name + 7, " *"), name + 7);
	id = btf__find_by_name_kind(btf, word, BTF_KIND_STRUCT);
	if (id <= 0)
		return;
	type->btf = btf;
	type->id = (uint32_t)id;
	type->element = size_of(btf, type->id);
}

struct probe_type probe_type_field(const struct trace_field *field, const struct btf *btf)
{
	struct probe_type type = { .kind = KIND_INT, .size = field->size };

	snprintf(type.name, sizeof(type.name), "%s%s", field->type, field->is_array ? "[]" : "");
	type.is_signed = field->is_signed;
	if (field->location != TRACE_IN_PLACE || field->is_array) {
		type.kind = KIND_ARRAY;
		type.of_char = strcmp(field->type, "char") == 0 ||
			       strcmp(field->type, "const char") == 0 ||
			       strcmp(field->type, "unsigned char") == 0;
		type.of_char = type.of_char && strcmp(field->type, "unsigned char") != 0;
		type.count = field->length;
		type.element = field->length ? field->size / field->length : 1;
		snprintf(type.name, sizeof(type.name), "%s[%.0u]", field->type, field->length);
	} else if (strchr(field->type, '*')) {
		point(&type, field->type, btf);
	} else if (strcmp(field->type, "bool") == 0) {
		type.kind = KIND_BOOL;
	} else if (field->size > 8 || !field->size) {
		type.kind = KIND_OTHER;
	}
	return type;
}

struct probe_type probe_type_element(const struct probe_type *type)
{
	if (type->btf && type->id)
		return probe_type_btf(type->btf, type->id);
	if (type->of_char) {
		struct probe_type element = probe_type_int(1, true);

		strcpy(element.name, "char");
		return element;
	}
	if (type->element && type->element <= 8)
		return probe_type_int(type->element, type->is_signed);
	return (struct probe_type){ .kind = KIND_OTHER, .name = "void" };
}

/* --- members --- */

static void fill_member(const struct btf *btf, const struct btf_type *t, uint32_t n, uint32_t base,
			struct probe_member *member)
{
	*member = (struct probe_member){
		.type = probe_type_btf(btf, btf_members(t)[n].type),
		.bits = base + btf_member_bit_offset(t, n),
		.width = btf_member_bitfield_size(t, n),
	};
}

static int find_member(const struct btf *btf, uint32_t id, const char *name, size_t length,
		       uint32_t base, unsigned int depth, struct probe_member *member)
{
	const struct btf_type *t = resolve(btf, &id);

	if (!t || !btf_is_composite(t) || depth > DEEP)
		return -ENOENT;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const char *has = btf__name_by_offset(btf, m->name_off);

		if (*has && strlen(has) == length && strncmp(has, name, length) == 0) {
			fill_member(btf, t, i, base, member);
			return 0;
		}
		if (!*has &&
		    find_member(btf, m->type, name, length, base + btf_member_bit_offset(t, i),
				depth + 1, member) == 0)
			return 0;
	}
	return -ENOENT;
}

int probe_type_member(const struct probe_type *type, const char *name, size_t length,
		      struct probe_member *ret_member)
{
	if (type->kind != KIND_STRUCT || !type->btf)
		return -ENOENT;
	return find_member(type->btf, type->id, name, length, 0, 0, ret_member);
}

int probe_type_nth(const struct probe_type *type, uint32_t n, struct probe_member *ret_member,
		   const char **ret_name)
{
	uint32_t id = type->id;
	const struct btf_type *t = type->btf ? resolve(type->btf, &id) : NULL;

	if (!t || !btf_is_composite(t) || n >= btf_vlen(t))
		return -ENOENT;
	fill_member(type->btf, t, n, 0, ret_member);
	*ret_name = btf__name_by_offset(type->btf, btf_members(t)[n].name_off);
	return 0;
}

const char *probe_type_similar(const struct probe_type *type, const char *name, size_t length)
{
	uint32_t id = type->id;
	const struct btf_type *t = type->btf ? resolve(type->btf, &id) : NULL;

	if (!t || !btf_is_composite(t))
		return NULL;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const char *has = btf__name_by_offset(type->btf, btf_members(t)[i].name_off);
		size_t size = strlen(has);

		/* members often have a prefix, such as "skc_" */
		if (size > length && strncmp(has + size - length, name, length) == 0 &&
		    has[size - length - 1] == '_')
			return has;
	}
	return NULL;
}

/* --- enumerations --- */

static int64_t value_at(const struct btf_type *t, uint32_t i)
{
	if (btf_is_enum64(t))
		return (int64_t)btf_enum64_value(&btf_enum64(t)[i]);
	return btf_kflag(t) ? (int64_t)btf_enum(t)[i].val : (int64_t)(uint32_t)btf_enum(t)[i].val;
}

static const char *name_at(const struct btf *btf, const struct btf_type *t, uint32_t i)
{
	return btf__name_by_offset(btf, btf_is_enum64(t) ? btf_enum64(t)[i].name_off
							 : btf_enum(t)[i].name_off);
}

const char *probe_enum_name(const struct probe_type *type, int64_t value)
{
	const struct btf_type *t = type->btf ? btf__type_by_id(type->btf, type->id) : NULL;

	if (!t || !btf_is_any_enum(t))
		return NULL;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		if (value_at(t, i) == value)
			return name_at(type->btf, t, i);
	}
	return NULL;
}

int probe_enum_value(const struct btf *btf, const char *name, size_t length,
		     struct probe_type *ret_type, int64_t *ret_value)
{
	uint32_t types = btf ? btf__type_cnt(btf) : 0;

	for (uint32_t id = 1; id < types; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (!btf_is_any_enum(t))
			continue;
		for (uint32_t i = 0; i < btf_vlen(t); i++) {
			const char *has = name_at(btf, t, i);

			if (strncmp(has, name, length) != 0 || has[length])
				continue;
			*ret_type = probe_type_btf(btf, id);
			*ret_value = value_at(t, i);
			return 0;
		}
	}
	return -ENOENT;
}
