// SPDX-License-Identifier: GPL-2.0
/*
 * maps.bpf.c - every shared map and no program: what ctl makes and pins at first use.
 *
 * Maps that programs touch come with the header of their concern. Those below only user space
 * reads and writes.
 */
#include "bpf/state/config.bpf.h"
#include "bpf/counters/counters.bpf.h"
#include "bpf/flows/flows.bpf.h"
#include "bpf/state/slots.bpf.h"
#include "bpf/tcp/tcp.bpf.h"
#include "bpf/tune/tune.bpf.h"
#include "bpf/base/license.bpf.h"

/*
 * The counters as they stood when they were last reset; readers subtract. A program's counters
 * are never written by anyone else, so a reset loses no packet. Elements are allocated when
 * needed; there is room for every slot.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, WEIR_SLOTS);
	__type(key, __u32);
	__type(value, struct weir_counters);
} baselines SEC(".maps");

/* Which layout the maps have. One element, written once before the maps can be seen. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weir_meta);
} meta SEC(".maps");
