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

static int no_choice(const char *name, const struct choices *choices, bool list, const char *value,
		     struct weir_error *err)
{
	char words[256];

	choices_join(choices, ", ", list ? " and " : " or ", words, sizeof(words));
	snprintf(err->text, sizeof(err->text), "%s is %s%s, not '%.64s'", name,
		 list ? "a list of " : "", words, value);
	return -EINVAL;
}

int query_choice(const struct query *query, const char *name, const struct choices *choices,
		 unsigned int *ret_number, struct weir_error *err)
{
	const char *value = query_value(query, name);

	if (!value || choices_find(choices, value, ret_number) == 0)
		return 0;
	return no_choice(name, choices, false, value, err);
}

int query_choices(const struct query *query, const char *name, const struct choices *choices,
		  unsigned int *ret_mask, struct weir_error *err)
{
	const char *value = query_value(query, name);

	if (!value || choices_find_list(choices, value, ret_mask) == 0)
		return 0;
	return no_choice(name, choices, true, value, err);
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

void reply_header(struct reply *reply, const char *name, const char *format, ...)
{
	struct reply_header *header = &reply->headers[reply->header_count];
	va_list args;

	if (reply->header_count == REPLY_HEADERS)
		return; /* more than any endpoint has */
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
