/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tuple.bpf.h - reads protocol, addresses and ports of a packet anywhere in the stack. Unlike the
 * parser of the hooks, it starts at the kernel's network header offset.
 */
#ifndef WEIR_BPF_DROPS_TUPLE_BPF_H
#define WEIR_BPF_DROPS_TUPLE_BPF_H

#include <linux/if_ether.h>
#include "bpf/packet/headers.bpf.h"
#include "bpf/drops/shared.h"
#include "bpf/kernel/skb.bpf.h"

const volatile bool cfg_tuples; /* read addresses and ports, not only the protocol */

#define EXT_HEADERS 4 /* extension headers to skip; the next one counts as the protocol */

/* The 8- or 16-bit value at byte `i` of a block, in network byte order. */
#define BYTE_AT(block, i) ((__u8)((block)->words[(i) / 4] >> ((i) % 4 * 8)))
#define SHORT_AT(block, i) ((__u16)((block)->words[(i) / 4] >> ((i) % 4 * 8)))

static __always_inline bool is_icmp(__u8 protocol)
{
	return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

static __always_inline bool icmp_has_id(__u8 protocol, __u8 type)
{
	if (protocol == IPPROTO_ICMPV6)
		return type == 128 || type == 129;                   /* echo, RFC 4443 */
	return type == 8 || type == 0 || (type >= 13 && type <= 18); /* RFC 792, 950 */
}

/* `at` points to the layer-4 header. */
static __always_inline void read_ports(const void *at, struct drop_key *key)
{
	struct block b;

	if (!cfg_tuples)
		return;
	if (is_icmp(key->l4)) {
		read_block(at, &b);
		key->src_port = bpf_htons((__u16)(BYTE_AT(&b, 0) << 8 | BYTE_AT(&b, 1)));
		if (icmp_has_id(key->l4, BYTE_AT(&b, 0)))
			key->dst_port = SHORT_AT(&b, 4);
	} else if (key->l4 == IPPROTO_TCP || key->l4 == IPPROTO_UDP || key->l4 == IPPROTO_SCTP) {
		read_block(at, &b);
		key->src_port = SHORT_AT(&b, 0);
		key->dst_port = SHORT_AT(&b, 2);
	}
}

static __always_inline void read_ip4(const char *at, const struct block *first,
				     struct drop_key *key)
{
	struct block b;

	key->l4 = BYTE_AT(first, 9);
	if (!cfg_tuples)
		return;
	read_block(at + 12, &b); /* both addresses */
	key->src[2] = key->dst[2] = bpf_htonl(0xffff);
	key->src[3] = b.words[0];
	key->dst[3] = b.words[1];
	if (!(bpf_ntohs(SHORT_AT(first, 6)) & IPV4_OFFSET_MASK))
		read_ports(at + (BYTE_AT(first, 0) & 15) * 4, key);
}

static __always_inline bool is_extension(__u8 next)
{
	return next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPPROTO_FRAGMENT ||
	       next == IPV6_NEXT_DEST;
}

static __always_inline void read_ip6(const char *at, const struct block *first,
				     struct drop_key *key)
{
	const char *next = at + 40;
	bool later = false; /* not the first fragment */
	struct block b;

	key->l4 = BYTE_AT(first, 6);
	for (int i = 0; i < EXT_HEADERS; i++) {
		if (!is_extension(key->l4))
			break;
		read_block(next, &b);
		if (key->l4 == IPPROTO_FRAGMENT) {
			later = bpf_ntohs(SHORT_AT(&b, 2)) & IPV6_OFFSET_MASK;
			next += 8;
		} else {
			next += (BYTE_AT(&b, 1) + 1) * 8;
		}
		key->l4 = BYTE_AT(&b, 0);
		if (later)
			break;
	}
	if (!cfg_tuples)
		return;
	read_block(at + 8, &b);
	__builtin_memcpy(key->src, b.words, sizeof(key->src));
	read_block(at + 24, &b);
	__builtin_memcpy(key->dst, b.words, sizeof(key->dst));
	if (!later)
		read_ports(next, key);
}

/* The EtherType may not be set yet, or the header may belong to another protocol. */
static __always_inline void read_tuple(const struct sk_buff *skb, struct drop_key *key)
{
	const char *head = (const char *)skb->head;
	__u16 offset = skb->network_header;
	struct block first;
	__u8 version;

	key->l3 = bpf_ntohs(skb->protocol);
	if (!head || !offset || offset == 0xffff)
		return;
	if (key->l3 && key->l3 != ETH_P_IP && key->l3 != ETH_P_IPV6)
		return;
	read_block(head + offset, &first);
	version = BYTE_AT(&first, 0) >> 4;
	if (version == 4 && key->l3 != ETH_P_IPV6 && (BYTE_AT(&first, 0) & 15) >= 5) {
		key->l3 = ETH_P_IP;
		read_ip4(head + offset, &first, key);
	} else if (version == 6 && key->l3 != ETH_P_IP) {
		key->l3 = ETH_P_IPV6;
		read_ip6(head + offset, &first, key);
	}
}

#endif
