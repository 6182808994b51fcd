// SPDX-License-Identifier: GPL-2.0
/* values.c - decodes bytes to values with names and types; see datapath/probes/probe.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/session/session.h"

#define MOST_MEMBERS 64

void probe_values_free(struct weir_probe_value *values, size_t count)
{
	for (size_t i = 0; values && i < count; i++) {
		free(values[i].text);
		probe_values_free(values[i].members, values[i].count);
	}
	free(values);
}

static int set_text(struct weir_probe_value *v, enum weir_probe_value_kind kind, const char *fmt,
		    ...) __attribute__((format(printf, 3, 4)));

static int set_text(struct weir_probe_value *v, enum weir_probe_value_kind kind, const char *fmt,
		    ...)
{
	va_list args;
	int ret;

	v->kind = kind;
	va_start(args, fmt);
	ret = vasprintf(&v->text, fmt, args);
	va_end(args);
	if (ret < 0)
		v->text = NULL;
	return ret < 0 ? -ENOMEM : 0;
}

static uint64_t read_number(const uint8_t *data, uint32_t size, bool is_signed)
{
	uint64_t value = 0;

	memcpy(&value, data, size < 8 ? size : 8);
	if (is_signed && size < 8) {
		unsigned int shift = 64 - size * 8;

		value = (uint64_t)((int64_t)(value << shift) >> shift);
	}
	return value;
}

static int make_address(const struct probe_type *type, const uint8_t *data,
			struct weir_probe_value *v)
{
	char text[INET6_ADDRSTRLEN];

	if (type->kind == KIND_MAC)
		return set_text(v, WEIR_PROBE_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", data[0],
				data[1], data[2], data[3], data[4], data[5]);
	inet_ntop(type->size == 16 ? AF_INET6 : AF_INET, data, text, sizeof(text));
	return set_text(v, WEIR_PROBE_TEXT, "%s", text);
}

static int make_scalar(struct weir_probe_session *s, const struct probe_type *type, uint64_t number,
		       struct weir_probe_value *v)
{
	char symbol[WEIR_PROBE_SYMBOL];
	const char *name;

	v->number = number;
	switch (type->kind) {
	case KIND_BOOL:
		v->kind = WEIR_PROBE_BOOL;
		return 0;
	case KIND_POINTER:
	case KIND_HEX:
		v->kind = WEIR_PROBE_POINTER;
		return 0;
	case KIND_ENUM:
		name = probe_enum_name(type, type->is_signed ? (int64_t)(int32_t)number
							     : (int64_t)number);
		v->kind = type->is_signed ? WEIR_PROBE_SIGNED : WEIR_PROBE_UNSIGNED;
		return name ? set_text(v, WEIR_PROBE_NAMED, "%s", name) : 0;
	case KIND_SYMBOL:
		probe_symbol(s, number, symbol, sizeof(symbol));
		return set_text(v, WEIR_PROBE_NAMED, "%s", symbol);
	case KIND_PROBE:
		return set_text(v, WEIR_PROBE_TEXT, "%s",
				number < s->target_count ? s->targets[number]->name : "?");
	default:
		v->kind = type->is_signed ? WEIR_PROBE_SIGNED : WEIR_PROBE_UNSIGNED;
		return 0;
	}
}

static int make_one(struct weir_probe_session *s, const struct probe_type *type,
		    const uint8_t *data, uint32_t size, unsigned int depth,
		    struct weir_probe_value *v);

/* Decodes members that lie completely within the bytes read. */
static int make_members(struct weir_probe_session *s, const struct probe_type *type,
			const uint8_t *data, uint32_t size, unsigned int depth,
			struct weir_probe_value *v)
{
	struct probe_member m;
	const char *name;

