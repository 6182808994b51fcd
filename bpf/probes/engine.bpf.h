/* SPDX-License-Identifier: GPL-2.0 */
/*
 * engine.bpf.h - runs a plan, see shared.h. It does not know where arguments come from.
 *
 * The first steps are unrolled. bpf_loop() runs the rest, so the verifier walks the code of one
 * step for them, however long the plan is.
 */
#ifndef WEIR_BPF_PROBES_ENGINE_BPF_H
#define WEIR_BPF_PROBES_ENGINE_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <stdbool.h>
#include "bpf/probes/state.bpf.h"
#include "bpf/probes/steps.bpf.h"

/* --- the table --- */

static __always_inline __u32 bucket_of(__s64 value)
{
	__u64 v = (__u64)value;
	__u32 n = 0;

	if (value < 0)
		return 0;
	if (!v)
		return 1;
#pragma unroll
	for (int shift = 32; shift; shift >>= 1) {
		if (v >> shift) {
			v >>= shift;
			n += (__u32)shift;
		}
	}
	return n + 2;
}

static __always_inline void add_stat(struct probe_stat *stat, __s64 value)
{
	/* the first value sets both; a nested probe may run in between, hence the order */
	if (!stat->count) {
		stat->min = value;
		stat->max = value;
	}
	__sync_fetch_and_add(&stat->count, 1);
	__sync_fetch_and_add(&stat->sum, value);
	if (value < stat->min)
		stat->min = value;
	if (value > stat->max)
		stat->max = value;
}

static const struct probe_sum nothing;

static __always_inline struct probe_sum *sum_of(const void *key)
{
	struct probe_sum *sum;
	__u32 zero = 0;

	if (plan.total)
		return bpf_map_lookup_elem(&total, &zero);
	sum = bpf_map_lookup_elem(&sums, key);
	if (sum)
		return sum;
	bpf_map_update_elem(&sums, key, &nothing, BPF_NOEXIST);
	return bpf_map_lookup_elem(&sums, key);
}

static __always_inline void sum_up(struct probe_scratch *s)
{
	struct probe_sum *sum = sum_of(s->area);

	if (!sum) {
		PROBE_TALLY(unsummed);
		return;
	}
	__sync_fetch_and_add(&sum->count, 1);
#pragma unroll
	for (__u32 i = 0; i < PROBE_STATS; i++) {
		if (i < plan.stats && !bad_of(s->bad, (__u8)plan.values[i]))
			add_stat(&sum->stat[i], (__s64)value_of(s, (__u8)plan.values[i]));
	}
	if (plan.hist && !bad_of(s->bad, (__u8)(plan.hist - 1))) {
		__u32 bucket = bucket_of((__s64)value_of(s, (__u8)(plan.hist - 1)));

		__sync_fetch_and_add(&sum->buckets[BOUND(bucket, PROBE_BUCKETS)], 1);
	}
}

/* --- events --- */

static __always_inline bool over_limit(void)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&limit, &zero);

	return !count || __sync_fetch_and_add(count, 1) >= plan.limit;
}

static __always_inline void fill_event(struct probe_event *event, __u32 target)
{
	__u64 id = bpf_get_current_pid_tgid();

	event->time = bpf_ktime_get_ns();
	event->tgid = id >> 32;
	event->tid = (__u32)id;
	event->target = target;
	event->cpu = bpf_get_smp_processor_id();
	bpf_get_current_comm(event->comm, sizeof(event->comm));
}

/*
 * An interrupting probe releases it before the interrupted one continues. A preempting probe may
 * not.
 */
static __always_inline bool take(struct probe_scratch *s)
{
	if (plan.preempted)
		return !__sync_val_compare_and_swap(&s->head.busy, 0, 1);
	if (s->head.busy)
		return false;
	s->head.busy = 1;
	return true;
}

/*
 * Returns a scratch area to work in, or NULL if a condition rejects this hit or all areas are busy.
 */
static __always_inline struct probe_scratch *probe_begin(void)
{
	struct probe_scratch *s;

	if (!take_early_steps())
		return NULL;
	if (plan.tgid && bpf_get_current_pid_tgid() >> 32 != plan.tgid)
		return NULL;
	if (plan.cgroup && bpf_current_task_under_cgroup(&cgroups, 0) != 1)
		return NULL;
#pragma unroll
	for (__u32 i = 0; i < PROBE_LEVELS; i++) {
		__u32 level = i;

		s = bpf_map_lookup_elem(&scratches, &level);
		if (s && take(s)) {
			s->bad = 0;
			s->done = 0;
			return s;
		}
	}
	PROBE_TALLY(busy);
	return NULL;
}

static __always_inline void probe_end(struct probe_scratch *s)
{
	s->head.busy = 0;
}

/* --- calls and returns --- */

static __always_inline __u64 thread(void)
{
	__u64 id = bpf_get_current_pid_tgid();

	/* the idle tasks of all CPUs have id 0 */
	return id ? id : (__u64)bpf_get_smp_processor_id() + 1;
}

static __always_inline void probe_save(const struct probe_scratch *s)
{
	struct probe_start start = { .time = bpf_ktime_get_ns() };
	__u64 key = thread();

#pragma unroll
	for (int i = 0; i < 6; i++)
		start.args[i] = s->args[i];
	if (bpf_map_update_elem(&starts, &key, &start, BPF_ANY) < 0)
		PROBE_TALLY(unpaired);
}

static __always_inline bool probe_restore(struct probe_scratch *s)
{
	__u64 key = thread();
	struct probe_start *start = bpf_map_lookup_elem(&starts, &key);

	if (!start) {
		PROBE_TALLY(unpaired);
		return false;
	}
	s->args[PROBE_ARG_LATENCY] = bpf_ktime_get_ns() - start->time;
#pragma unroll
	for (int i = 0; i < 6; i++)
		s->args[i] = start->args[i];
	bpf_map_delete_elem(&starts, &key);
	return true;
}

/* Runs the plan on the prepared arguments. Returns true if there is an event to send. */
static __always_inline bool probe_work(void *ctx, struct probe_scratch *s, __u32 target)
{
	struct probe_event *event = (struct probe_event *)(s->area + PROBE_KEY);
	struct probe_key *key = (struct probe_key *)s->area;
	long stack = 0;

	s->args[PROBE_ARG_TARGET] = target;
	event->bad = 0;
	key->bad = 0;
	key->stack = 0;
	key->reserved = 0;
	if (!take_steps(s) || (plan.limit && over_limit()))
		return false;
	s->head.hits++;
	if (plan.stack)
		stack = bpf_get_stackid(ctx, &stacks, plan.stack == 2 ? BPF_F_USER_STACK : 0);
	if (plan.key_size) {
		key->stack = (__s32)stack;
		sum_up(s);
	}
	if (!plan.event_size)
		return false;
	fill_event(event, target);
	event->stack = plan.stack ? (__s32)stack : -1;
	return true;
}

static __always_inline void probe_run(void *ctx, struct probe_scratch *s, __u32 target)
{
	if (probe_work(ctx, s, target) &&
	    bpf_ringbuf_output(&events, s->area + PROBE_KEY, plan.event_size, BPF_RB_NO_WAKEUP) < 0)
		PROBE_TALLY(lost);
}

#endif
