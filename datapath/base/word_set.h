/* SPDX-License-Identifier: GPL-2.0 */
/* word_set.h - a sorted set of words from a kernel file. */
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

/*
 * Reads all of a file and appends a NUL, regardless of st_size. Returns -ENOMEM or an error of
 * read(2).
 */
int file_slurp(int fd, char **ret_text, size_t *ret_length);

/*
 * Reads a word from each line of a file. `pick` returns the word, or NULL to skip the line; it may
 * modify the line.
 */
int word_set_read(int fd, char *(*pick)(char *line), struct word_set *ret_set);

bool word_set_has(const struct word_set *set, const char *word);

#endif
