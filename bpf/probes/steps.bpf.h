/* SPDX-License-Identifier: GPL-2.0 */
/*
 * steps.bpf.h - what each step of a plan does: see probe.h. A part of engine.bpf.h, which has the
 * maps.
 */
#ifndef WEIR_PROBES_STEPS_BPF_H
#define WEIR_PROBES_STEPS_BPF_H

/* Under lockdown the kernel has no bpf_probe_read_kernel(), so nothing may lead there. */
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

/* No machine instruction of BPF's first versions divides with sign. */
static __always_inline __u64 divide(__u64 a, __u64 b, bool rest)
{
	__u64 x = (__s64)a < 0 ? -a : a, y = (__s64)b < 0 ? -b : b;
	__u64 result = rest ? x % y : x / y;
	bool minus = rest ? (__s64)a < 0 : ((__s64)a < 0) != ((__s64)b < 0);

	return minus ? -result : result;
}

static __always_inline __u64 binary(__u32 op, __u64 a, __u64 b)
{
	switch (op) {
	case PROBE_ADD:
		return a + b;
	case PROBE_SUB:
		return a - b;
	case PROBE_MUL:
		return a * b;
	case PROBE_DIV:
		return a / b;
	case PROBE_MOD:
		return a % b;
	case PROBE_SDIV:
		return divide(a, b, false);
	case PROBE_SMOD:
		return divide(a, b, true);
	case PROBE_BITAND:
		return a & b;
	case PROBE_BITOR:
		return a | b;
	case PROBE_BITXOR:
		return a ^ b;
	case PROBE_SHL:
		return a << (b & 63);
	case PROBE_SHR:
		return a >> (b & 63);
	case PROBE_SAR:
		return (__u64)((__s64)a >> (b & 63));
	case PROBE_EQ:
		return a == b;
	case PROBE_NE:
		return a != b;
	case PROBE_LT:
		return a < b;
	case PROBE_LE:
		return a <= b;
	case PROBE_SLT:
		return (__s64)a < (__s64)b;
	default:
		return (__s64)a <= (__s64)b;
	}
}

static __always_inline __u64 unary(__u32 op, __u64 a)
{
	switch (op) {
	case PROBE_NEG:
		return -a;
	case PROBE_INVERT:
		return ~a;
	case PROBE_NOT:
		return !a;
	case PROBE_SWAP16:
		return __builtin_bswap16((__u16)a);
	case PROBE_SWAP32:
		return __builtin_bswap32((__u32)a);
	default:
		return __builtin_bswap64(a);
	}
}

static __always_inline void put(struct probe_scratch *s, __u8 dst, __u64 value, bool bad)
{
	dst &= PROBE_VALUES - 1;
	s->values[dst] = bad ? 0 : value;
	if (bad)
		s->bad |= 1ULL << dst;
	else
		s->bad &= ~(1ULL << dst);
}

static __always_inline bool is_bad(const struct probe_scratch *s, __u8 value)
{
	return s->bad >> (value & (PROBE_VALUES - 1)) & 1;
}

static __always_inline __u64 value_of(const struct probe_scratch *s, __u8 value)
{
	return s->values[value & (PROBE_VALUES - 1)];
}

/* What is in the key tells of itself there, for it tells rows apart. */
static __always_inline void spoil(struct probe_scratch *s, __u32 offset, __u16 item)
{
	if (offset < PROBE_KEY)
		((struct probe_key *)s->area)->bad |= 1ULL << (item & 63);
	else
		((struct probe_event *)(s->area + PROBE_KEY))->bad |= 1ULL << (item & 63);
}

static __always_inline void step_binary(struct probe_scratch *s, const struct probe_step *t)
{
	__u64 a = value_of(s, t->a), b = value_of(s, t->b);
	bool bad_a = is_bad(s, t->a), bad_b = is_bad(s, t->b);

	if (t->offset == PROBE_AND) {
		if ((!bad_a && !a) || (!bad_b && !b))
			put(s, t->dst, 0, false);
		else
			put(s, t->dst, 1, bad_a || bad_b);
	} else if (t->offset == PROBE_OR) {
		if ((!bad_a && a) || (!bad_b && b))
			put(s, t->dst, 1, false);
		else
			put(s, t->dst, 0, bad_a || bad_b);
	} else if (!b && t->offset >= PROBE_DIV && t->offset <= PROBE_SMOD) {
		put(s, t->dst, 0, true);
	} else {
		put(s, t->dst, binary(t->offset, a, b), bad_a || bad_b);
	}
}

static __always_inline void step_load(struct probe_scratch *s, const struct probe_step *t)
{
	__u32 size = t->size;
	__u64 value = 0;

	if (is_bad(s, t->a) || !size || size > sizeof(value)) {
		put(s, t->dst, 0, true);
		return;
	}
	put(s, t->dst, value,
	    read_memory(&value, size, value_of(s, t->a) + (__u64)t->imm, t->b) < 0);
	s->values[t->dst & (PROBE_VALUES - 1)] = value;
}

