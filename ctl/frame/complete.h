/* SPDX-License-Identifier: GPL-2.0 */
/* complete.h - completion in a shell, by the tables of commands and options. */
#ifndef CTL_FRAME_COMPLETE_H
#define CTL_FRAME_COMPLETE_H

#include "ctl/frame/ctl.h"

/*
 * Prints what may stand in the place of the last of the words behind "ctl", a line each: of
 * "--option=VALUE" values alone. "@interfaces" stands for words that the shell has to find.
 */
void complete(const struct command *const *commands, const char *const *words, size_t count,
	      FILE *out);

#endif
