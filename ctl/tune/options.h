/* SPDX-License-Identifier: GPL-2.0 */
/* options.h - the options of `ctl tune`, and what they come to. */
#ifndef CTL_TUNE_OPTIONS_H
#define CTL_TUNE_OPTIONS_H

#include "ctl/frame/ctl.h"
#include "datapath/tune/tune.h"

struct tune_options {
	const char *cgroup;
	const char *remote;
	const char *local_port;
	const char *remote_port;
	const char *before;
	const char *dscp;
	const char *values[WEIR_TUNE_OPTIONS]; /* of those that have one */
	bool switches[WEIR_TUNE_OPTIONS];
};

extern const struct arg tune_args[];

/* "7" as the number of an entry, from 1. 0, or -EINVAL. */
int tune_number(const char *text, uint32_t *ret_number);

/* The entry to be added. Returns an exit code. */
int tune_options_request(const struct invocation *inv, const struct tune_options *options,
			 struct weir_tune_request *ret_request);

/* The local port of a connection that might be. Returns an exit code. */
int tune_options_question(const struct invocation *inv, const struct tune_options *options,
			  struct weir_tune_question *question);

/* Name of an option that was given and does not go with list or del, or test; NULL: none. */
const char *tune_options_odd(const struct tune_options *options, bool test);

#endif
