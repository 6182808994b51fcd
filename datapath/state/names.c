// SPDX-License-Identifier: GPL-2.0
/* names.c - see names.h. */
#include "bpf/abi/abi.h"
#include "datapath/base/name.h"
#include "datapath/state/names.h"

static const char *const modes[] = {
	[WEIR_MODE_NONE] = "none",
	[WEIR_MODE_NATIVE] = "native",
	[WEIR_MODE_GENERIC] = "generic",
};
static_assert(ARRAY_SIZE(modes) == WEIR_MODES, "a mode has no name");

static const char *const features[] = { "counters", "flows", "tcp", "tune" };

static const char *const states[] = {
	[WEIR_STATE_ATTACHED] = "attached",
	[WEIR_STATE_GONE] = "gone",
	[WEIR_STATE_DRIFTED] = "drifted",
};
static_assert(ARRAY_SIZE(states) == WEIR_STATES, "a state has no name");

const char *weir_mode_name(enum weir_mode mode)
{
	return NAME(modes, mode);
}

const char *weir_feature_name(unsigned int bit)
{
	return NAME(features, bit);
}

const char *weir_state_name(enum weir_state state)
{
	return NAME(states, state);
}
