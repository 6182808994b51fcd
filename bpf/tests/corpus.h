/* SPDX-License-Identifier: GPL-2.0 */
/*
 * corpus.h - the crafted packets, with the class of each decided by hand.
 *
 * A row whose first layer is not ETH() is a frame without a link header, for programs loaded with
 * cfg_raw_ip.
 */
#ifndef WEIR_TESTS_CORPUS_H
#define WEIR_TESTS_CORPUS_H

#include <stdbool.h>
#include "bpf/abi/abi.h"
#include "bpf/tests/layers.h"

struct row {
	const char *name;
	enum weir_class class;
	struct layer layers[LAYERS_MAX];
};

#define V4(l4) (WEIR_CLASS_IPV4 + WEIR_L4_##l4)
#define V6(l4) (WEIR_CLASS_IPV6 + WEIR_L4_##l4)
#define BAD WEIR_CLASS_MALFORMED
#define OTHER WEIR_CLASS_OTHER_L3
#define MORE 0x2000  /* IPv4: more fragments */
#define DONT 0x4000  /* IPv4: do not fragment */
#define MORE6 0x0001 /* IPv6 fragment header: more fragments */

/* clang-format off */
static const struct row corpus[] = {
	/* layer 2 */
	{ "ethernet header cut off", BAD, { ETH(), CUT(1) } },
	{ "ethernet header alone, unknown type", OTHER, { ETH() } },
	{ "unknown ethertype", OTHER, { ETH(), BODY(46) } },
	{ "LLC: a length, not a type", OTHER, { ETH(.next = SET(38)), BODY(46, .fill = 0x42) } },
	{ "LLDP", OTHER, { ETH(.next = SET(0x88cc)), BODY(46) } },
	{ "MPLS with IPv4 behind", OTHER, { ETH(.next = SET(0x8847)), BODY(4), IP4(), TCP() } },
	{ "PPPoE session", OTHER, { ETH(.next = SET(0x8864)), BODY(50) } },
	{ "ethertype 0", OTHER, { ETH(.next = SET(0)), BODY(46) } },
	{ "RARP is not ARP", OTHER, { ETH(.next = SET(0x8035)), ARP(), PAD(18) } },
	{ "one tag", V4(TCP), { ETH(), VLAN(), IP4(), TCP(), BODY(6) } },
	{ "one tag, 802.1ad", V4(UDP), { ETH(), VLAN(.tpid = 0x88a8), IP4(), UDP(), BODY(6) } },
	{ "two tags", V4(TCP), { ETH(), VLAN(.tpid = 0x88a8), VLAN(), IP4(), TCP(), BODY(6) } },
	{ "two tags, both 802.1Q", V6(UDP), { ETH(), VLAN(), VLAN(), IP6(), UDP(), BODY(6) } },
	{ "three tags", OTHER, { ETH(), VLAN(), VLAN(), VLAN(), IP4(), TCP(), BODY(6) } },
	{ "old QinQ tag 0x9100", OTHER, { ETH(), VLAN(.tpid = 0x9100), IP4(), TCP(), BODY(6) } },
	{ "tag and unknown ethertype", OTHER, { ETH(), VLAN(), BODY(46) } },
	{ "tag and ARP", WEIR_CLASS_ARP, { ETH(), VLAN(), ARP(), PAD(14) } },
	{ "tag cut off", BAD, { ETH(), VLAN(), CUT(1) } },
	{ "tag missing", BAD, { ETH(), VLAN(), CUT(4) } },
	{ "second tag cut off", BAD, { ETH(), VLAN(), VLAN(), CUT(2) } },
	{ "tag alone, unknown type", OTHER, { ETH(), VLAN() } },
	{ "two tags alone, a third follows", OTHER, { ETH(), VLAN(), VLAN(), VLAN(), CUT(4) } },
	{ "tag and a cut IPv4 header", BAD, { ETH(), VLAN(), IP4(), CUT(1) } },
	{ "tag, total length 1 too large", BAD, { ETH(), VLAN(), IP4(.len = 1), TCP(), BODY(6) } },
	{ "two tags, payload length 1 too large", BAD,
	  { ETH(), VLAN(), VLAN(), IP6(.len = 1), TCP(), BODY(6) } },
	{ "two tags and a cut TCP header", BAD, { ETH(), VLAN(), VLAN(), IP4(), TCP(), CUT(1) } },

	/* ARP */
	{ "ARP", WEIR_CLASS_ARP, { ETH(), ARP(), PAD(18) } },
	{ "ARP without padding", WEIR_CLASS_ARP, { ETH(), ARP() } },
	{ "ARP without addresses", WEIR_CLASS_ARP,
	  { ETH(), ARP(.hlen = SET(0), .plen = SET(0)), CUT(20) } },
	{ "ARP, one byte short", BAD, { ETH(), ARP(), CUT(1) } },
	{ "ARP header cut off", BAD, { ETH(), ARP(), CUT(21) } },
	{ "ARP with no byte", BAD, { ETH(), ARP(), CUT(28) } },
	{ "ARP with a hardware length too large", BAD, { ETH(), ARP(.hlen = SET(255)), PAD(18) } },
	{ "ARP with both lengths too large", BAD,
	  { ETH(), ARP(.hlen = SET(255), .plen = SET(255)), PAD(18) } },
	{ "ARP of long addresses", WEIR_CLASS_ARP,
	  { ETH(), ARP(.hlen = SET(255), .plen = SET(255)), PAD(1000) } },

	/* IPv4 */
	{ "TCP", V4(TCP), { ETH(), IP4(), TCP(), BODY(6) } },
	{ "TCP without padding to 60", V4(TCP), { ETH(), IP4(), TCP() } },
	{ "TCP, padded", V4(TCP), { ETH(), IP4(), TCP(), PAD(6) } },
	{ "IPv4, options", V4(TCP), { ETH(), IP4(.options = 4), TCP(), BODY(6) } },
	{ "IPv4, all the options", V4(UDP), { ETH(), IP4(.options = 40), UDP(), BODY(6) } },
	{ "IPv4, options and no payload", V4(OTHER), { ETH(), IP4(.options = 8), BODY(0) } },
	{ "IPv4 header cut off", BAD, { ETH(), IP4(), CUT(1) } },
	{ "IPv4 with no byte", BAD, { ETH(), IP4(), CUT(20) } },
	{ "IPv4 options cut off", BAD, { ETH(), IP4(.options = 8), CUT(1) } },
	{ "version 5", BAD, { ETH(), IP4(.version = SET(5)), TCP(), BODY(6) } },
	{ "version 6 in an IPv4 frame", BAD, { ETH(), IP4(.version = SET(6)), TCP(), BODY(40) } },
	{ "version 0", BAD, { ETH(), IP4(.version = SET(0)), TCP(), BODY(6) } },
	{ "ihl 4", BAD, { ETH(), IP4(.words = SET(4)), TCP(), BODY(6) } },
	{ "ihl 0", BAD, { ETH(), IP4(.words = SET(0)), TCP(), BODY(6) } },
	{ "ihl 4, unknown protocol", BAD, { ETH(), IP4(.words = SET(4)), BODY(26) } },
	{ "ihl 0, unknown protocol", BAD, { ETH(), IP4(.words = SET(0)), BODY(26) } },
	{ "ihl beyond the total length", BAD, { ETH(), IP4(.words = SET(15)), TCP(), BODY(6) } },
	{ "ihl that eats the TCP header", BAD, { ETH(), IP4(.words = SET(9)), TCP(), BODY(10) } },
	{ "total length 0", BAD, { ETH(), IP4(.len = SET(0)), TCP(), BODY(6) } },
	{ "total length 19", BAD, { ETH(), IP4(.len = SET(19)), TCP(), BODY(6) } },
	{ "total length 20: no room for TCP", BAD, { ETH(), IP4(.len = SET(20)), TCP(), BODY(6) } },
	{ "total length 39: TCP one short", BAD, { ETH(), IP4(.len = SET(39)), TCP(), BODY(6) } },
	{ "total length 1 too large", BAD, { ETH(), IP4(.len = 1), TCP(), BODY(6) } },
	{ "total length 65535", BAD, { ETH(), IP4(.len = SET(65535)), TCP(), BODY(6) } },
	{ "total length within the frame", V4(TCP), { ETH(), IP4(.len = -5), TCP(), BODY(6) } },
	{ "reserved flag and DF", V4(TCP), { ETH(), IP4(.frag = 0x8000 | DONT), TCP(), BODY(6) } },
	{ "first fragment", V4(FRAGMENT), { ETH(), IP4(.frag = MORE), UDP(.len = 800), BODY(16) } },
	{ "first fragment, a whole UDP packet", V4(FRAGMENT),
	  { ETH(), IP4(.frag = MORE), UDP(), BODY(16) } },
	{ "last fragment, TCP in looks", V4(FRAGMENT), { ETH(), IP4(.frag = 8), TCP(), BODY(8) } },
	{ "middle fragment", V4(FRAGMENT),
	  { ETH(), IP4(.frag = MORE | 3, .next = SET(6)), BODY(8) } },
	{ "last fragment", V4(FRAGMENT), { ETH(), IP4(.frag = 185, .next = SET(17)), BODY(30) } },
	{ "fragment with the largest offset", V4(FRAGMENT),
	  { ETH(), IP4(.frag = 0x1fff), BODY(8) } },
	{ "fragment with options", V4(FRAGMENT), { ETH(), IP4(.frag = 1, .options = 8), BODY(8) } },
	{ "fragment without payload", V4(FRAGMENT), { ETH(), IP4(.frag = MORE), BODY(0) } },
	{ "fragment longer than the frame", BAD, { ETH(), IP4(.frag = MORE, .len = 1), BODY(8) } },

	/* layer 4 over IPv4 */
	{ "TCP, options", V4(TCP), { ETH(), IP4(), TCP(.options = 12), BODY(6) } },
	{ "TCP, all the options", V4(TCP), { ETH(), IP4(), TCP(.options = 40) } },
	{ "TCP options cut off", BAD, { ETH(), IP4(), TCP(.words = SET(8)), BODY(6) } },
	{ "TCP options in the padding", BAD, { ETH(), IP4(), TCP(.words = SET(8)), PAD(20) } },
	{ "TCP offset 4", BAD, { ETH(), IP4(), TCP(.words = SET(4)), BODY(6) } },
	{ "TCP offset 0", BAD, { ETH(), IP4(), TCP(.words = SET(0)), BODY(6) } },
	{ "TCP header cut off", BAD, { ETH(), IP4(.len = SET(40)), TCP(), CUT(1) } },
	{ "TCP header in the padding", BAD, { ETH(), IP4(.next = SET(6)), BODY(8), PAD(40) } },
	{ "TCP header missing", BAD, { ETH(), IP4(.next = SET(6)), PAD(26) } },
	{ "UDP", V4(UDP), { ETH(), IP4(), UDP(), BODY(18) } },
	{ "UDP, empty", V4(UDP), { ETH(), IP4(), UDP(), PAD(18) } },
	{ "UDP length 7", BAD, { ETH(), IP4(), UDP(.len = SET(7)), BODY(18) } },
	{ "UDP length 0", BAD, { ETH(), IP4(), UDP(.len = SET(0)), BODY(18) } },
	{ "UDP length 1 too large", BAD, { ETH(), IP4(), UDP(.len = 1), BODY(18) } },
	{ "UDP length into the padding", BAD, { ETH(), IP4(), UDP(.len = 1), PAD(18) } },
	{ "UDP length shorter than the IP payload", V4(UDP),
	  { ETH(), IP4(), UDP(.len = -4), BODY(18) } },
	{ "UDP header cut off", BAD, { ETH(), IP4(.next = SET(17)), BODY(7), PAD(20) } },
	{ "ICMP", V4(ICMP), { ETH(), IP4(), ICMP(), BODY(56) } },
	{ "ICMP of 8 bytes, no more frame", V4(ICMP), { ETH(), IP4(), ICMP() } },
	{ "ICMP of 7 bytes", BAD, { ETH(), IP4(.next = SET(1)), BODY(7), PAD(20) } },
	{ "ICMPv6 in IPv4", V4(ICMPV6), { ETH(), IP4(), ICMP6(), BODY(18) } },
	{ "ICMPv6 in IPv4 of 7 bytes", BAD, { ETH(), IP4(.next = SET(58)), BODY(7), PAD(20) } },
	{ "SCTP", V4(SCTP), { ETH(), IP4(), SCTP(), BODY(16) } },
	{ "SCTP header alone", V4(SCTP), { ETH(), IP4(), SCTP() } },
	{ "SCTP of 11 bytes", BAD, { ETH(), IP4(.next = SET(132)), BODY(11), PAD(20) } },
	{ "GRE", V4(OTHER), { ETH(), IP4(.next = SET(47)), BODY(4), IP4(), TCP() } },
	{ "ESP", V4(OTHER), { ETH(), IP4(.next = SET(50)), BODY(40) } },
	{ "AH over IPv4", V4(OTHER), { ETH(), IP4(.next = SET(51)), BODY(24), TCP() } },
	{ "OSPF", V4(OTHER), { ETH(), IP4(.next = SET(89)), BODY(44) } },
	{ "IPv4 in IPv4", V4(OTHER), { ETH(), IP4(), IP4(), TCP() } },
	{ "protocol 0 over IPv4", V4(OTHER), { ETH(), IP4(.next = SET(0)), BODY(30) } },
	{ "UDP-Lite", V4(OTHER), { ETH(), IP4(.next = SET(136)), BODY(16) } },
	{ "unknown protocol, no payload", V4(OTHER), { ETH(), IP4(), PAD(26) } },

	/* IPv6 */
	{ "TCP over IPv6", V6(TCP), { ETH(), IP6(), TCP(), BODY(6) } },
	{ "TCP over IPv6, options", V6(TCP), { ETH(), IP6(), TCP(.options = 12) } },
	{ "UDP over IPv6", V6(UDP), { ETH(), IP6(), UDP(), BODY(6) } },
	{ "ICMPv6", V6(ICMPV6), { ETH(), IP6(), ICMP6(), BODY(56) } },
	{ "ICMPv6 of 8 bytes, no more frame", V6(ICMPV6), { ETH(), IP6(), ICMP6() } },
	{ "ICMPv6 of 7 bytes", BAD, { ETH(), IP6(.next = SET(58)), BODY(7), PAD(9) } },
	{ "ICMP in IPv6", V6(ICMP), { ETH(), IP6(), ICMP(), BODY(6) } },
	{ "SCTP over IPv6", V6(SCTP), { ETH(), IP6(), SCTP(), BODY(6) } },
	{ "no next header", V6(OTHER), { ETH(), IP6(.next = SET(59)), BODY(0) } },
	{ "ESP over IPv6", V6(OTHER), { ETH(), IP6(.next = SET(50)), BODY(40) } },
	{ "OSPF over IPv6", V6(OTHER), { ETH(), IP6(.next = SET(89)), BODY(36) } },
	{ "IPv6 in IPv6", V6(OTHER), { ETH(), IP6(), IP6(), TCP() } },
	{ "mobility header is not walked", V6(OTHER),
	  { ETH(), IP6(.next = SET(135)), BODY(8), TCP() } },
	{ "IPv6, padded", V6(TCP), { ETH(), IP6(), TCP(), PAD(10) } },
	{ "IPv6 version 4", BAD, { ETH(), IP6(.version = SET(4)), TCP(), BODY(6) } },
	{ "IPv6 version 7", BAD, { ETH(), IP6(.version = SET(7)), TCP(), BODY(6) } },
	{ "IPv6 header cut off", BAD, { ETH(), IP6(), CUT(1) } },
	{ "IPv6 header of 20 bytes", BAD, { ETH(), IP6(), CUT(20) } },
	{ "IPv6 with no byte", BAD, { ETH(), IP6(), CUT(40) } },
	{ "payload length 1 too large", BAD, { ETH(), IP6(.len = 1), TCP(), BODY(6) } },
	{ "payload length 65535", BAD, { ETH(), IP6(.len = SET(65535)), TCP(), BODY(6) } },
	{ "payload length 0 with TCP", BAD, { ETH(), IP6(.len = SET(0)), TCP(), BODY(6) } },
	{ "payload length 0 with ICMPv6", BAD, { ETH(), IP6(.len = SET(0)), ICMP6() } },
	{ "payload length one short of TCP", BAD, { ETH(), IP6(.len = SET(19)), TCP(), BODY(6) } },
	{ "payload length 0, no next header", V6(OTHER), { ETH(), IP6(.next = SET(59)), PAD(10) } },
	{ "TCP over IPv6, options in the padding", BAD,
	  { ETH(), IP6(), TCP(.words = SET(6)), PAD(20) } },
	{ "UDP over IPv6, length 0", BAD, { ETH(), IP6(), UDP(.len = SET(0)), BODY(6) } },

	/* extension headers */
	{ "hop-by-hop", V6(TCP), { ETH(), IP6(), EXT(HOP), TCP() } },
	{ "hop-by-hop, 24 bytes", V6(UDP), { ETH(), IP6(), EXT(HOP, .options = 16), UDP() } },
	{ "routing", V6(TCP), { ETH(), IP6(), EXT(ROUTING, .options = 16), TCP() } },
	{ "destination options", V6(ICMPV6), { ETH(), IP6(), EXT(DEST), ICMP6() } },
	{ "AH over IPv6", V6(TCP),
	  { ETH(), IP6(), EXT(AH, .words = SET(4), .options = 16), TCP() } },
	{ "AH, the smallest", V6(UDP), { ETH(), IP6(), EXT(AH), UDP() } },
	{ "AH, 12 bytes", V6(UDP), { ETH(), IP6(), EXT(AH, .options = 4), UDP() } },
	{ "AH, cut off", BAD, { ETH(), IP6(), EXT(AH, .words = SET(4)), BODY(15), PAD(8) } },
	{ "atomic fragment", V6(UDP), { ETH(), IP6(), EXT(FRAG), UDP(), BODY(6) } },
	{ "atomic fragment, reserved bits set", V6(TCP),
	  { ETH(), IP6(), EXT(FRAG, .frag = 6), TCP() } },
	{ "fragment header, length field ignored", V6(TCP),
	  { ETH(), IP6(), EXT(FRAG, .words = SET(255)), TCP() } },
	{ "IPv6 first fragment", V6(FRAGMENT), { ETH(), IP6(), EXT(FRAG, .frag = MORE6), TCP() } },
	{ "IPv6 middle fragment", V6(FRAGMENT),
	  { ETH(), IP6(), EXT(FRAG, .frag = 8 | MORE6, .next = SET(6)), BODY(8) } },
	{ "IPv6 last fragment", V6(FRAGMENT),
	  { ETH(), IP6(), EXT(FRAG, .frag = 1448, .next = SET(17)), BODY(30) } },
	{ "IPv6 fragment without payload", V6(FRAGMENT),
	  { ETH(), IP6(), EXT(FRAG, .frag = MORE6), BODY(0) } },
	{ "fragment header cut off", BAD, { ETH(), IP6(), EXT(FRAG, .frag = MORE6), CUT(1) } },
	{ "fragment header in the padding", BAD,
	  { ETH(), IP6(.next = SET(FRAG)), BODY(7), PAD(20) } },
	{ "options before a fragment", V6(FRAGMENT),
	  { ETH(), IP6(), EXT(HOP), EXT(DEST), EXT(FRAG, .frag = MORE6), BODY(8) } },
	{ "fragment with a header behind", V6(FRAGMENT),
	  { ETH(), IP6(), EXT(FRAG, .frag = 8), EXT(DEST, .words = SET(99)), BODY(8) } },
	{ "six headers", V6(TCP),
	  { ETH(), IP6(), EXT(HOP), EXT(DEST), EXT(ROUTING), EXT(FRAG), EXT(AH), EXT(DEST),
	    TCP() } },
	{ "six headers, the last cut off", BAD,
	  { ETH(), IP6(), EXT(HOP), EXT(DEST), EXT(DEST), EXT(DEST), EXT(DEST),
	    EXT(DEST, .words = SET(1)), BODY(7) } },
	{ "seven headers", V6(OTHER),
	  { ETH(), IP6(), EXT(HOP), EXT(DEST), EXT(DEST), EXT(DEST), EXT(DEST), EXT(DEST),
	    EXT(DEST), TCP() } },
	{ "six headers, a fragment the seventh", V6(OTHER),
	  { ETH(), IP6(), EXT(HOP), EXT(DEST), EXT(DEST), EXT(DEST), EXT(DEST), EXT(DEST),
	    EXT(FRAG, .frag = 8), BODY(8) } },
	{ "six headers, a fragment the sixth", V6(FRAGMENT),
	  { ETH(), IP6(), EXT(HOP), EXT(DEST), EXT(DEST), EXT(DEST), EXT(DEST),
	    EXT(FRAG, .frag = 8), BODY(8) } },
	{ "seven headers, the seventh missing", V6(OTHER),
	  { ETH(), IP6(), EXT(HOP), EXT(DEST), EXT(DEST), EXT(DEST), EXT(DEST),
	    EXT(DEST, .next = SET(DEST)), BODY(0) } },
	{ "hop-by-hop not in front", V6(UDP), { ETH(), IP6(), EXT(DEST), EXT(HOP), UDP() } },
	{ "header longer than the packet", BAD,
	  { ETH(), IP6(), EXT(HOP, .words = SET(255)), TCP() } },
	{ "header longer by the padding", BAD,
	  { ETH(), IP6(), EXT(HOP, .words = SET(1)), PAD(8) } },
	{ "header of exactly the payload", V6(OTHER),
	  { ETH(), IP6(), EXT(HOP, .next = SET(59), .words = SET(1)), BODY(8) } },
	{ "header of 7 bytes", BAD, { ETH(), IP6(.next = SET(DEST)), BODY(7) } },
	{ "header missing", BAD, { ETH(), IP6(.next = SET(DEST)), BODY(0) } },
	{ "options, no next header", V6(OTHER),
	  { ETH(), IP6(), EXT(DEST, .next = SET(59)), BODY(8) } },
	{ "options, TCP one byte short", BAD,
	  { ETH(), IP6(), EXT(DEST, .next = SET(6)), BODY(19) } },
	{ "two tags, options, TCP options", V6(TCP),
	  { ETH(), VLAN(), VLAN(), IP6(), EXT(HOP), TCP(.options = 12), BODY(6) } },
	{ "tag and a fragment", V6(FRAGMENT),
	  { ETH(), VLAN(), IP6(), EXT(FRAG, .frag = 8), BODY(8) } },

	/* sizes */
	{ "frame of 3400 bytes", V4(UDP), { ETH(), IP4(), UDP(), BODY(3400 - 42) } },
	{ "frame of 3400 bytes, most of it padding", V6(OTHER), { ETH(), IP6(), PAD(3400 - 54) } },

	/* without a link header */
	{ "raw: TCP", V4(TCP), { IP4(), TCP(), BODY(6) } },
	{ "raw: UDP, options", V4(UDP), { IP4(.options = 8), UDP() } },
	{ "raw: ICMP", V4(ICMP), { IP4(), ICMP() } },
	{ "raw: fragment", V4(FRAGMENT), { IP4(.frag = MORE), BODY(8) } },
	{ "raw: ihl 4", BAD, { IP4(.words = SET(4)), TCP() } },
	{ "raw: total length 1 too large", BAD, { IP4(.len = 1), TCP() } },
	{ "raw: IPv4 header cut off", BAD, { IP4(), CUT(1) } },
	{ "raw: IPv4, one byte", BAD, { IP4(), CUT(19) } },
	{ "raw: TCP over IPv6", V6(TCP), { IP6(), TCP() } },
	{ "raw: UDP over IPv6", V6(UDP), { IP6(), EXT(HOP), UDP() } },
	{ "raw: SCTP over IPv6", V6(SCTP), { IP6(), SCTP() } },
	{ "raw: IPv6 header cut off", BAD, { IP6(), CUT(1) } },
	{ "raw: IPv6, one byte", BAD, { IP6(), CUT(39) } },
	{ "raw: version 5", OTHER, { IP4(.version = SET(5)), TCP() } },
	{ "raw: version 0", OTHER, { BODY(40) } },
	{ "raw: one byte of version 15", OTHER, { BODY(1, .fill = 0xf0) } },
	{ "raw: an Ethernet frame of address 02", OTHER, { BODY(14, .fill = 2), IP4(), TCP() } },
	{ "raw: no byte at all", BAD, { BODY(0) } },
};
/* clang-format on */

#define CORPUS_LEN (sizeof(corpus) / sizeof(corpus[0]))

static inline bool row_is_raw(const struct row *row)
{
	return row->layers[0].kind != L_ETH;
}

#endif
