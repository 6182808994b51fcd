/* SPDX-License-Identifier: GPL-2.0 */
/* frame.h - the frame around commands; apart from main() so that tests can link it. */
#ifndef CTL_FRAME_FRAME_H
#define CTL_FRAME_FRAME_H

#include "ctl/frame/ctl.h"

/* Runs a command line; commands: a table, ended by NULL. Returns the exit code. */
int ctl_main(const struct command *const *commands, int argc, char **argv);

#endif