	v->kind = WEIR_PROBE_GROUP;
	v->members = calloc(MOST_MEMBERS, sizeof(*v->members));
	if (!v->members)
		return -ENOMEM;
	for (uint32_t i = 0; probe_type_nth(type, i, &m, &name) == 0; i++) {
		struct weir_probe_value *member = &v->members[v->count];
		uint32_t start = m.bits / 8;
		int ret;

		if (v->count == MOST_MEMBERS || start + m.type.size > size) {
			v->cut = true;
			break;
		}
		if (!*name && m.type.kind != KIND_STRUCT)
			continue;
		member->name = name;
		v->count++;
		if (m.width) {
			uint64_t whole = read_number(data + start,
						     size - start < 8 ? size - start : 8, false);

			whole = whole >> m.bits % 8 << (64 - m.width);
			ret = make_scalar(s, &m.type,
					  m.type.is_signed
						  ? (uint64_t)((int64_t)whole >> (64 - m.width))
						  : whole >> (64 - m.width),
					  member);
		} else {
			ret = make_one(s, &m.type, data + start, m.type.size, depth + 1, member);
		}
		if (ret)
			return ret;
	}
	return 0;
}

static int make_elements(struct weir_probe_session *s, const struct probe_type *type,
			 const uint8_t *data, uint32_t size, unsigned int depth,
			 struct weir_probe_value *v)
{
	struct probe_type element = probe_type_element(type);
	uint32_t count = element.size ? size / element.size : 0;

	v->kind = WEIR_PROBE_GROUP;
	v->cut = count > MOST_MEMBERS || count < type->count;
	if (count > MOST_MEMBERS)
		count = MOST_MEMBERS;
	v->members = calloc(count + 1, sizeof(*v->members));
	if (!v->members)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		int ret = make_one(s, &element, data + i * element.size, element.size, depth + 1,
				   &v->members[v->count++]);

		if (ret)
			return ret;
	}
	return 0;
}

static int make_one(struct weir_probe_session *s, const struct probe_type *type,
		    const uint8_t *data, uint32_t size, unsigned int depth,
		    struct weir_probe_value *v)
{
	switch (type->kind) {
	case KIND_STRUCT:
		if (depth) { /* one level only */
			v->kind = WEIR_PROBE_GROUP;
			v->cut = true;
			return 0;
		}
		return make_members(s, type, data, size, depth, v);
	case KIND_ARRAY:
		if (type->of_char)
			return set_text(v, WEIR_PROBE_TEXT, "%.*s", (int)size, (const char *)data);
		if (depth > 1 || probe_type_element(type).kind == KIND_STRUCT) {
			v->kind = WEIR_PROBE_GROUP;
			v->cut = true;
			return 0;
		}
		return make_elements(s, type, data, size, depth, v);
	case KIND_TEXT:
		return set_text(v, WEIR_PROBE_TEXT, "%.*s", (int)size, (const char *)data);
	case KIND_IP:
	case KIND_MAC:
		return make_address(type, data, v);
	case KIND_OTHER:
		v->kind = WEIR_PROBE_GROUP;
		v->cut = true;
		return 0;
	default:
		return make_scalar(s, type, read_number(data, size, type->is_signed), v);
	}
}

int probe_values_make(struct weir_probe_session *s, const struct probe_column *columns,
		      size_t count, const void *data, uint64_t bad,
		      struct weir_probe_value **ret_values)
{
	struct weir_probe_value *values = calloc(count + 1, sizeof(*values));
	int ret = values ? 0 : -ENOMEM;

	for (size_t i = 0; !ret && i < count; i++) {
		const struct probe_column *c = &columns[i];

		values[i].name = c->name;
		values[i].type = c->type.name;
		values[i].target = c->expand;
		if (bad >> c->item & 1)
			values[i].kind = WEIR_PROBE_UNREADABLE;
		else
			ret = make_one(s, &c->type, (const uint8_t *)data + c->offset, c->size, 0,
				       &values[i]);
	}
	if (ret)
		probe_values_free(values, count);
	else
		*ret_values = values;
	return ret;
}
