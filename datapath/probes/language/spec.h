/* SPDX-License-Identifier: GPL-2.0 */
/* spec.h - specifications of probes, such as "kprobe:vfs_mkdir", in the syntax of bpftrace. */
#ifndef WEIR_PROBES_LANGUAGE_SPEC_H
#define WEIR_PROBES_LANGUAGE_SPEC_H

#include <limits.h>
#include <stdbool.h>
#include "datapath/probes/language/fault.h"
#include "datapath/probes/names.h"

#define PROBE_SPEC_NAME 256

struct probe_spec {
	enum weir_probe_type type;
	bool automatic;              /* only a function name: fentry, or else kprobe */
	char group[PROBE_SPEC_NAME]; /* category of a tracepoint, provider of a USDT probe */
	char name[PROBE_SPEC_NAME];  /* function, tracepoint, symbol, event, iterator */
	char path[PATH_MAX];         /* for uprobe and usdt */
	bool is_glob;                /* name or group is a glob */
	bool is_address;             /* uprobe without a symbol: `offset` is an address */
	uint64_t offset;             /* in bytes from the start of the function */
	uint64_t period;             /* for software and hardware; 0: default */
};

/* Returns -EINVAL with the sentence and position in fault. */
int probe_spec_parse(const char *text, struct probe_spec *ret_spec, struct probe_fault *fault);

#endif
