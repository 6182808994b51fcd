/* SPDX-License-Identifier: GPL-2.0 */
/* frame.h - runs commands; separate from main(), so that tests can link it. */
#ifndef CTL_FRAME_FRAME_H
#define CTL_FRAME_FRAME_H

#include "ctl/frame/ctl.h"

/* Runs a command line and returns the exit code. `commands` ends with NULL. */
int ctl_main(const struct command *const *commands, int argc, char **argv);

#endif
