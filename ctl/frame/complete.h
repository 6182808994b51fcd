/* SPDX-License-Identifier: GPL-2.0 */
/* complete.h - shell completion from the tables of commands and options. */
#ifndef CTL_FRAME_COMPLETE_H
#define CTL_FRAME_COMPLETE_H

#include "ctl/frame/ctl.h"

/*
 * Prints the possible replacements of the last word of a command line, one per line. `words` starts
 * after "ctl". For "--option=VALUE" it prints values. "@interfaces" is the name of words that the
 * shell lists.
 */
void complete_words(const struct command *const *commands, const char *const *words, size_t count,
		    FILE *out);

#endif
