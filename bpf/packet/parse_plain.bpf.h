/* SPDX-License-Identifier: GPL-2.0 */
/*
 * parse_plain.bpf.h - classifies a plain packet in place, in a few instructions.
 *
 * Nearly all packets are plain: all headers are in the linear part of the frame, with at most two
 * VLAN tags, IPv4 without options or IPv6 without extension headers, and the lengths are
 * consistent. This parser accepts only those. It returns UNSURE for all others, which go to the
 * general parser. Because it is short, the verifier, which walks it for every attachment, is fast.
 */
#ifndef WEIR_BPF_PACKET_PARSE_PLAIN_BPF_H
#define WEIR_BPF_PACKET_PARSE_PLAIN_BPF_H

#include "bpf/packet/parse.bpf.h"

#define UNSURE (-1)

/* The headers of a plain packet, for callers that need more than the class. */
struct plain {
	const void *l3;
	const void *l4; /* for TCP and UDP the first 8 bytes are readable */
};

#define IPV4_NO_OPTIONS 0x45 /* version 4, five words */

/* `left`: length of the IP payload, from the IP header. */
static __always_inline int plain_l4(const void *l4, const void *end, __u8 proto, __u32 left)
{
	const struct tcphdr *tcp = l4;
	const struct udphdr *udp = l4;
	__u32 len;

	switch (proto) {
	case IPPROTO_TCP:
		if (l4 + sizeof(*tcp) > end)
			return UNSURE;
		len = tcp->doff * 4;
		return len >= sizeof(*tcp) && len <= left ? WEIR_L4_TCP : UNSURE;
	case IPPROTO_UDP:
		if (l4 + sizeof(*udp) > end)
			return UNSURE;
		len = bpf_ntohs(udp->len);
		return len >= sizeof(*udp) && len <= left ? WEIR_L4_UDP : UNSURE;
	case IPPROTO_ICMP:
		return left >= sizeof(struct icmp_header) ? WEIR_L4_ICMP : UNSURE;
	case IPPROTO_ICMPV6:
		return left >= sizeof(struct icmp_header) ? WEIR_L4_ICMPV6 : UNSURE;
	}
	return UNSURE;
}

/*
 * `left`: bytes of the frame from the IP header on. The caller has checked that the header is
 * readable.
 */
static __always_inline int plain_ipv4(const struct iphdr *ip, const void *end, __u32 left,
				      struct plain *at)
{
	__u32 total = bpf_ntohs(ip->tot_len);
	int l4;

	if (*(const __u8 *)ip != IPV4_NO_OPTIONS || total > left || total < sizeof(*ip))
		return UNSURE;
	if (ip->frag_off & bpf_htons(IPV4_FRAG_MASK))
		return UNSURE;
	at->l3 = ip;
	at->l4 = ip + 1;
	l4 = plain_l4(ip + 1, end, ip->protocol, total - sizeof(*ip));
	return l4 < 0 ? UNSURE : WEIR_CLASS_IPV4 + l4;
}

static __always_inline int plain_ipv6(const struct ipv6hdr *ip6, const void *end, __u32 left,
				      struct plain *at)
{
	__u32 payload;
	int l4;

	if ((const void *)(ip6 + 1) > end)
		return UNSURE;
	payload = bpf_ntohs(ip6->payload_len);
	if (*(const __u8 *)ip6 >> 4 != 6 || payload + sizeof(*ip6) > left)
		return UNSURE;
	at->l3 = ip6;
	at->l4 = ip6 + 1;
	l4 = plain_l4(ip6 + 1, end, ip6->nexthdr, payload);
	return l4 < 0 ? UNSURE : WEIR_CLASS_IPV6 + l4;
}

static __always_inline int plain_l3(const void *l3, const void *end, __be16 proto, __u32 left,
				    struct plain *at)
{
	if (l3 + sizeof(struct iphdr) > end)
		return UNSURE;
	if (proto == bpf_htons(ETH_P_IP))
		return plain_ipv4(l3, end, left, at);
	if (proto == bpf_htons(ETH_P_IPV6))
		return plain_ipv6(l3, end, left, at);
	return UNSURE;
}

static __always_inline int plain_vlan(const void *data, const void *end, __be16 proto, __u32 len,
				      struct plain *at)
{
	__u32 off = sizeof(struct eth_header);
	const struct vlan_header *vlan;

	for (int i = 0; i < MAX_VLAN_TAGS; i++) {
		vlan = data + off;
		if ((const void *)(vlan + 1) > end)
			return UNSURE;
		proto = vlan->proto;
		off += sizeof(*vlan);
		if (proto != bpf_htons(ETH_P_8021Q) && proto != bpf_htons(ETH_P_8021AD))
			break;
	}
	return plain_l3(data + off, end, proto, len - off, at);
}

/* Returns the enum weir_class of a frame of `len` bytes, or UNSURE. Sets ret_at for IP packets. */
static __always_inline int parse_plain(const void *data, const void *end, __u32 len, int raw_ip,
				       struct plain *ret_at)
{
	const struct eth_header *eth = data;

	if (raw_ip || data + sizeof(*eth) + sizeof(struct iphdr) > end)
		return UNSURE;
	if (eth->proto == bpf_htons(ETH_P_IP))
		return plain_ipv4(data + sizeof(*eth), end, len - sizeof(*eth), ret_at);
	if (eth->proto == bpf_htons(ETH_P_8021Q) || eth->proto == bpf_htons(ETH_P_8021AD))
		return plain_vlan(data, end, eth->proto, len, ret_at);
	return plain_l3(data + sizeof(*eth), end, eth->proto, len - sizeof(*eth), ret_at);
}

#endif
