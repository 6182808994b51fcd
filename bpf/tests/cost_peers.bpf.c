// SPDX-License-Identifier: GPL-2.0
/* cost_peers.bpf.c - the usual ways to count packets, to compare with in bench_packets. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "bpf/base/license.bpf.h"

struct record {
	__u64 packets;
	__u64 bytes;
};

/* One record for all traffic, or one per IP protocol. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct record);
} array SEC(".maps");

/* One record per interface. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct record);
} hash SEC(".maps");

static __always_inline void add(struct record *r, __u64 bytes)
{
	if (!r)
		return;
	r->packets++;
	r->bytes += bytes;
}

static __always_inline void add_hashed(__u32 key, __u64 bytes)
{
	struct record first = { 1, bytes }, *r = bpf_map_lookup_elem(&hash, &key);

	if (r)
		add(r, bytes);
	else
		bpf_map_update_elem(&hash, &key, &first, BPF_NOEXIST);
}

static __always_inline __u32 ip_protocol(void *data, void *end)
{
	struct ethhdr *eth = data;
	struct iphdr *ip = data + sizeof(*eth);

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return 255;
	return ip->protocol;
}

SEC("xdp")
int xdp_array(struct xdp_md *ctx)
{
	__u32 key = 0;

	add(bpf_map_lookup_elem(&array, &key), ctx->data_end - ctx->data);
	return XDP_PASS;
}

SEC("xdp")
int xdp_protocol(struct xdp_md *ctx)
{
	__u32 key = ip_protocol((void *)(long)ctx->data, (void *)(long)ctx->data_end);

	add(bpf_map_lookup_elem(&array, &key), ctx->data_end - ctx->data);
	return XDP_PASS;
}

SEC("xdp")
int xdp_hash(struct xdp_md *ctx)
{
	add_hashed(ctx->ingress_ifindex, ctx->data_end - ctx->data);
	return XDP_PASS;
}

SEC("tc")
int tc_array(struct __sk_buff *skb)
{
	__u32 key = 0;

	add(bpf_map_lookup_elem(&array, &key), skb->len);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int tc_protocol(struct __sk_buff *skb)
{
	__u32 key = ip_protocol((void *)(long)skb->data, (void *)(long)skb->data_end);

	add(bpf_map_lookup_elem(&array, &key), skb->len);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int tc_hash(struct __sk_buff *skb)
{
	add_hashed(skb->ifindex, skb->len);
	return TC_ACT_UNSPEC;
}