static __always_inline void step_read(struct probe_scratch *s, const struct probe_step *t)
{
	__u32 offset = t->offset, size = t->size;
	__u64 from = value_of(s, t->a) + (__u64)t->imm;
	long ret = -1;

	if (offset >= PROBE_DATA || !size || size > PROBE_BLOB)
		return;
	if (offset < PROBE_KEY) { /* all of it tells rows apart */
		if (size > PROBE_KEY_STRING)
			size = PROBE_KEY_STRING;
		__builtin_memset(&s->area[offset], 0, PROBE_KEY_STRING);
	}
	if (!is_bad(s, t->a)) {
		if (t->op == PROBE_READ)
			ret = read_memory(&s->area[offset], size, from, t->b);
		else
			ret = read_string(&s->area[offset], size, from, t->b);
	}
	if (ret < 0) {
		s->area[offset] = 0;
		spoil(s, offset, t->item);
	}
}

static __always_inline void step_store(struct probe_scratch *s, const struct probe_step *t)
{
	__u32 offset = t->offset;

	if (offset >= PROBE_DATA)
		return;
	*(__u64 *)&s->area[offset & ~7U] = value_of(s, t->a);
	if (is_bad(s, t->a))
		spoil(s, offset, t->item);
}

static __always_inline void step_field(struct probe_scratch *s, const struct probe_step *t)
{
	__u32 word = t->offset / 4, shift = t->offset % 4 * 8;
	__u64 low;

	if (word >= PROBE_RECORD / 4)
		return;
	low = s->record[word] | (__u64)s->record[word + 1] << 32;
	if (shift) { /* packed records have fields that are not aligned */
		low >>= shift;
		low |= (__u64)s->record[word + 2] << (64 - shift);
	}
	if (t->size < 8)
		low &= (1ULL << t->size * 8 % 64) - 1;
	put(s, t->dst, low, false);
}

static __always_inline void step_extend(struct probe_scratch *s, const struct probe_step *t)
{
	__u64 value = value_of(s, t->a) << (t->offset & 63);

	value = t->b ? (__u64)((__s64)value >> (t->size & 63)) : value >> (t->size & 63);
	put(s, t->dst, value, is_bad(s, t->a));
}

static __always_inline void step_compare(struct probe_scratch *s, const struct probe_step *t)
{
	__u32 word = t->offset / 8, from = (__u32)t->imm / 8, size = t->size;
	__u64 bad = ((struct probe_event *)(s->area + PROBE_KEY))->bad;
	__u64 differ = 0;

	/* behind the text there may be anything */
	for (__u32 i = 0; i < PROBE_STRING / 8; i++) {
		__u32 at = (word + i) & 511, text = (from + i) & (PROBE_TEXT / 8 - 1);

		if (i * 8 >= size)
			break;
		asm volatile("" : "+r"(at), "+r"(text)); /* the bounds stay with them */
		differ = s->words[at & 511] ^ texts[text & (PROBE_TEXT / 8 - 1)];
		if (size - i * 8 < 8)
			differ &= (1ULL << (size - i * 8) * 8) - 1;
		if (differ)
			break;
	}
	put(s, t->dst, !differ, bad >> (t->item & 63) & 1);
}

struct probe_run {
	struct probe_scratch *scratch;
};

static long take_step(__u32 i, struct probe_run *run)
{
	struct probe_scratch *s = run->scratch;
	const struct probe_step *t = (const struct probe_step *)&steps[i & (PROBE_STEPS - 1)];

	switch (t->op) {
	case PROBE_IMM:
		put(s, t->dst, (__u64)t->imm, false);
		return 0;
	case PROBE_ARG:
		put(s, t->dst, s->args[t->offset & (PROBE_ARGS - 1)],
		    s->bad_args >> (t->offset & (PROBE_ARGS - 1)) & 1);
		return 0;
	case PROBE_FIELD:
		step_field(s, t);
		return 0;
	case PROBE_BUILTIN:
		put(s, t->dst, builtin(t->offset), false);
		return 0;
	case PROBE_LOAD:
		step_load(s, t);
		return 0;
	case PROBE_EXTEND:
		step_extend(s, t);
		return 0;
	case PROBE_BINARY:
		step_binary(s, t);
		return 0;
	case PROBE_UNARY:
		put(s, t->dst, unary(t->offset, value_of(s, t->a)), is_bad(s, t->a));
		return 0;
	case PROBE_STORE:
		step_store(s, t);
		return 0;
	case PROBE_READ:
	case PROBE_READ_STRING:
		step_read(s, t);
		return 0;
	case PROBE_COMM:
		if (t->offset < PROBE_DATA)
			bpf_get_current_comm(&s->area[t->offset & (4096 - 1)], 16);
		return 0;
	case PROBE_COMPARE:
		step_compare(s, t);
		return 0;
	case PROBE_FILTER:
		if (!is_bad(s, t->a) && value_of(s, t->a))
			return 0;
		if (is_bad(s, t->a))
			PROBE_TALLY(bad);
		s->done = 1;
		return 1;
	default:
		return 1;
	}
}

#endif
