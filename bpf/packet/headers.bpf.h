/* SPDX-License-Identifier: GPL-2.0 */
/* headers.bpf.h - protocol headers as laid out in a frame, and their constants. */
#ifndef WEIR_BPF_PACKET_HEADERS_BPF_H
#define WEIR_BPF_PACKET_HEADERS_BPF_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#ifndef IPPROTO_SCTP
#define IPPROTO_SCTP 132
#endif
#define IPV6_NEXT_DEST 60
#define SCTP_HEADER_LEN 12

#define IPV4_FRAG_MASK 0x3fff /* more-fragments flag and offset */
#define IPV4_OFFSET_MASK 0x1fff
#define IPV6_OFFSET_MASK 0xfff8
#define IPV6_FRAG_MASK 0xfff9 /* offset and more-fragments flag; 0 is an atomic fragment */

#define MAX_VLAN_TAGS 2
/*
 * RFC 8200 lists six headers before the upper layer, not counting ESP. A packet with more is
 * other-l4.
 */
#define MAX_EXT_HEADERS 6

/* struct ethhdr of linux/if_ether.h is packed, which makes the compiler load bytes. */
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
	__be16 frag; /* fragment header: offset and flags; others: data */
	__u32 rest;  /* fragment header: identification */
};

/* ICMP and ICMPv6 */
struct icmp_header {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be16 id; /* of echo messages and others with an identifier */
	__be16 sequence;
};

/* Buffer for the helpers, sized for the largest header read at once. */
union header {
	struct eth_header eth;
	struct vlan_header vlan;
	struct arp_header arp;
	struct iphdr ip;
	struct ipv6hdr ip6;
	struct ext_header ext;
	struct tcphdr tcp;
	struct udphdr udp;
	struct icmp_header icmp;
	__u32 ports;
	__u8 byte;
};

#endif
