/* SPDX-License-Identifier: GPL-2.0 */
/*
 * parse.bpf.h - from a frame to its class: Ethernet, VLAN tags, ARP, IPv4, IPv6, layer 4.
 *
 * The general parser. It reads each header through a helper, so it reaches the fragments of a
 * frame as well as its linear part, and it knows every case. Most packets never come here: see
 * parse_plain.bpf.h.
 *
 * A header that is cut off or contradicts itself or the frame makes the packet `malformed`.
 * Checksums are not verified: on most devices the hardware did, or will.
 */
#ifndef WEIR_PARSE_BPF_H
#define WEIR_PARSE_BPF_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

#ifndef IPPROTO_SCTP
#define IPPROTO_SCTP 132
#endif
#define IPV6_NEXT_DEST 60
#define ICMP_HEADER_LEN 8 /* ICMP and ICMPv6 */
#define SCTP_HEADER_LEN 12

#define IPV4_FRAG_MASK 0x3fff /* more-fragments flag and offset */
#define IPV6_FRAG_MASK 0xfff9 /* offset and more-fragments flag; 0 is an atomic fragment */

#define MAX_VLAN_TAGS 2
/* RFC 8200 names six headers before the upper layer, ESP apart. More is class other-l4. */
#define MAX_EXT_HEADERS 6

/* Results beside enum weir_l4 and enum weir_class. */
enum { MALFORMED = -1, FRAGMENT = 256 };

enum source { FROM_SKB, FROM_XDP };

/* Where in which frame. Offsets and lengths count from the start of the frame. */
struct cursor {
	void *ctx;
	enum source source; /* a constant in each inlined copy */
	__u32 off;
	__u32 len; /* whole frame; behind the IP header: end of the IP packet */
};

/* What the parser found. Lengths in bytes. */
struct pkt {
	__u32 class;      /* enum weir_class */
	__u32 header_len; /* up to the layer-4 payload, 0 if malformed */
};

/* linux/if_ether.h packs its own, which costs byte loads. */
struct eth_header {
	__u8 dst[ETH_ALEN];
	__u8 src[ETH_ALEN];
	__be16 proto;
};

struct vlan_header {
	__be16 tci;
	__be16 proto;
};

struct arp_header {
	__be16 hardware;
	__be16 protocol;
	__u8 hardware_len;
	__u8 protocol_len;
	__be16 operation;
};

struct ext_header {
	__u8 next;
	__u8 len;
	__be16 frag; /* fragment header: offset and flags; else data */
	__u32 rest;
};

/* Scratch for the helpers: the largest header read in one piece. */
union header {
	struct eth_header eth;
	struct vlan_header vlan;
	struct arp_header arp;
	struct iphdr ip;
	struct ipv6hdr ip6;
	struct ext_header ext;
	struct tcphdr tcp;
	struct udphdr udp;
	__u8 byte;
};

/* Bytes from the cursor to the end of frame or IP packet. */
static __always_inline __u32 left(const struct cursor *c)
{
	return c->len - c->off;
}

/* Copies the next `size` bytes. Returns 0, or MALFORMED where the frame ends before. */
static __always_inline int read_header(const struct cursor *c, union header *h, __u32 size)
{
	long err = c->source == FROM_SKB ? bpf_skb_load_bytes(c->ctx, c->off, h, size)
					 : bpf_xdp_load_bytes(c->ctx, c->off, h, size);

	return err ? MALFORMED : 0;
}

static __always_inline int parse_tcp(struct cursor *c, union header *h)
{
	__u32 len;

	if (read_header(c, h, sizeof(h->tcp)))
		return MALFORMED;
	len = h->tcp.doff * 4;
	if (len < sizeof(h->tcp) || len > left(c))
		return MALFORMED;
	c->off += len;
	return WEIR_L4_TCP;
}

static __always_inline int parse_udp(struct cursor *c, union header *h)
{
	__u32 len;

	if (left(c) < sizeof(h->udp) || read_header(c, h, sizeof(h->udp)))
		return MALFORMED;
	len = bpf_ntohs(h->udp.len);
	/* RFC 2675: the length of a jumbogram is 0 */
	if (len > left(c) || (len < sizeof(h->udp) && !(len == 0 && left(c) > 0xffff)))
		return MALFORMED;
	c->off += sizeof(h->udp);
	return WEIR_L4_UDP;
}

/* A header of which only the length matters. */
static __always_inline int skip_header(struct cursor *c, __u32 size, int l4)
{
	if (left(c) < size)
		return MALFORMED;
	c->off += size;
	return l4;
}

/* The parsers below and this one return enum weir_l4 or MALFORMED. */
static __always_inline int parse_l4(struct cursor *c, __u8 proto, union header *h)
{
	switch (proto) {
	case IPPROTO_TCP:
		return parse_tcp(c, h);
	case IPPROTO_UDP:
		return parse_udp(c, h);
	case IPPROTO_ICMP:
		return skip_header(c, ICMP_HEADER_LEN, WEIR_L4_ICMP);
	case IPPROTO_ICMPV6:
		return skip_header(c, ICMP_HEADER_LEN, WEIR_L4_ICMPV6);
	case IPPROTO_SCTP:
		return skip_header(c, SCTP_HEADER_LEN, WEIR_L4_SCTP);
	}
	return WEIR_L4_OTHER;
}

