/* SPDX-License-Identifier: GPL-2.0 */
/* steps.bpf.h - executes the steps of a plan, see shared.h. */
#ifndef WEIR_BPF_PROBES_STEPS_BPF_H
#define WEIR_BPF_PROBES_STEPS_BPF_H

#include "bpf/probes/state.bpf.h"
#include "bpf/probes/step_numbers.bpf.h"
#include "bpf/probes/step_texts.bpf.h"

/* Under lockdown bpf_probe_read_kernel() is forbidden: no live code path may call it. */
static __always_inline long read_memory(void *to, __u32 size, __u64 from, __u8 space)
{
	if (space == PROBE_KERNEL || (space == PROBE_ANY && (__s64)from < 0)) {
		if (plan.kernel)
			return bpf_probe_read_kernel(to, size, (void *)from);
		return -1;
	}
	return bpf_probe_read_user(to, size, (void *)from);
}

static __always_inline long read_string(void *to, __u32 size, __u64 from, __u8 space)
{
	if (space == PROBE_KERNEL || (space == PROBE_ANY && (__s64)from < 0)) {
		if (plan.kernel)
			return bpf_probe_read_kernel_str(to, size, (void *)from);
		return -1;
	}
	return bpf_probe_read_user_str(to, size, (void *)from);
}

static __always_inline __u64 builtin(__u32 which)
{
	switch (which) {
	case PROBE_PID:
		return bpf_get_current_pid_tgid() >> 32;
	case PROBE_TID:
		return (__u32)bpf_get_current_pid_tgid();
	case PROBE_UID:
		return (__u32)bpf_get_current_uid_gid();
	case PROBE_GID:
		return bpf_get_current_uid_gid() >> 32;
	case PROBE_CPU:
		return bpf_get_smp_processor_id();
	case PROBE_CGROUP:
		return bpf_get_current_cgroup_id();
	default:
		return bpf_ktime_get_ns();
	}
}

/*
 * The mask of bad values is in a register, and code computes with it instead of branching. So the
 * verifier knows which bits are never set, and removes the code that tests them.
 */
static __always_inline __u64 bad_of(__u64 bad, __u8 value)
{
	return bad >> (value & (PROBE_VALUES - 1)) & 1;
}

static __always_inline __u64 value_of(const struct probe_scratch *s, __u8 value)
{
	return s->values[BOUND(value, PROBE_VALUES)];
}

static __noinline void tally_bad(void)
{
	PROBE_TALLY(bad);
}

/*
 * Stores a result; `is_bad` is 0 or 1. A bad value is stored as 0. Returns 1 if the filter ends the
 * run, else 0.
 */
static __always_inline long put(struct probe_scratch *s, __u64 *bad,
				const volatile struct probe_step *t, __u64 value, __u64 is_bad)
{
	__u8 dst = t->dst & (PROBE_VALUES - 1), filter = t->filter;

	if (t->doubt) {
		value &= is_bad - 1;
		*bad = (*bad & ~(1ULL << dst)) | is_bad << dst;
	}
	s->values[BOUND(dst, PROBE_VALUES)] = value;
	if (!filter || value)
		return 0;
	if (t->doubt && is_bad) {
		if (filter == PROBE_FILTER_PART)
			return 0;
		tally_bad();
	}
	s->done = 1;
	return 1;
}

/* Marks an item as bad. For items in the key, the mark is part of the key. */
static __always_inline void spoil(struct probe_scratch *s, __u32 offset, __u16 item)
{
	if (offset < PROBE_KEY)
		((struct probe_key *)s->area)->bad |= 1ULL << (item & 63);
	else
		((struct probe_event *)(s->area + PROBE_KEY))->bad |= 1ULL << (item & 63);
}

