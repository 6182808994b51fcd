/* SPDX-License-Identifier: GPL-2.0 */
/* segments.bpf.h - the size of a GSO or GRO super-packet on the wire. */
#ifndef WEIR_BPF_PACKET_SEGMENTS_BPF_H
#define WEIR_BPF_PACKET_SEGMENTS_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "bpf/abi/abi.h"

/*
 * Returns packets and bytes on the wire in addition to the skb: every segment repeats the headers.
 * skb->wire_len would give the bytes at tc egress. At ingress it excludes the MAC header, and
 * packets from a tap device have no segment count.
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
