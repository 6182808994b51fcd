/* SPDX-License-Identifier: GPL-2.0 */
/*
 * choices.h - the words that an option or a command takes. The parser, its sentences, --help and
 * completion read the same ones, and so do the tests of completion and of ctl(8).
 */
#ifndef CTL_FRAME_CHOICES_H
#define CTL_FRAME_CHOICES_H

#include <stddef.h>

/* Words by number; NULL for a number that has no word. */
struct choices {
	const char *const *names;                 /* either these */
	const char *(*name)(unsigned int number); /* or a function that returns them */
	unsigned int count; /* every number is below it; at most 32 where a list is taken */
	const char *source; /* for completion: `_weir_list_SOURCE` in the shell lists more */
};

#define CHOICES(array)                                                        \
	{                                                                     \
		.names = (array), .count = sizeof(array) / sizeof((array)[0]) \
	}

/* These have a source only: any word is taken. */
extern const struct choices choices_commands, choices_interfaces, choices_namespaces,
	choices_cgroups, choices_files;

/* NULL: the number has no word. */
const char *choices_name(const struct choices *choices, unsigned int number);

/* Find the number of a word, and the mask of a comma-separated list. -EINVAL: an unknown word. */
int choices_find(const struct choices *choices, const char *text, unsigned int *ret_number);
int choices_find_list(const struct choices *choices, const char *text, unsigned int *ret_mask);

/*
 * Writes all words with the separator between them, and `last` before the last one: "a, b or c".
 * Returns the length of the whole text, as snprintf(3) does.
 */
size_t choices_join(const struct choices *choices, const char *separator, const char *last,
		    char *buffer, size_t size);

#endif
