// SPDX-License-Identifier: GPL-2.0
/*
 * clock.bpf.c - reads jiffies, the only clock that costs a packet nothing.
 *
 * ctl runs it once when it reads times, and never attaches it.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "bpf/base/license.bpf.h"

__u64 jiffies_now;

SEC("socket")
int weir_clock(struct __sk_buff *skb)
{
	jiffies_now = bpf_jiffies64();
	return skb ? 0 : 1;
}
