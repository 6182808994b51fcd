/* SPDX-License-Identifier: GPL-2.0 */
/* options.h - the options of `ctl tune`, and their conversion to requests. */
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
	const char *values[WEIR_TUNE_OPTIONS]; /* of options with a value */
	bool switches[WEIR_TUNE_OPTIONS];
};

extern const struct arg tune_args[];

/* Parses the number of an entry, from 1. Returns 0 or -EINVAL. */
int tune_number(const char *text, uint32_t *ret_number);

/* Makes the entry to add. Returns an exit code. */
int tune_options_request(const struct invocation *inv, const struct tune_options *options,
			 struct weir_tune_request *ret_request);

/* Sets the local port of the hypothetical connection. Returns an exit code. */
int tune_options_question(const struct invocation *inv, const struct tune_options *options,
			  struct weir_tune_question *question);

/* Returns the name of a given option that is not for list, del or test; or NULL. */
const char *tune_options_odd(const struct tune_options *options, bool test);

#endif
