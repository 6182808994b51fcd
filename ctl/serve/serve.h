/* SPDX-License-Identifier: GPL-2.0 */
/* serve.h - starts the server with the options of `ctl serve`. */
#ifndef CTL_SERVE_SERVE_H
#define CTL_SERVE_SERVE_H

#include "ctl/serve/command.h"

/*
 * The function of the command in weir-serve; bound is a struct serve_options. Returns the exit
 * code.
 */
int serve_run(const struct invocation *inv, const void *bound);

#endif
