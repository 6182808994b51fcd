/* SPDX-License-Identifier: GPL-2.0 */
/* cmd_probe.h - what `ctl probe` and its sub-commands share. */
#ifndef CTL_CMD_PROBE_H
#define CTL_CMD_PROBE_H

#include "ctl.h"

struct probe_options {
	bool verbose; /* list */
};

/* The words begin behind the name of the sub-command. Each returns the exit code. */
int probe_list(const struct invocation *inv, const struct probe_options *options);

#endif
