// SPDX-License-Identifier: GPL-2.0
/* query.c - see query.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/serve/query.h"

const char *query_value(const struct query *query, const char *name)
{
	for (size_t i = 0; i < query->count; i++) {
		if (strcmp(query->names[i], name) == 0)
			return query->values[i];
	}
	return NULL;
}

int query_flag(const struct query *query, const char *name, bool *ret_on, struct weir_error *err)
{
	const char *value = query_value(query, name);

	if (!value || strcmp(value, "0") == 0 || strcmp(value, "false") == 0) {
		*ret_on = false;
		return 0;
	}
	if (strcmp(value, "1") == 0 || strcmp(value, "true") == 0) {
		*ret_on = true;
		return 0;
	}
	snprintf(err->text, sizeof(err->text), "%s is 0 or 1, not '%.64s'", name, value);
	return -EINVAL;
}

int query_top(const struct query *query, size_t usual, size_t most, size_t *ret_top,
	      struct weir_error *err)
{
	const char *value = query_value(query, "top");
	size_t length = value ? strlen(value) : 0;
	unsigned long top = usual;

	if (value) {
		if (length && length < 10 && strspn(value, "0123456789") == length)
			top = strtoul(value, NULL, 10);
		else
			top = 0;
		if (!top || top > most) {
			snprintf(err->text, sizeof(err->text),
				 "top is a number from 1 to %zu, not '%.64s'", most, value);
			return -EINVAL;
		}
	}
	*ret_top = top;
	return 0;
}

int http_write_json(json_t *json, FILE *out)
{
	int ret;

	if (!json)
		return -ENOMEM;
	ret = json_dumpf(json, out, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));
	json_decref(json);
	fputc('\n', out);
	return ret < 0 ? -ENOMEM : 0;
}

void reply_header(struct reply *reply, const char *name, const char *format, ...)
{
	struct reply_header *header = &reply->headers[reply->header_count];
	va_list args;

	if (reply->header_count == REPLY_HEADERS)
		return; /* more than any document has */
	reply->header_count++;
	header->name = name;
	va_start(args, format);
	vsnprintf(header->value, sizeof(header->value), format, args);
	va_end(args);
}

int query_filter(const char *text, struct weir_flow_filter **ret_filter, struct weir_error *err)
{
	struct weir_filter_error fault = {};
	int ret = weir_flow_filter_compile(text, ret_filter, &fault);

	if (ret)
		snprintf(err->text, sizeof(err->text), "filter, from byte %zu: %s", fault.position,
			 fault.text);
	return ret;
}
