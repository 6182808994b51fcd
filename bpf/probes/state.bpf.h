/* SPDX-License-Identifier: GPL-2.0 */
/*
 * state.bpf.h - the plan of a program, and its maps. Intermediate results are in maps because they
 * do not fit on the stack.
 */
#ifndef WEIR_BPF_PROBES_STATE_BPF_H
#define WEIR_BPF_PROBES_STATE_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <stdbool.h>
#include "bpf/base/bound.bpf.h"
#include "bpf/probes/shared.h"

const volatile struct probe_plan plan;
const volatile struct probe_step early[PROBE_EARLY];
const volatile struct probe_step steps[PROBE_STEPS];
const volatile __u64 texts[(PROBE_TEXT + PROBE_STRING) / 8];

struct probe_scratch {
	struct probe_head head;
	__u32 done;     /* a filter rejected the hit */
	__u32 bad_args; /* mask of `args`; nonzero only for USDT probes */
	__u64 bad;      /* mask of `values` */
	__u64 values[PROBE_VALUES];
	__u64 args[PROBE_ARGS];
	__u32 record[PROBE_RECORD / 4 + 2];
	__u64 regs[32];
	union {
		__u8 area[PROBE_AREA + PROBE_BLOB]; /* PROBE_DATA bytes are in use */
		__u64 words[(PROBE_AREA + PROBE_BLOB) / 8];
	};
};

/* Private to one program. One element per nesting level. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, PROBE_LEVELS);
	__type(key, __u32);
	__type(value, struct probe_scratch);
} scratches SEC(".maps");

/* If it is full, the event counts as `lost`. The reader polls. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 23);
} events SEC(".maps");

/*
 * ctl sets the sizes before loading. If it is full, the hit counts as `unsummed`. Although it is
 * per CPU, additions are atomic, because another program may interrupt an update.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 16384);
	__uint(key_size, PROBE_KEY);
	__uint(value_size, sizeof(struct probe_sum));
} sums SEC(".maps");

/* The only row, if there are no keys. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct probe_sum);
} total SEC(".maps");

/* If it is full, or two stacks have the same hash, there is no stack. */
struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 8192);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, PROBE_DEPTH * sizeof(__u64));
} stacks SEC(".maps");

/* If it is full, the return counts as `unpaired`. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct probe_start);
} starts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct probe_counts);
} counts SEC(".maps");

/* Number of hits so far, for --count. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} limit SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} cgroups SEC(".maps");

static __always_inline struct probe_counts *counts_here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&counts, &zero);
}

#define PROBE_TALLY(field)                                   \
	do {                                                 \
		struct probe_counts *_c = counts_here();     \
		if (_c)                                      \
			__sync_fetch_and_add(&_c->field, 1); \
	} while (0)

#endif
