// SPDX-License-Identifier: GPL-2.0
/* filter_option.c - see filter_option.h. */
#include <errno.h>
#include <string.h>
#include "ctl/flows/filter_option.h"

#define WINDOW 72 /* maximum bytes of the expression to show */

static bool continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Replaces control characters, so that no escape sequence reaches the terminal. */
static char harmless(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f ? '?' : c;
}

void filter_point(const char *text, const struct weir_filter_error *err, FILE *out)
{
	size_t length = strlen(text), start = 0, end, columns = 0, wide = 0;

	if (length > WINDOW && err->position > WINDOW / 2)
		start = err->position - WINDOW / 2;
	while (start && continues(text[start]))
		start--;
	end = length - start > WINDOW ? start + WINDOW : length;
	fprintf(out, "    %s", start ? "..." : "");
	for (size_t i = start; i < end; i++) {
		fputc(harmless(text[i]), out);
		if (!continues(text[i])) {
			columns += i < err->position;
			wide += i > err->position && i < err->position + err->length;
		}
	}
	fprintf(out, "%s\n    %*s^", end < length ? "..." : "", (int)columns + (start ? 3 : 0), "");
	while (wide--)
		fputc('~', out);
	fputc('\n', out);
}

int filter_option(const char *option, const char *text, struct weir_flow_filter **ret_filter)
{
	struct weir_filter_error err = {};
	int ret = weir_flow_filter_compile(text, ret_filter, &err);

	if (!ret)
		return EXIT_DONE;
	fprintf(stderr, "ctl: %s%s%s\n", option, *option ? ": " : "", err.text);
	if (ret != -EINVAL)
		return EXIT_FAILED;
	filter_point(text, &err, stderr);
	return EXIT_USAGE;
}
