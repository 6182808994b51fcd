/* SPDX-License-Identifier: GPL-2.0 */
/* command.h - shared by `ctl probe` and its subcommands. */
#ifndef CTL_PROBES_COMMAND_H
#define CTL_PROBES_COMMAND_H

#include "ctl/frame/ctl.h"

struct probe_options {
	bool verbose; /* list */
	/* run */
	const char *print;
	const char *filter;
	bool count;
	const char *hist;
	const char *sum;
	const char *min;
	const char *max;
	const char *avg;
	bool stack;
	bool returns;
	bool latency;
	const char *pid;
	const char *cgroup;
	const char *hits;
	const char *duration;
	const char *interval;
	bool force;
};

/* The arguments start after the name of the subcommand. Each returns an exit code. */
int probe_list(const struct invocation *inv, const struct probe_options *options);
int probe_run(const struct invocation *inv, const struct probe_options *options);

#endif
