/* SPDX-License-Identifier: GPL-2.0 */
/* step_numbers.bpf.h - part of steps.bpf.h: 64-bit arithmetic. */
#ifndef WEIR_BPF_PROBES_STEP_NUMBERS_BPF_H
#define WEIR_BPF_PROBES_STEP_NUMBERS_BPF_H

#include "bpf/probes/state.bpf.h"

/* Returns 0 for 0, else 1, without a branch that the compiler would make of `!!value`. */
static __always_inline __u64 truth(__u64 value)
{
	__u64 negative = -value;

	asm volatile("" : "+r"(negative));
	return (value | negative) >> 63;
}

/* The first BPF instruction sets have no signed division. */
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

#endif
