// SPDX-License-Identifier: GPL-2.0
/* word_set.c - see word_set.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/word_set.h"

void word_set_free(struct word_set *set)
{
	free(set->items);
	free(set->text);
	*set = (struct word_set){};
}

int file_slurp(int fd, char **ret_text, size_t *ret_length)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0, size = 0;

	for (;;) {
		ssize_t n;

		if (size - length < 65536) {
			char *grown = realloc(text, size ? 2 * size : 262144);

			if (!grown)
				return -ENOMEM;
			text = grown;
			size = size ? 2 * size : 262144;
		}
		n = read(fd, text + length, size - length - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		length += (size_t)n;
	}
	text[length] = '\0';
	*ret_text = TAKE_PTR(text);
	*ret_length = length;
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int add(struct word_set *set, size_t *room, const char *word)
{
	if (set->count == *room) {
		size_t more = *room ? 2 * *room : 4096;
		const char **grown = realloc(set->items, more * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		set->items = grown;
		*room = more;
	}
	set->items[set->count++] = word;
	return 0;
}

static void sort_once(struct word_set *set)
{
	size_t kept = 0;

	if (!set->count)
		return;
	qsort(set->items, set->count, sizeof(*set->items), compare);
	for (size_t i = 0; i < set->count; i++) {
		if (!kept || strcmp(set->items[kept - 1], set->items[i]) != 0)
			set->items[kept++] = set->items[i];
	}
	set->count = kept;
}

int word_set_read(int fd, char *(*pick)(char *line), struct word_set *ret_set)
{
	_cleanup_(word_set_free) struct word_set set = {};
	size_t length, room = 0;
	char *rest;
	int ret = file_slurp(fd, &set.text, &length);

	if (ret)
		return ret;
	rest = set.text;
	while (rest && *rest) {
		char *word = pick(strsep(&rest, "\n"));

		ret = word ? add(&set, &room, word) : 0;
		if (ret)
			return ret;
	}
	sort_once(&set);
	*ret_set = set;
	set = (struct word_set){};
	return 0;
}

bool word_set_has(const struct word_set *set, const char *word)
{
	return set->count &&
	       bsearch(&word, set->items, set->count, sizeof(*set->items), compare) != NULL;
}
