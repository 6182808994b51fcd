// SPDX-License-Identifier: GPL-2.0
/* choices.c - see choices.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "ctl/frame/choices.h"

const struct choices choices_commands = { .source = "commands" };
const struct choices choices_interfaces = { .source = "interfaces" };
const struct choices choices_namespaces = { .source = "namespaces" };
const struct choices choices_cgroups = { .source = "cgroups" };
const struct choices choices_files = { .source = "files" };

const char *choices_name(const struct choices *choices, unsigned int number)
{
	if (number >= choices->count)
		return NULL;
	return choices->name ? choices->name(number) : choices->names[number];
}

static int find(const struct choices *choices, const char *text, size_t length,
		unsigned int *ret_number)
{
	for (unsigned int i = 0; i < choices->count; i++) {
		const char *name = choices_name(choices, i);

		if (name && strlen(name) == length && strncmp(name, text, length) == 0) {
			*ret_number = i;
			return 0;
		}
	}
	return -EINVAL;
}

int choices_find(const struct choices *choices, const char *text, unsigned int *ret_number)
{
	return find(choices, text, strlen(text), ret_number);
}

int choices_find_list(const struct choices *choices, const char *text, unsigned int *ret_mask)
{
	unsigned int mask = 0, number;

	for (;;) {
		size_t length = strcspn(text, ",");

		if (find(choices, text, length, &number) < 0)
			return -EINVAL;
		mask |= 1U << number;
		if (!text[length])
			break;
		text += length + 1;
	}
	*ret_mask = mask;
	return 0;
}

size_t choices_join(const struct choices *choices, const char *separator, const char *last,
		    char *buffer, size_t size)
{
	unsigned int left = 0;
	size_t length = 0;

	for (unsigned int i = 0; i < choices->count; i++)
		left += choices_name(choices, i) != NULL;
	for (unsigned int i = 0; left; i++) {
		const char *name = choices_name(choices, i);

		if (!name)
			continue;
		left--;
		length += (size_t)snprintf(length < size ? buffer + length : NULL,
					   length < size ? size - length : 0, "%s%s", name,
					   left > 1    ? separator
					   : left == 1 ? last
						       : "");
	}
	return length;
}
