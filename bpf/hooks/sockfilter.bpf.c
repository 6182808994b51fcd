// SPDX-License-Identifier: GPL-2.0
/*
 * sockfilter.bpf.c - the filter of one socket: count, keep or drop, truncate.
 *
 * The packet begins with its transport header at UDP, TCP and ping sockets, with its IP header at
 * raw IPv4 sockets, and with the payload at UNIX sockets. Lengths count from there.
 *
 * A socket holds a reference to its filter, and accepted sockets inherit the filter of their
 * listener. So the program may still run when its slot has a new owner. It checks that the slot is
 * still its own; if not, it keeps every packet and counts nothing.
 *
 * UNIX sockets run the filter in the sending process. Another run for the same slot may preempt or
 * interrupt it on the same CPU, so every addition is atomic.
 */
#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include "bpf/counters/counters.bpf.h"
#include "bpf/packet/segments.bpf.h"
#include "bpf/state/slots.bpf.h"
#include "bpf/base/license.bpf.h"

#define KEEP_ALL 0x7fffffff
#define TCP_DOFF_AT 12 /* RFC 9293, 3.1: the upper four bits are the header length in words */
#define UDP_HEADER_LEN 8

const volatile struct weir_socket_config cfg_socket;

/*
 * Returns nonzero if the expression matches. At load time, datapath/sockets/weave.c replaces the
 * end of this function, from the marker on, by the instructions of the expression, which expect the
 * packet in r1.
 */
__noinline int weir_keep(struct __sk_buff *skb)
{
	int kept;

	asm volatile("r1 = %[skb]\n"
		     "r0 = %[marker]\n"
		     "%[kept] = r0\n"
		     : [kept] "=r"(kept)
		     : [skb] "r"(skb), [marker] "i"(WEIR_KEEP_MARKER)
		     : "r0", "r1");
	return kept;
}

static __always_inline __u32 class_of(const struct __sk_buff *skb)
{
	if (!cfg_socket.ip)
		return WEIR_CLASS_OTHER_L3;
	return (skb->protocol == bpf_htons(ETH_P_IPV6) ? WEIR_CLASS_IPV6 : WEIR_CLASS_IPV4) +
	       cfg_socket.l4;
}

/* GRO merges segments into one packet; each segment had its own header. */
static __always_inline void count_segments(struct weir_counters *c, struct __sk_buff *skb)
{
	__u32 header_len = UDP_HEADER_LEN;
	struct weir_count extra;
	__u8 doff;

	if (!skb->gso_size)
		return;
	if (cfg_socket.l4 == WEIR_L4_TCP) {
		if (bpf_skb_load_bytes(skb, TCP_DOFF_AT, &doff, sizeof(doff)))
			return;
		header_len = (doff >> 4) * 4;
	}
	extra = wire_extra(skb, header_len);
	__sync_fetch_and_add(&c->wire_extra.packets, extra.packets);
	__sync_fetch_and_add(&c->wire_extra.bytes, extra.bytes);
}

SEC(WEIR_SOCKET_SECTION)
int weir_socket(struct __sk_buff *skb)
{
	struct weir_counters *counts;
	struct weir_count *drop;

	if (!slot_is_mine())
		return KEEP_ALL;
	counts = slot_counters();
	if (!counts)
		return KEEP_ALL;
	count_shared(counts, class_of(skb), skb->len);
	count_segments(counts, skb);
	if (cfg_socket.keep && !weir_keep(skb)) {
		drop = &counts->drops[WEIR_DROP_SOCKET_FILTER];
		__sync_fetch_and_add(&drop->packets, 1);
		__sync_fetch_and_add(&drop->bytes, skb->len);
		return 0;
	}
	return cfg_socket.snap ? cfg_socket.snap : KEEP_ALL;
}
