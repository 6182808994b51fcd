// SPDX-License-Identifier: GPL-2.0
/* row_limit.c - see row_limit.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include "ctl/flows/row_limit.h"

static const char *const words[] = { "all" };
const struct choices row_limit_choices = CHOICES(words);

int row_limit(const struct invocation *inv, const char *text, size_t for_people, size_t *ret_top)
{
	unsigned long top = 0;
	unsigned int word;
	char *end = NULL;

	if (!text) {
		*ret_top = inv->json ? 0 : for_people;
		return EXIT_DONE;
	}
	errno = 0;
	if (choices_find(&row_limit_choices, text, &word) < 0) {
		top = strtoul(text, &end, 10);
		if (errno || *end || !isdigit((unsigned char)text[0]) || !top)
			return usage_error(inv, "--top is a number from 1, or all, not '%s'", text);
	}
	*ret_top = top;
	return EXIT_DONE;
}
