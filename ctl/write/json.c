// SPDX-License-Identifier: GPL-2.0
/* json.c - see json.h. jansson takes NULL everywhere, so a failure shows at the end. */
#include <stdio.h>
#include "ctl/write/json.h"

void json_add_item(json_t **array, json_t *item)
{
	if (json_array_append_new(*array, item) == 0)
		return;
	json_decref(*array);
	*array = NULL;
}

void json_add_member(json_t **object, const char *key, json_t *value)
{
	if (json_object_set_new(*object, key, value) == 0)
		return;
	json_decref(*object);
	*object = NULL;
}

json_t *json_text(const char *text)
{
	json_t *json = json_string(text);
	char escaped[4 * 256 + 1];
	size_t used = 0;

	if (json)
		return json;
	for (; *text && used + 4 < sizeof(escaped); text++) {
		if ((unsigned char)*text < 0x80)
			escaped[used++] = *text;
		else
			used += (size_t)sprintf(escaped + used, "\\x%02x", (unsigned char)*text);
	}
	escaped[used] = '\0';
	return json_string(escaped);
}

json_t *json_name(const char *name)
{
	return name && *name ? json_text(name) : json_null();
}

json_t *json_id(uint64_t id)
{
	return id ? json_integer((json_int_t)id) : json_null();
}

int json_print(json_t *json, bool pretty)
{
	size_t flags = JSON_ENCODE_ANY | JSON_REAL_PRECISION(12) | (pretty ? JSON_INDENT(2) : 0);
	int ret;

	if (!json) {
		fprintf(stderr, "ctl: out of memory\n");
		return EXIT_FAILED;
	}
	ret = json_dumpf(json, stdout, flags);
	json_decref(json);
	putchar('\n');
	fflush(stdout);
	if (ret < 0 || ferror(stdout)) {
		fprintf(stderr, "ctl: cannot write the output\n");
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}
