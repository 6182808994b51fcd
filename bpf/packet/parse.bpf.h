/* SPDX-License-Identifier: GPL-2.0 */
/*
 * parse.bpf.h - classifies a frame: Ethernet, VLAN tags, ARP, IPv4, IPv6, layer 4.
 *
 * This is the general parser. It handles every case, and reads each header through a helper, so it
 * reaches the fragments of a frame as well as its linear part. Most packets never get here: see
 * parse_plain.bpf.h.
 *
 * A packet is `malformed` if a header is cut off, or contradicts itself or the frame. Checksums are
 * not verified: on most devices the hardware has done or will do that.
 */
#ifndef WEIR_BPF_PACKET_PARSE_BPF_H
#define WEIR_BPF_PACKET_PARSE_BPF_H

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "bpf/abi/abi.h"
#include "bpf/packet/headers.bpf.h"

/* Results in addition to enum weir_l4 and enum weir_class. */
enum { MALFORMED = -1, FRAGMENT = 256 };

enum source { FROM_SKB, FROM_XDP };

/* A position in a frame. Offsets and lengths count from the start of the frame. */
struct cursor {
	void *ctx;
	enum source source; /* a constant in each inlined copy */
	__u32 off;
	__u32 len; /* length of the frame; once the IP header is parsed: end of the IP packet */
};

enum fragment { NO_FRAGMENT, FRAGMENT_FIRST, FRAGMENT_LATER };

/* Result of the parser. Lengths in bytes; addresses, ports and ids in network byte order. */
struct pkt {
	__u32 class;      /* enum weir_class */
	__u32 header_len; /* up to the layer-4 payload; 0 if malformed */
	/* IPv4 and IPv6 only, as in struct weir_flow_key. */
	__u32 src[4];
	__u32 dst[4];
	__u32 ports; /* source port in the first two bytes, destination port in the last two */
	__u32 fragment_id;
	__u8 fragment; /* enum fragment */
	__u8 proto;
	__u8 tcp_flags;
	__u8 reserved; /* explicit, because the verifier requires every byte to be initialised */
};

/* Bytes from the cursor to the end of the frame or IP packet. */
static __always_inline __u32 left(const struct cursor *c)
{
	return c->len - c->off;
}

/* Copies the next `size` bytes. Returns 0, or MALFORMED if the frame ends before. */
static __always_inline int read_header(const struct cursor *c, union header *h, __u32 size)
{
	long err = c->source == FROM_SKB ? bpf_skb_load_bytes(c->ctx, c->off, h, size)
					 : bpf_xdp_load_bytes(c->ctx, c->off, h, size);

	return err ? MALFORMED : 0;
}

/* FIN, SYN, RST, PSH, ACK, URG, ECE, CWR from bit 0 up (RFC 9293, 3.1) */
static __always_inline __u8 tcp_flags_of(const struct tcphdr *tcp)
{
	return ((const __u8 *)tcp)[13];
}

static __always_inline int parse_tcp(struct cursor *c, union header *h, struct pkt *pkt)
{
	__u32 len;

	if (read_header(c, h, sizeof(h->tcp)))
		return MALFORMED;
	len = h->tcp.doff * 4;
	if (len < sizeof(h->tcp) || len > left(c))
		return MALFORMED;
	pkt->ports = h->ports;
	pkt->tcp_flags = tcp_flags_of(&h->tcp);
	c->off += len;
	return WEIR_L4_TCP;
}

static __always_inline int parse_udp(struct cursor *c, union header *h, struct pkt *pkt)
{
	__u32 len;

	if (left(c) < sizeof(h->udp) || read_header(c, h, sizeof(h->udp)))
		return MALFORMED;
	len = bpf_ntohs(h->udp.len);
	/* RFC 2675: the length field of a jumbogram is 0 */
	if (len > left(c) || (len < sizeof(h->udp) && !(len == 0 && left(c) > 0xffff)))
		return MALFORMED;
	pkt->ports = h->ports;
	c->off += sizeof(h->udp);
	return WEIR_L4_UDP;
}

