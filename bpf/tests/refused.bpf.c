// SPDX-License-Identifier: GPL-2.0
/*
 * refused.bpf.c - programs that every verifier rejects, whatever the compiler: their defects are in
 * assembly. For test_refusals.c, which loads one at a time.
 */
#include "bpf/base/license.bpf.h"

/* Reads beyond its stack frame. */
SEC("tc")
int weir_defect(struct __sk_buff *skb)
{
	long value;

	asm volatile("%0 = *(u64 *)(r10 + 8)" : "=r"(value));
	return skb ? (int)value : 0;
}

/* Calls a helper that does not exist. */
SEC("tc")
int weir_helper(struct __sk_buff *skb)
{
	asm volatile("call 65535" ::: "r0", "r1", "r2", "r3", "r4", "r5");
	return skb ? 0 : 1;
}

/* Attaches where its type is not allowed: the test chooses the function of a program. */
SEC("tp_btf")
int weir_place(void *ctx)
{
	return ctx ? 0 : 1;
}

SEC("tc")
int weir_fine(struct __sk_buff *skb)
{
	return skb ? 0 : 1;
}
