/* SPDX-License-Identifier: GPL-2.0 */
/* complete.h - completion in a shell, by the tables of commands and options. */
#ifndef CTL_FRAME_COMPLETE_H
#define CTL_FRAME_COMPLETE_H

#include "ctl/frame/ctl.h"

/*
 * Prints the words that can replace the last one of a command line, which begins behind "ctl", one
 * per line. For "--option=VALUE" these are values. "@interfaces" names words that the shell lists.
 */
void complete_words(const struct command *const *commands, const char *const *words, size_t count,
		    FILE *out);

#endif
