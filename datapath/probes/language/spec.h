/* SPDX-License-Identifier: GPL-2.0 */
/* spec.h - where a probe is to be: "kprobe:vfs_mkdir" and so on, as bpftrace spells it. */
#ifndef WEIR_PROBES_LANGUAGE_SPEC_H
#define WEIR_PROBES_LANGUAGE_SPEC_H

#include <limits.h>
#include <stdbool.h>
#include "datapath/probes/language/fault.h"
#include "datapath/probes/names.h"

#define PROBE_SPEC_NAME 256

struct probe_spec {
	enum weir_probe_type type;
	bool automatic;              /* a function's name alone: fentry, or else kprobe */
	char group[PROBE_SPEC_NAME]; /* category of a tracepoint, provider of a USDT */
	char name[PROBE_SPEC_NAME];  /* function, tracepoint, symbol, event, iterator */
	char path[PATH_MAX];         /* of uprobe and usdt */
	bool is_glob;                /* name or group */
	bool is_address;             /* a uprobe without a symbol: `offset` is an address */
	uint64_t offset;             /* in bytes from the function's begin */
	uint64_t period;             /* of software and hardware; 0: not said */
};

/* -EINVAL, with sentence and place. */
int probe_spec_parse(const char *text, struct probe_spec *ret_spec, struct probe_fault *fault);

#endif
