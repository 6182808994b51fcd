/* SPDX-License-Identifier: GPL-2.0 */
/* names.h - names used on the command line and in JSON; NULL if a number is out of range. */
#ifndef WEIR_STATE_NAMES_H
#define WEIR_STATE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"

const char *weir_mode_name(enum weir_mode mode);
const char *weir_feature_name(unsigned int bit); /* bit number, not mask */

enum weir_state {
	WEIR_STATE_ATTACHED,
	WEIR_STATE_GONE,    /* the interface, its namespace or the cgroup was deleted */
	WEIR_STATE_DRIFTED, /* somebody removed or replaced the program */
	WEIR_STATES,
};

const char *weir_state_name(enum weir_state state);

#endif