static __always_inline int parse_ipv4(struct cursor *c, union header *h)
{
	__u32 header_len, total;

	if (read_header(c, h, sizeof(h->ip)))
		return MALFORMED;
	header_len = h->ip.ihl * 4;
	total = bpf_ntohs(h->ip.tot_len);
	if (total == 0 && left(c) > 0xffff) /* BIG TCP: the length does not fit */
		total = left(c);
	if (h->ip.version != 4 || header_len < sizeof(h->ip) || total < header_len ||
	    total > left(c))
		return MALFORMED;
	c->len = c->off + total; /* what is behind is padding */
	c->off += header_len;
	if (h->ip.frag_off & bpf_htons(IPV4_FRAG_MASK))
		return WEIR_L4_FRAGMENT;
	return parse_l4(c, h->ip.protocol, h);
}

static __always_inline int is_ext_header(__u8 next)
{
	return next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPV6_NEXT_DEST ||
	       next == IPPROTO_FRAGMENT || next == IPPROTO_AH;
}

/* Steps over extension headers. Returns what follows them, MALFORMED or FRAGMENT. */
static __always_inline int walk_ext_headers(struct cursor *c, __u8 next, union header *h)
{
	__u32 len;

	for (int i = 0; i < MAX_EXT_HEADERS && is_ext_header(next); i++) {
		if (read_header(c, h, sizeof(h->ext)))
			return MALFORMED;
		len = (h->ext.len + 1) * 8;
		if (next == IPPROTO_AH)
			len = (h->ext.len + 2) * 4;
		if (next == IPPROTO_FRAGMENT)
			len = sizeof(h->ext);
		if (len > left(c))
			return MALFORMED;
		c->off += len;
		if (next == IPPROTO_FRAGMENT && (h->ext.frag & bpf_htons(IPV6_FRAG_MASK)))
			return FRAGMENT;
		next = h->ext.next;
	}
	return next;
}

static __always_inline int parse_ipv6(struct cursor *c, union header *h)
{
	__u32 payload;
	int next;

	if (read_header(c, h, sizeof(h->ip6)))
		return MALFORMED;
	payload = bpf_ntohs(h->ip6.payload_len);
	next = h->ip6.nexthdr;
	if (h->ip6.version != 6)
		return MALFORMED;
	c->off += sizeof(h->ip6);
	if (payload == 0 && left(c) > 0xffff) /* jumbogram, RFC 2675, and BIG TCP */
		payload = left(c);
	if (payload > left(c))
		return MALFORMED;
	c->len = c->off + payload;

	next = walk_ext_headers(c, next, h);
	if (next == MALFORMED)
		return MALFORMED;
	if (next == FRAGMENT)
		return WEIR_L4_FRAGMENT;
	return parse_l4(c, next, h);
}

static __always_inline int parse_arp(struct cursor *c, union header *h)
{
	if (read_header(c, h, sizeof(h->arp)))
		return MALFORMED;
	return skip_header(c, sizeof(h->arp) + 2 * h->arp.hardware_len + 2 * h->arp.protocol_len,
			   WEIR_CLASS_ARP);
}

/* The ethertype in host order, the cursor behind Ethernet header and tags. */
static __always_inline int parse_ethernet(struct cursor *c, union header *h)
{
	__be16 proto;

	if (read_header(c, h, sizeof(h->eth)))
		return MALFORMED;
	proto = h->eth.proto;
	c->off = sizeof(h->eth);
	for (int i = 0; i < MAX_VLAN_TAGS; i++) {
		if (proto != bpf_htons(ETH_P_8021Q) && proto != bpf_htons(ETH_P_8021AD))
			break;
		if (read_header(c, h, sizeof(h->vlan)))
			return MALFORMED;
		proto = h->vlan.proto;
		c->off += sizeof(h->vlan);
	}
	return bpf_ntohs(proto);
}

/* Frames without a link header say what they are in the first four bits. */
static __always_inline int raw_ip_proto(struct cursor *c, union header *h)
{
	if (read_header(c, h, sizeof(h->byte)))
		return MALFORMED;
	switch (h->byte >> 4) {
	case 4:
		return ETH_P_IP;
	case 6:
		return ETH_P_IPV6;
	}
	return 0;
}

/* enum weir_class or MALFORMED. */
static __always_inline int classify(struct cursor *c, int proto, union header *h)
{
	int l4;

	switch (proto) {
	case ETH_P_IP:
		l4 = parse_ipv4(c, h);
		return l4 < 0 ? l4 : WEIR_CLASS_IPV4 + l4;
	case ETH_P_IPV6:
		l4 = parse_ipv6(c, h);
		return l4 < 0 ? l4 : WEIR_CLASS_IPV6 + l4;
	case ETH_P_ARP:
		return parse_arp(c, h);
	}
	return proto < 0 ? proto : WEIR_CLASS_OTHER_L3;
}

/* The caller has set ctx, source and len of the cursor. */
static __always_inline void parse(struct cursor *c, int raw_ip, struct pkt *pkt)
{
	union header h;
	int proto, class;

	c->off = 0;
	proto = raw_ip ? raw_ip_proto(c, &h) : parse_ethernet(c, &h);
	class = classify(c, proto, &h);
	pkt->class = class == MALFORMED ? WEIR_CLASS_MALFORMED : class;
	pkt->header_len = class == MALFORMED ? 0 : c->off;
}

#endif
