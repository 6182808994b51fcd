// SPDX-License-Identifier: GPL-2.0
/* trace_format.c - see trace_format.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/kernel/trace_format.h"

#define RECORD_MAX 65536 /* a record fits in a page, whatever its size */

void trace_format_free(struct trace_format *format)
{
	free(format->fields);
	free(format->text);
	*format = (struct trace_format){};
}

static char *trim(char *text)
{
	char *end = text + strlen(text);

	while (isspace((unsigned char)*text))
		text++;
	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text;
}

static bool starts(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

/* "key:NUMBER", all of it. */
static int parse_number(const char *text, const char *key, uint32_t *ret_number)
{
	unsigned long number;
	char *end;

	if (!text || !starts(text, key) || !isdigit((unsigned char)text[strlen(key)]))
		return -EINVAL;
	errno = 0;
	number = strtoul(text + strlen(key), &end, 10);
	if (errno || *end || number > UINT32_MAX)
		return -EINVAL;
	*ret_number = (uint32_t)number;
	return 0;
}

static void parse_location(struct trace_field *field, char **type)
{
	static const struct {
		const char *word;
		enum trace_location location;
	} words[] = {
		{ "__data_loc ", TRACE_DATA_LOC },
		{ "__rel_loc ", TRACE_REL_LOC },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!starts(*type, words[i].word))
			continue;
		field->location = words[i].location;
		*type = trim(*type + strlen(words[i].word));
	}
}

/* Removes "[16]" or "[]" from the end. The first of several stays in the type or name. */
static bool take_brackets(char *text, uint32_t *ret_length)
{
	size_t length = strlen(text);
	char *open;

	if (!length || text[length - 1] != ']')
		return false;
	open = strrchr(text, '[');
	if (!open)
		return false;
	text[length - 1] = '\0';
	/* the kernel may print the name of a constant there */
	if (parse_number(open + 1, "", ret_length) < 0)
		*ret_length = 0;
	*open = '\0';
	trim(text);
	return true;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* "__data_loc char[] filename", "const char * name", "unsigned char comm[16]" */
static int parse_declaration(char *text, struct trace_field *field)
{
	char *name, *type = trim(text);

	parse_location(field, &type);
	field->is_array = take_brackets(type, &field->length);
	name = type + strlen(type);
	while (name > type && is_name(name[-1]))
		name--;
	if (!*name || name == type || isdigit((unsigned char)*name))
		return -EINVAL;
	field->name = name;
	/* the name may directly follow a '*' of the type */
	if (!isspace((unsigned char)name[-1])) {
		memmove(name + 1, name, strlen(name) + 1); /* overwrites its end */
		field->name = name + 1;
		*name = '\0';
	} else {
		name[-1] = '\0';
	}
	type = trim(type);
	if (field->location != TRACE_IN_PLACE) {
		uint32_t unknown;

		field->is_array = take_brackets(type, &unknown);
		field->length = 0;
	}
	field->type = type;
	return *type ? 0 : -EINVAL;
}

/* "field:TYPE NAME;\toffset:8;\tsize:8;\tsigned:0;" */
static int parse_field(char *line, struct trace_field *ret_field)
{
	struct trace_field field = {};
	char *rest = line + strlen("field:");
	char *declaration = strsep(&rest, ";");
	char *offset = strsep(&rest, ";");
	char *size = strsep(&rest, ";");
	char *is_signed = strsep(&rest, ";");
	uint32_t number = 0;
	int ret;

	if (!rest || parse_number(trim(offset), "offset:", &field.offset) < 0 ||
	    parse_number(trim(size), "size:", &field.size) < 0 ||
	    parse_number(trim(is_signed), "signed:", &number) < 0 ||
	    (uint64_t)field.offset + field.size > RECORD_MAX)
		return -EINVAL;
	field.is_signed = number != 0;
	ret = parse_declaration(declaration, &field);
	if (ret)
		return ret;
	field.is_common = starts(field.name, "common_");
	if (field.location != TRACE_IN_PLACE && field.size != 4)
		return -EINVAL;
	*ret_field = field;
	return 0;
}

static int add_field(struct trace_format *format, char *line)
{
	struct trace_field *grown = realloc(format->fields,
					    (format->count + 1) * sizeof(*format->fields));

	if (!grown)
		return -ENOMEM;
	format->fields = grown;
	return parse_field(line, &grown[format->count]) < 0 ? -EINVAL : (format->count++, 0);
}

static int parse_line(struct trace_format *format, char *line)
{
	line = trim(line);
	if (starts(line, "field:"))
		return add_field(format, line);
	if (starts(line, "name: "))
		format->name = trim(line + strlen("name: "));
	else if (starts(line, "ID: "))
		return parse_number(line, "ID: ", &format->id);
	else if (starts(line, "print fmt: "))
		format->print = trim(line + strlen("print fmt: "));
	return 0;
}

int trace_format_parse(const char *text, size_t length, struct trace_format *ret_format)
{
	_cleanup_(trace_format_free) struct trace_format format = { .print = "" };
	char *rest;

	format.text = strndup(text, length); /* also ends at a NUL */
	if (!format.text)
		return -ENOMEM;
	rest = format.text;
	while (rest) {
		int ret = parse_line(&format, strsep(&rest, "\n"));

		if (ret)
			return ret;
	}
	if (!format.name || !*format.name || !format.count)
		return -EINVAL;
	*ret_format = format;
	format = (struct trace_format){};
	return 0;
}

const struct trace_field *trace_format_field(const struct trace_format *format, const char *name)
{
	for (size_t i = 0; i < format->count; i++) {
		if (strcmp(format->fields[i].name, name) == 0)
			return &format->fields[i];
	}
	return NULL;
}
