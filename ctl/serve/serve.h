/* SPDX-License-Identifier: GPL-2.0 */
/* serve.h - from the options of `ctl serve` to the server. */
#ifndef CTL_SERVE_SERVE_H
#define CTL_SERVE_SERVE_H

#include "ctl/serve/command.h"

/* What weir-serve runs; bound is a struct serve_options. Returns the exit code. */
int serve_run(const struct invocation *inv, const void *bound);

#endif