static __always_inline __u64 step_binary(const struct probe_scratch *s, __u64 bad,
					 const volatile struct probe_step *t, __u64 *is_bad)
{
	__u32 op = t->offset;
	__u8 fixed = t->fixed;
	__u64 a = fixed == PROBE_FIXED_A ? (__u64)t->imm : value_of(s, t->a);
	__u64 b = fixed == PROBE_FIXED_B ? (__u64)t->imm : value_of(s, t->b);
	__u64 value;

	if (op == PROBE_AND)
		value = truth(a) & truth(b);
	else if (op == PROBE_OR)
		value = truth(a) | truth(b);
	else
		value = binary(op, a, b);
	if (t->doubt) {
		__u64 bad_a = fixed == PROBE_FIXED_A ? 0 : bad_of(bad, t->a);
		__u64 bad_b = fixed == PROBE_FIXED_B ? 0 : bad_of(bad, t->b);

		*is_bad = bad_a | bad_b;
		if (op == PROBE_AND) /* an operand that is good and 0 decides */
			*is_bad &= (truth(a) | bad_a) & (truth(b) | bad_b);
		else if (op == PROBE_OR)
			*is_bad &= value ^ 1;
		else if (op >= PROBE_DIV && op <= PROBE_SMOD)
			*is_bad |= truth(b) ^ 1;
	}
	return value;
}

/* If the address is bad, its value is 0, and reading there fails. */
static __always_inline __u64 step_load(const struct probe_scratch *s, __u64 bad,
				       const volatile struct probe_step *t, __u64 *is_bad)
{
	__u64 value = 0, from = value_of(s, t->a) + (__u64)t->imm;
	__u32 size = t->size;
	long ret;

	*is_bad = 1;
	if (!size || size > sizeof(value))
		return 0;
	ret = read_memory(&value, BOUND(size, sizeof(value) + 1), from, t->b);
	*is_bad = bad_of(bad, t->a) | (__u64)ret >> 63;
	return value;
}

static __noinline void step_read(struct probe_scratch *s, __u64 bad,
				 const volatile struct probe_step *t)
{
	__u32 offset = t->offset, size = t->size;
	__u64 from = value_of(s, t->a) + (__u64)t->imm;
	__u8 *to = &s->area[BOUND(offset, PROBE_AREA)];
	long ret = -1;

	if (offset >= PROBE_DATA || !size || size > PROBE_BLOB)
		return;
	if (offset < PROBE_KEY) { /* all its bytes are part of the key */
		if (size > PROBE_KEY_STRING)
			size = PROBE_KEY_STRING;
		__builtin_memset(to, 0, PROBE_KEY_STRING);
	}
	if (!bad_of(bad, t->a)) {
		if (t->op == PROBE_READ)
			ret = read_memory(to, BOUND(size, PROBE_BLOB + 1), from, t->b);
		else
			ret = read_string(to, BOUND(size, PROBE_BLOB + 1), from, t->b);
	}
	if (ret < 0) {
		*to = 0;
		spoil(s, offset, t->item);
	}
}

static __always_inline void step_store(struct probe_scratch *s, __u64 bad,
				       const volatile struct probe_step *t)
{
	__u32 offset = t->offset;

	if (offset >= PROBE_DATA)
		return;
	s->words[BOUND(offset / 8, PROBE_AREA / 8)] = value_of(s, t->a);
	if (bad_of(bad, t->a))
		spoil(s, offset, t->item);
}

static __always_inline __u64 step_field(const struct probe_scratch *s,
					const volatile struct probe_step *t)
{
	__u32 word = t->offset / 4, shift = t->offset % 4 * 8;
	const __u32 *at = &s->record[BOUND(word, PROBE_RECORD / 4)];
	__u64 low;

	if (word >= PROBE_RECORD / 4)
		return 0;
	low = at[0] | (__u64)at[1] << 32;
	if (shift) { /* fields of packed records may be unaligned */
		low >>= shift;
		low |= (__u64)at[2] << (64 - shift);
	}
	if (t->size < 8)
		low &= (1ULL << t->size * 8 % 64) - 1;
	return low;
}

static __always_inline __u64 step_extend(const struct probe_scratch *s, __u64 bad,
					 const volatile struct probe_step *t, __u64 *is_bad)
{
	__u64 value = value_of(s, t->a) << (t->offset & 63);

	*is_bad = bad_of(bad, t->a);
	return t->b ? (__u64)((__s64)value >> (t->size & 63)) : value >> (t->size & 63);
}