static __always_inline int icmp_has_id(__u8 proto, __u8 type)
{
	if (proto == IPPROTO_ICMPV6)
		return type == 128 || type == 129;                   /* RFC 4443: echo */
	return type == 8 || type == 0 || (type >= 13 && type <= 18); /* RFC 792, 950 */
}

static __always_inline int parse_icmp(struct cursor *c, union header *h, struct pkt *pkt, int l4)
{
	__u32 id;

	if (left(c) < sizeof(h->icmp) || read_header(c, h, sizeof(h->icmp)))
		return MALFORMED;
	id = icmp_has_id(pkt->proto, h->icmp.type) ? bpf_ntohs(h->icmp.id) : 0;
	pkt->ports = bpf_htonl((__u32)h->icmp.type << 24 | (__u32)h->icmp.code << 16 | id);
	c->off += sizeof(h->icmp);
	return l4;
}

static __always_inline int parse_sctp(struct cursor *c, union header *h, struct pkt *pkt)
{
	if (left(c) < SCTP_HEADER_LEN || read_header(c, h, sizeof(h->ports)))
		return MALFORMED;
	pkt->ports = h->ports;
	c->off += SCTP_HEADER_LEN;
	return WEIR_L4_SCTP;
}

/* The layer-4 parsers and the parsers of IP below return enum weir_l4 or MALFORMED. */
static __always_inline int parse_l4(struct cursor *c, union header *h, struct pkt *pkt)
{
	switch (pkt->proto) {
	case IPPROTO_TCP:
		return parse_tcp(c, h, pkt);
	case IPPROTO_UDP:
		return parse_udp(c, h, pkt);
	case IPPROTO_ICMP:
		return parse_icmp(c, h, pkt, WEIR_L4_ICMP);
	case IPPROTO_ICMPV6:
		return parse_icmp(c, h, pkt, WEIR_L4_ICMPV6);
	case IPPROTO_SCTP:
		return parse_sctp(c, h, pkt);
	}
	return WEIR_L4_OTHER;
}

/*
 * Reads the ports of a first fragment; they stay 0 if it is too short for the layer-4 header. Its
 * class is WEIR_L4_FRAGMENT all the same, never malformed.
 */
static __always_inline int parse_fragment(struct cursor *c, union header *h, struct pkt *pkt,
					  int first)
{
	__u32 off = c->off;

	pkt->fragment = first ? FRAGMENT_FIRST : FRAGMENT_LATER;
	if (first && pkt->proto == IPPROTO_UDP) { /* its length field covers the whole datagram */
		if (left(c) >= sizeof(h->udp) && read_header(c, h, sizeof(h->ports)) == 0)
			pkt->ports = h->ports;
	} else if (first) {
		parse_l4(c, h, pkt);
	}
	c->off = off;
	return WEIR_L4_FRAGMENT;
}

static __always_inline void set_ipv4_addresses(struct pkt *pkt, const struct iphdr *ip)
{
	pkt->src[0] = pkt->src[1] = pkt->dst[0] = pkt->dst[1] = 0;
	pkt->src[2] = pkt->dst[2] = bpf_htonl(0xffff);
	pkt->src[3] = ip->saddr;
	pkt->dst[3] = ip->daddr;
}

static __always_inline int parse_ipv4(struct cursor *c, union header *h, struct pkt *pkt)
{
	__u32 header_len, total;
	__be16 frag;

	if (read_header(c, h, sizeof(h->ip)))
		return MALFORMED;
	header_len = h->ip.ihl * 4;
	total = bpf_ntohs(h->ip.tot_len);
	if (total == 0 && left(c) > 0xffff) /* BIG TCP: the length does not fit */
		total = left(c);
	if (h->ip.version != 4 || header_len < sizeof(h->ip) || total < header_len ||
	    total > left(c))
		return MALFORMED;
	c->len = c->off + total; /* the rest is padding */
	c->off += header_len;
	set_ipv4_addresses(pkt, &h->ip);
	pkt->proto = h->ip.protocol;
	pkt->fragment_id = h->ip.id;
	frag = h->ip.frag_off & bpf_htons(IPV4_FRAG_MASK);
	if (frag)
		return parse_fragment(c, h, pkt, !(frag & bpf_htons(IPV4_OFFSET_MASK)));
	return parse_l4(c, h, pkt);
}

