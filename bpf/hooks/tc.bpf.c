// SPDX-License-Identifier: GPL-2.0
/* tc.bpf.c - the tc hooks, ingress and egress: parse, count, pass to the next program. */
#include <linux/pkt_cls.h>
#include "bpf/counters/counters.bpf.h"
#include "bpf/flows/flows.bpf.h"
#include "bpf/packet/parse_plain.bpf.h"
#include "bpf/packet/segments.bpf.h"
#include "bpf/base/license.bpf.h"

/*
 * Handles all but plain packets. They are rare, so this is a global function (see
 * bpf/flows/flows.bpf.h).
 */
__noinline int weir_parse_any(struct __sk_buff *skb, struct weir_counters *counts)
{
	struct cursor c = { .ctx = skb, .source = FROM_SKB, .len = skb->len };
	struct weir_count extra;
	struct pkt pkt = {};

	parse(&c, cfg_raw_ip, &pkt);
	if (counts) {
		extra = wire_extra(skb, pkt.header_len);
		counts->wire_extra.packets += extra.packets;
		counts->wire_extra.bytes += extra.bytes;
	}
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
	/* super-packets are few, and their header length has to be measured */
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
