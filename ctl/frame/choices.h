/* SPDX-License-Identifier: GPL-2.0 */
/*
 * choices.h - the words that an option or a command takes. The parser, its sentences, --help and
 * completion read the same ones, and so do the tests of completion and of ctl(8).
 */
#ifndef CTL_FRAME_CHOICES_H
#define CTL_FRAME_CHOICES_H

#include <stddef.h>

/* Words by number. A number without a word has NULL. */
struct choices {
	const char *const *names;                 /* either these */
	const char *(*name)(unsigned int number); /* or what a function has, with */
	unsigned int count;                       /* numbers below it; up to 32 for a mask */
	const char
		*source; /* other words that completion lists: `_weir_list_SOURCE` of the shell */
};

#define CHOICES(array)                                                        \
	{                                                                     \
		.names = (array), .count = sizeof(array) / sizeof((array)[0]) \
	}

/* Only sources: any word may be given. */
extern const struct choices choices_commands, choices_interfaces, choices_namespaces,
	choices_cgroups, choices_files;

/* NULL: the number has no word. */
const char *choices_name(const struct choices *choices, unsigned int number);

/* Outputs are a number, and a mask of the numbers of words with commas between. -EINVAL: none. */
int choices_find(const struct choices *choices, const char *text, unsigned int *ret_number);
int choices_find_list(const struct choices *choices, const char *text, unsigned int *ret_mask);

/*
 * All words, with the separator between them and `last` before the last one, as in "a, b or c".
 * Returns the length that they need, as snprintf(3) does.
 */
size_t choices_join(const struct choices *choices, const char *separator, const char *last,
		    char *buffer, size_t size);

#endif
