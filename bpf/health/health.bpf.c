// SPDX-License-Identifier: GPL-2.0
/*
 * health.bpf.c - measures what the kernel has no counter for: how long NET_RX waits and runs,
 * resets by reason, transmit timeouts. Loaded only while somebody looks.
 */
#include "bpf/health/shared.h"
#include "bpf/kernel/skb.bpf.h"
#include "bpf/base/bound.bpf.h"
#include "bpf/base/license.bpf.h"

const volatile __u64 cfg_netns;  /* resets and timeouts of this namespace only */
const volatile bool cfg_reasons; /* tcp_send_reset passes the reason (Linux 6.10) */

#define NET_RX 3 /* include/linux/interrupt.h, NET_RX_SOFTIRQ */

/*
 * Written here, read by ctl. No atomics: softirqs of a CPU do not nest, and an interrupt that
 * raises one in between spoils at most one sample.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct health_counts);
} health SEC(".maps");

static __always_inline struct health_counts *counts(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&health, &zero);
}

/* Returns the number of significant bits of the microseconds. */
static __always_inline __u32 bucket(__u64 ns)
{
	__u64 us = ns / 1000;
	__u32 bits = 0;

	for (int i = 0; i < HEALTH_BUCKETS - 1; i++)
		bits += us >> i != 0;
	return bits;
}

static __always_inline void sample(__u64 *buckets, __u64 ns)
{
	buckets[BOUND(bucket(ns), HEALTH_BUCKETS)]++;
}

SEC("tp_btf/softirq_raise")
int weir_raise(__u64 *ctx)
{
	struct health_counts *c = ctx[0] == NET_RX ? counts() : NULL;

	if (c && !c->raised)
		c->raised = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/softirq_entry")
int weir_entry(__u64 *ctx)
{
	struct health_counts *c = ctx[0] == NET_RX ? counts() : NULL;

	if (!c)
		return 0;
	c->entered = bpf_ktime_get_ns();
	if (c->raised && c->entered >= c->raised)
		sample(c->wait, c->entered - c->raised);
	c->raised = 0;
	return 0;
}

SEC("tp_btf/softirq_exit")
int weir_exit(__u64 *ctx)
{
	struct health_counts *c = ctx[0] == NET_RX ? counts() : NULL;

	if (!c || !c->entered)
		return 0;
	sample(c->run, bpf_ktime_get_ns() - c->entered);
	c->entered = 0;
	return 0;
}

static __always_inline bool is_here(const struct sock *sk)
{
	return sk && net_cookie(sk->__sk_common.skc_net.net) == cfg_netns;
}

/* Without a socket, the packet being answered gives the namespace. */
SEC("tp_btf/tcp_send_reset")
int weir_reset_sent(__u64 *ctx)
{
	const struct sock *sk = (const struct sock *)ctx[0];
	const struct sk_buff *skb = (const struct sk_buff *)ctx[1];
	struct health_counts *c = counts();
	bool here = is_here(sk);
	__u32 reason = 0;

	if (!sk && skb) {
		const struct net_device *dev = skb->dev;

		here = (dev ? net_cookie(device_net(dev)) : route_cookie(skb)) == cfg_netns;
	}
	if (!c || !here)
		return 0;
	if (cfg_reasons)
		reason = (__u32)ctx[2];
	if (reason >= HEALTH_REASONS)
		reason = HEALTH_REASONS - 1;
	c->resets_sent[BOUND(reason, HEALTH_REASONS)]++;
	return 0;
}

SEC("tp_btf/tcp_receive_reset")
int weir_reset_received(__u64 *ctx)
{
	struct health_counts *c = counts();

	if (c && is_here((const struct sock *)ctx[0]))
		c->resets_received++;
	return 0;
}

SEC("tp_btf/net_dev_xmit_timeout")
int weir_tx_timeout(__u64 *ctx)
{
	const struct net_device *dev = (const struct net_device *)ctx[0];
	struct health_counts *c = counts();

	if (c && net_cookie(device_net(dev)) == cfg_netns)
		c->tx_timeouts++;
	return 0;
}
