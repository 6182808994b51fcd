/* SPDX-License-Identifier: GPL-2.0 */
/*
 * counters.bpf.h - the counters of one slot.
 *
 * A packet costs three additions: packets and bytes of its class, and its size bucket. The reader
 * derives the rest: totals, sums by protocol, passed = total - dropped.
 */
#ifndef WEIR_BPF_COUNTERS_COUNTERS_BPF_H
#define WEIR_BPF_COUNTERS_COUNTERS_BPF_H

#include "bpf/state/config.bpf.h"
#include "bpf/base/bound.bpf.h"

/* Size: WEIR_SLOTS elements of 512 bytes per CPU, allocated at creation. It cannot be full. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WEIR_SLOTS);
	__type(key, __u32);
	__type(value, struct weir_counters);
} counters SEC(".maps");

static __always_inline struct weir_counters *slot_counters(void)
{
	__u32 slot = cfg_slot;

	return bpf_map_lookup_elem(&counters, &slot);
}

static __always_inline __u32 size_bucket(__u32 len)
{
	if (len > 511)
		return len > 1518 ? 6 : len > 1023 ? 5 : 4;
	if (len > 127)
		return len > 255 ? 3 : 2;
	return len > 64;
}

static __always_inline void count(struct weir_counters *c, __u32 class, __u32 len)
{
	struct weir_count *of_class = &c->classes[BOUND(class, WEIR_CLASSES)];

	of_class->packets++;
	of_class->bytes += len;
	c->sizes[BOUND(size_bucket(len), WEIR_SIZES)]++;
}

/* For hooks where another program of the slot may interrupt this one on the same CPU. */
static __always_inline void count_shared(struct weir_counters *c, __u32 class, __u32 len)
{
	struct weir_count *of_class = &c->classes[BOUND(class, WEIR_CLASSES)];

	__sync_fetch_and_add(&of_class->packets, 1);
	__sync_fetch_and_add(&of_class->bytes, len);
	/*
	 * The bound is 8, not 7, because the verifier walks a mask faster than a branch.
	 * size_bucket() never returns 7, and the element has room there.
	 */
	__sync_fetch_and_add(&c->sizes[BOUND(size_bucket(len), 8)], 1);
}

#endif
