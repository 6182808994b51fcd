/* SPDX-License-Identifier: GPL-2.0 */
/*
 * choices.h - the words that an option or a command accepts. The parser, its messages, --help,
 * completion and the tests of completion and ctl(8) share them.
 */
#ifndef CTL_FRAME_CHOICES_H
#define CTL_FRAME_CHOICES_H

#include <stddef.h>

/* Maps numbers to words; NULL for a number without a word. */
struct choices {
	const char *const *names;                 /* either an array */
	const char *(*name)(unsigned int number); /* or a function that returns the words */
	unsigned int count; /* all numbers are below it; at most 32 for lists */
	const char *source; /* for completion: the shell function `_weir_list_SOURCE` lists more */
};

#define CHOICES(array)                                                        \
	{                                                                     \
		.names = (array), .count = sizeof(array) / sizeof((array)[0]) \
	}

/* These have only a source, so any word is accepted. */
extern const struct choices choices_commands, choices_interfaces, choices_namespaces,
	choices_cgroups, choices_files;

/* Returns NULL if the number has no word. */
const char *choices_name(const struct choices *choices, unsigned int number);

/*
 * Find the number of a word, or the mask of a comma-separated list. Return -EINVAL for unknown
 * words.
 */
int choices_find(const struct choices *choices, const char *text, unsigned int *ret_number);
int choices_find_list(const struct choices *choices, const char *text, unsigned int *ret_mask);

/*
 * Joins all words with the separator, and `last` before the last word: "a, b or c". Returns the
 * length of the whole text, like snprintf(3).
 */
size_t choices_join(const struct choices *choices, const char *separator, const char *last,
		    char *buffer, size_t size);

#endif