static __always_inline int is_ext_header(__u8 next)
{
	return next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPV6_NEXT_DEST ||
	       next == IPPROTO_FRAGMENT || next == IPPROTO_AH;
}

/* Skips extension headers. Returns the protocol that follows, MALFORMED or FRAGMENT. */
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

static __always_inline int parse_ipv6(struct cursor *c, union header *h, struct pkt *pkt)
{
	__u32 payload;
	int next;

	if (read_header(c, h, sizeof(h->ip6)))
		return MALFORMED;
	payload = bpf_ntohs(h->ip6.payload_len);
	next = h->ip6.nexthdr;
	if (h->ip6.version != 6)
		return MALFORMED;
	__builtin_memcpy(pkt->src, &h->ip6.saddr, sizeof(pkt->src));
	__builtin_memcpy(pkt->dst, &h->ip6.daddr, sizeof(pkt->dst));
	c->off += sizeof(h->ip6);
	if (payload == 0 && left(c) > 0xffff) /* jumbogram (RFC 2675) or BIG TCP */
		payload = left(c);
	if (payload > left(c))
		return MALFORMED;
	c->len = c->off + payload;

	next = walk_ext_headers(c, next, h);
	if (next == MALFORMED)
		return MALFORMED;
	pkt->proto = next == FRAGMENT ? h->ext.next : next;
	if (next == FRAGMENT) {
		pkt->fragment_id = h->ext.rest;
		return parse_fragment(c, h, pkt, !(h->ext.frag & bpf_htons(IPV6_OFFSET_MASK)));
	}
	return parse_l4(c, h, pkt);
}

static __always_inline int parse_arp(struct cursor *c, union header *h)
{
	__u32 len;

	if (read_header(c, h, sizeof(h->arp)))
		return MALFORMED;
	len = sizeof(h->arp) + 2 * h->arp.hardware_len + 2 * h->arp.protocol_len;
	if (left(c) < len)
		return MALFORMED;
	c->off += len;
	return WEIR_CLASS_ARP;
}

/* Returns the EtherType in host byte order, or MALFORMED. Leaves the cursor after the VLAN tags. */
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

/* Without a link header, the IP version in the first four bits gives the protocol. */
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

/* Returns enum weir_class or MALFORMED. */
static __always_inline int classify(struct cursor *c, int proto, union header *h, struct pkt *pkt)
{
	int l4;

	switch (proto) {
	case ETH_P_IP:
		l4 = parse_ipv4(c, h, pkt);
		return l4 < 0 ? l4 : WEIR_CLASS_IPV4 + l4;
	case ETH_P_IPV6:
		l4 = parse_ipv6(c, h, pkt);
		return l4 < 0 ? l4 : WEIR_CLASS_IPV6 + l4;
	case ETH_P_ARP:
		return parse_arp(c, h);
	}
	return proto < 0 ? proto : WEIR_CLASS_OTHER_L3;
}

/* The caller sets ctx, source and len of the cursor, and zeroes pkt. */
static __always_inline void parse(struct cursor *c, int raw_ip, struct pkt *pkt)
{
	union header h;
	int proto, class;

	c->off = 0;
	proto = raw_ip ? raw_ip_proto(c, &h) : parse_ethernet(c, &h);
	class = classify(c, proto, &h, pkt);
	pkt->class = class == MALFORMED ? WEIR_CLASS_MALFORMED : class;
	pkt->header_len = class == MALFORMED ? 0 : c->off;
}

#endif
