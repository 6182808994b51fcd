/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cost_flows.h - packets that change their flow during a run, and the usual ways to count flows.
 * For cost_flows_xdp.bpf.c and cost_flows_tc.bpf.c.
 */
#ifndef WEIR_TESTS_COST_FLOWS_H
#define WEIR_TESTS_COST_FLOWS_H

#include <linux/types.h>

/* The bench writes it between runs. */
struct steering {
	__u64 random_state; /* not 0 */
	__u32 flows;
	__u32 in_order; /* 1: one after the other, so that each occurs; 0: at random */
	__u32 next;     /* in order: the next one */
	__u32 unused;
};

#ifdef __bpf__

struct steering steering SEC(".data.steering") = { .random_state = 1, .flows = 1 };

/* Peers look up one table for every packet. The bench sets the sizes. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, WEIR_FLOWS_DEFAULT);
	__type(key, struct weir_flow_key);
	__type(value, struct weir_flow);
} lru SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, WEIR_FLOWS_DEFAULT);
	__type(key, struct weir_flow_key);
	__type(value, struct weir_flow);
} lru_percpu SEC(".maps");

static __always_inline __u32 pick_flow(void)
{
	__u64 x = steering.random_state;

	if (steering.in_order)
		return steering.next++ % steering.flows;
	x ^= x << 13; /* xorshift64 */
	x ^= x >> 7;
	x ^= x << 17;
	steering.random_state = x;
	return (x >> 32) * steering.flows >> 32;
}

/* Moves the packet to another flow by changing its source address. */
static __always_inline void change_flow(void *data, void *end)
{
	struct iphdr *ip = data + ETH_HLEN;

	if ((void *)(ip + 1) <= end)
		ip->saddr = bpf_htonl(0x0a000000 + pick_flow());
}

/* Builds the key and value that weir uses. Only for the plain TCP packet of the bench. */
static __always_inline int read_flow(void *data, void *end, struct weir_flow_key *key,
				     struct weir_flow *flow)
{
	struct iphdr *ip = data + ETH_HLEN;
	struct tcphdr *tcp = (void *)(ip + 1);

	if ((void *)(tcp + 1) > end || ip->protocol != IPPROTO_TCP)
		return 0;
	*key = (struct weir_flow_key){
		.src = { 0, 0, bpf_htonl(0xffff), ip->saddr },
		.dst = { 0, 0, bpf_htonl(0xffff), ip->daddr },
		.src_port = tcp->source,
		.dst_port = tcp->dest,
		.owner = ip->protocol,
	};
	*flow = (struct weir_flow){ .packets = 1, .bytes = end - data };
	flow->first = flow->last = bpf_jiffies64();
	flow->tcp_flags = tcp_flags_of(tcp);
	return 1;
}

/* shared: other CPUs add to the same values. */
static __always_inline void count_flow(void *table, int shared, void *data, void *end)
{
	struct weir_flow *there, fresh;
	struct weir_flow_key key;

	if (!read_flow(data, end, &key, &fresh))
		return;
	there = bpf_map_lookup_elem(table, &key);
	if (!there) {
		bpf_map_update_elem(table, &key, &fresh, BPF_NOEXIST);
		return;
	}
	if (shared) {
		__sync_fetch_and_add(&there->packets, 1);
		__sync_fetch_and_add(&there->bytes, fresh.bytes);
	} else {
		there->packets++;
		there->bytes += fresh.bytes;
	}
	there->last = fresh.last;
	there->tcp_flags |= fresh.tcp_flags;
}

#define DATA(ctx) ((void *)(long)(ctx)->data)
#define END(ctx) ((void *)(long)(ctx)->data_end)

#endif

#endif
