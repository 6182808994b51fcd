// SPDX-License-Identifier: GPL-2.0
/*
 * maps.bpf.c - all shared maps and no program. ctl creates and pins them at first use.
 *
 * Maps that programs use are declared in the header of their concern. Those below are read and
 * written by user space only.
 */
#include "bpf/state/config.bpf.h"
#include "bpf/counters/counters.bpf.h"
#include "bpf/flows/flows.bpf.h"
#include "bpf/state/slots.bpf.h"
#include "bpf/tcp/tcp.bpf.h"
#include "bpf/tune/tune.bpf.h"
#include "bpf/base/license.bpf.h"

/*
 * The counters at the last reset; readers subtract them. Nobody but a program writes its counters,
 * so a reset loses no packet. Elements are allocated when needed. There is room for every slot.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, WEIR_SLOTS);
	__type(key, __u32);
	__type(value, struct weir_counters);
} baselines SEC(".maps");

/* The layout of the maps. One element, written once before the maps become visible. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weir_meta);
} meta SEC(".maps");
