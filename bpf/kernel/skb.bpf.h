/* SPDX-License-Identifier: GPL-2.0 */
/* skb.bpf.h - how tracing programs read packets, devices and routes. */
#ifndef WEIR_BPF_KERNEL_SKB_BPF_H
#define WEIR_BPF_KERNEL_SKB_BPF_H

#include <linux/bpf.h>
#include <linux/in6.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <stdbool.h>
#include "bpf/kernel/kernel.bpf.h"

/*
 * 1: use bpf_rdonly_cast(), which works under lockdown. Before Linux 6.2 there is only
 * bpf_probe_read_kernel(), which lockdown forbids.
 */
const volatile bool cfg_cast;

/* The number of bytes that read_block() reads. */
struct block {
	__u32 words[4];
};

static __always_inline void read_block(const void *at, struct block *to)
{
	if (cfg_cast) {
		const struct in6_addr *from = bpf_rdonly_cast(at, bpf_core_type_id_kernel(
									  struct in6_addr));

		to->words[0] = from->s6_addr32[0];
		to->words[1] = from->s6_addr32[1];
		to->words[2] = from->s6_addr32[2];
		to->words[3] = from->s6_addr32[3];
	} else if (bpf_probe_read_kernel(to, sizeof(*to), at) < 0) {
		*to = (struct block){};
	}
}

static __always_inline struct net *device_net(const struct net_device *dev)
{
	return dev->nd_net.net;
}

/*
 * Cookie of a namespace. Returns 0 if its loopback device does not belong to it: not a namespace.
 */
static __always_inline __u64 net_cookie(struct net *net)
{
	struct net_device *lo;

	if (!net)
		return 0;
	lo = net->loopback_dev;
	if (!lo || device_net(lo) != net)
		return 0;
	return net->net_cookie;
}

/*
 * Namespace cookie of the route's device, 0 without a route. The lowest bit of _skb_refdst says if
 * a reference is held. Values from bpf_probe_read_kernel() are scalars to the verifier, so
 * everything behind them is read in the same way.
 */
static __always_inline __u64 route_cookie(const struct sk_buff *skb)
{
	unsigned long ref = skb->_skb_refdst & ~1UL;
	struct net_device *dev;
	struct net *net;

	if (!ref)
		return 0;
	if (cfg_cast) {
		const struct dst_entry *dst =
			bpf_rdonly_cast((void *)ref, bpf_core_type_id_kernel(struct dst_entry));

		dev = dst->dev;
		return dev ? net_cookie(device_net(dev)) : 0;
	}
	dev = BPF_CORE_READ((struct dst_entry *)ref, dev);
	net = dev ? BPF_CORE_READ(dev, nd_net.net) : NULL;
	return net ? BPF_CORE_READ(net, net_cookie) : 0;
}

#endif
