/* SPDX-License-Identifier: GPL-2.0 */
/* names.h - the words of the command line and of JSON; NULL for a number out of range. */
#ifndef WEIR_STATE_NAMES_H
#define WEIR_STATE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"

const char *weir_mode_name(enum weir_mode mode);
const char *weir_feature_name(unsigned int bit); /* bit number, not mask */

/* "counters,flows" to a mask of WEIR_FEATURE_*. -EINVAL: an unknown or empty name. */
int weir_features_from_names(const char *names, uint32_t *ret_features);

enum weir_state {
	WEIR_STATE_ATTACHED,
	WEIR_STATE_GONE,    /* the interface, its namespace or the cgroup is no more */
	WEIR_STATE_DRIFTED, /* somebody removed or replaced the program */
	WEIR_STATES,
};

const char *weir_state_name(enum weir_state state);

#endif