/* Executes one step. Returns nonzero if the run ends here. */
static __always_inline long take_step(struct probe_scratch *s, __u64 *bad,
				      const volatile struct probe_step *t)
{
	__u64 value = 0, is_bad = 0;

	switch (t->op) {
	case PROBE_IMM:
		value = (__u64)t->imm;
		break;
	case PROBE_ARG:
		value = s->args[BOUND(t->offset, PROBE_ARGS)];
		is_bad = s->bad_args >> (t->offset & (PROBE_ARGS - 1)) & 1;
		break;
	case PROBE_FIELD:
		value = step_field(s, t);
		break;
	case PROBE_BUILTIN:
		value = builtin(t->offset);
		break;
	case PROBE_LOAD:
		value = step_load(s, *bad, t, &is_bad);
		break;
	case PROBE_EXTEND:
		value = step_extend(s, *bad, t, &is_bad);
		break;
	case PROBE_BINARY:
		value = step_binary(s, *bad, t, &is_bad);
		break;
	case PROBE_UNARY:
		value = unary(t->offset, value_of(s, t->a));
		is_bad = bad_of(*bad, t->a);
		break;
	case PROBE_COMM_IS:
		value = comm_is(t);
		break;
	case PROBE_COMPARE:
		value = step_compare(s, t, &is_bad);
		break;
	case PROBE_STORE:
		step_store(s, *bad, t);
		return 0;
	case PROBE_READ:
	case PROBE_READ_STRING:
		step_read(s, *bad, t);
		return 0;
	case PROBE_COMM:
		if (t->offset < PROBE_DATA)
			bpf_get_current_comm(&s->area[BOUND(t->offset, PROBE_AREA)], 16);
		return 0;
	default:
		return 1;
	}
	return put(s, bad, t, value, is_bad);
}

/*
 * Evaluates conditions on the current task or CPU, which need only one register. Most hits end
 * here, before anything is set up for them. Returns false to reject the hit.
 */
static __always_inline bool take_early_steps(void)
{
	__u64 value = 0;

#pragma unroll
	for (__u32 i = 0; i < PROBE_EARLY; i++) {
		const volatile struct probe_step *t = &early[i];

		switch (t->op) {
		case PROBE_BUILTIN:
			value = builtin(t->offset);
			break;
		case PROBE_COMM_IS:
			value = comm_is(t);
			break;
		case PROBE_BINARY:
			value = t->fixed == PROBE_FIXED_A ? binary(t->offset, (__u64)t->imm, value)
							  : binary(t->offset, value, (__u64)t->imm);
			break;
		case PROBE_UNARY:
			value = unary(t->offset, value);
			break;
		default:
			return true;
		}
		if (t->filter && !value)
			return false;
	}
	return true;
}

/*
 * The verifier knows the plan. Of an unrolled step it leaves only the code of that step, without
 * calls or branches, as if the plan had been compiled.
 */
static __always_inline long take_first_steps(struct probe_scratch *s)
{
	__u64 bad = 0;

#pragma unroll
	for (__u32 i = 0; i < PROBE_UNROLLED; i++) {
		if (!steps[i].op)
			break;
		if (take_step(s, &bad, &steps[i]))
			return 1;
	}
	s->bad = bad;
	return 0;
}

struct probe_run {
	struct probe_scratch *scratch;
};

static long take_further_step(__u32 i, struct probe_run *run)
{
	const volatile struct probe_step *t = &steps[BOUND(i + PROBE_UNROLLED, PROBE_STEPS)];

	return take_step(run->scratch, &run->scratch->bad, t);
}

/* Returns false if a filter rejected the hit. */
static __always_inline bool take_steps(struct probe_scratch *s)
{
	struct probe_run run = { .scratch = s };

	if (!plan.steps)
		return true;
	if (take_first_steps(s))
		return false;
	if (plan.steps <= PROBE_UNROLLED)
		return true;
	bpf_loop(plan.steps - PROBE_UNROLLED, take_further_step, &run, 0);
	return !s->done;
}

#endif
