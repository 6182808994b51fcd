/* SPDX-License-Identifier: GPL-2.0 */
/* word_set.h - many words of a file of the kernel's, sorted, each once. */
#ifndef WEIR_BASE_WORD_SET_H
#define WEIR_BASE_WORD_SET_H

#include <stdbool.h>
#include <stddef.h>

struct word_set {
	const char **items;
	size_t count;
	char *text;
};

void word_set_free(struct word_set *set);

/* All of a file, with a NUL behind it, whatever size it claims. 0, -ENOMEM or of read(2). */
int file_slurp(int fd, char **ret_text, size_t *ret_length);

/*
 * The word of each line of a file that `pick` finds in it; pick may write into the line, and
 * returns NULL for a line that has none.
 */
int word_set_read(int fd, char *(*pick)(char *line), struct word_set *ret_set);

bool word_set_has(const struct word_set *set, const char *word);

#endif
