// SPDX-License-Identifier: GPL-2.0
/* tc.bpf.c - the tc hooks, ingress and egress: parse, count, hand on. */
#include <linux/pkt_cls.h>
#include "counters.bpf.h"
#include "flows.bpf.h"
#include "parse_plain.bpf.h"

/*
 * What a super-packet is on the wire: each segment carries the headers again. skb->wire_len
 * would say so on egress, but on ingress it lacks the MAC header, and the segments of a tap
 * device come uncounted.
 */
static __always_inline void count_segments(struct weir_counters *c, const struct __sk_buff *skb,
					   __u32 header_len)
{
	__u32 segs = skb->gso_segs, size = skb->gso_size;

	if (!size)
		return;
	if (!segs && skb->len > header_len)
		segs = (skb->len - header_len + size - 1) / size;
	if (segs < 2)
		return;
	c->wire_extra.packets += segs - 1;
	c->wire_extra.bytes += (__u64)(segs - 1) * header_len;
}

/* Anything but a plain packet. Rare, so a function of its own (see flows.bpf.h). */
__noinline int weir_parse_any(struct __sk_buff *skb, struct weir_counters *counts)
{
	struct cursor c = { .ctx = skb, .source = FROM_SKB, .len = skb->len };
	struct pkt pkt = {};

	parse(&c, cfg_raw_ip, &pkt);
	if (counts)
		count_segments(counts, skb, pkt.header_len);
	if (cfg_flows)
		weir_flow_any(&pkt, skb->len);
	return pkt.class;
}

static __always_inline int handle(struct __sk_buff *skb)
{
	struct weir_counters *counts;
	struct plain at = {};
	int class;

	if (skipped())
		return TC_ACT_UNSPEC;
	counts = slot_counters();
	if (!counts)
		return TC_ACT_UNSPEC;
	class = parse_plain((void *)(long)skb->data, (void *)(long)skb->data_end, skb->len,
			    cfg_raw_ip, &at);
	/* super-packets too: they are few, and their headers have to be measured */
	if (class == UNSURE || skb->gso_size || (cfg_flows && !flow_plain(&at, class, skb->len)))
		class = weir_parse_any(skb, counts);
	count(counts, class, skb->len);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int weir_tc(struct __sk_buff *skb)
{
	return handle(skb);
}

char LICENSE[] SEC("license") = "GPL";
