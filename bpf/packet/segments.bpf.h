/* SPDX-License-Identifier: GPL-2.0 */
/* segments.bpf.h - what a GSO or GRO super-packet is on the wire. */
#ifndef WEIR_BPF_PACKET_SEGMENTS_BPF_H
#define WEIR_BPF_PACKET_SEGMENTS_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "bpf/abi/abi.h"

/*
 * What is on the wire beyond the skb as handled: each segment carries the headers again.
 * skb->wire_len would say so on tc egress, but on ingress it lacks the MAC header, and the
 * segments of a tap device come uncounted.
 */
static __always_inline struct weir_count wire_extra(const struct __sk_buff *skb, __u32 header_len)
{
	__u32 segs = skb->gso_segs, size = skb->gso_size;
	struct weir_count extra = {};

	if (!size)
		return extra;
	if (!segs && skb->len > header_len)
		segs = (skb->len - header_len + size - 1) / size;
	if (segs < 2)
		return extra;
	extra.packets = segs - 1;
	extra.bytes = (__u64)(segs - 1) * header_len;
	return extra;
}

#endif
