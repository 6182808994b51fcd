// SPDX-License-Identifier: GPL-2.0
/*
 * cgroup_skb.bpf.c - packets to and from the sockets of a cgroup: parse, count, pass.
 *
 * A packet begins with its IP header here, and lengths are those of the IP packet. The hook does
 * not see packets that belong to no socket of the cgroup: replies the kernel sends without a
 * socket, and forwarded packets.
 *
 * Incoming packets may interrupt a process that sends, and another sending process may preempt it,
 * on the same CPU and for the same slot. So every addition is atomic.
 */
#include "bpf/counters/counters.bpf.h"
#include "bpf/packet/parse_plain.bpf.h"
#include "bpf/packet/segments.bpf.h"
#include "bpf/base/license.bpf.h"

#define LET_THROUGH 1
#define LOOPBACK_IFINDEX 1 /* in every network namespace, include/linux/netdevice.h */

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
		__sync_fetch_and_add(&counts->wire_extra.packets, extra.packets);
		__sync_fetch_and_add(&counts->wire_extra.bytes, extra.bytes);
	}
	return pkt.class;
}

static __always_inline int is_skipped(const struct __sk_buff *skb)
{
	const struct weir_settings *s;
	__u32 zero = 0;

	if (skb->ifindex != LOOPBACK_IFINDEX)
		return 0;
	s = bpf_map_lookup_elem(&settings, &zero);
	return s && s->skip_loopback;
}

static __always_inline int handle(struct __sk_buff *skb)
{
	struct weir_counters *counts;
	struct plain at = {};
	int class;

	if (is_skipped(skb))
		return LET_THROUGH;
	counts = slot_counters();
	if (!counts)
		return LET_THROUGH;
	class = parse_plain((void *)(long)skb->data, (void *)(long)skb->data_end, skb->len,
			    cfg_raw_ip, &at);
	if (class == UNSURE || skb->gso_size)
		class = weir_parse_any(skb, counts);
	count_shared(counts, class, skb->len);
	return LET_THROUGH;
}

SEC("cgroup_skb/ingress")
int weir_cgroup_skb(struct __sk_buff *skb)
{
	return handle(skb);
}
