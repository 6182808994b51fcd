/* SPDX-License-Identifier: GPL-2.0 */
/*
 * classify.h - the class of a packet in plain C: the reference for the kernel programs.
 *
 * It is written from the standards, not from bpf/packet/parse.bpf.h, and works in another way on
 * purpose: it takes a span of bytes, and each layer passes on a smaller span. Sources: IEEE 802.1Q
 * (tags), RFC 826 (ARP), 791 (IPv4), 8200 (IPv6, extension headers), 6946 (atomic fragments), 4302
 * (AH), 2675 (jumbograms), 9293 (TCP), 768 (UDP), 792 and 4443 (ICMP), 9260 (SCTP).
 */
#ifndef WEIR_TESTS_CLASSIFY_H
#define WEIR_TESTS_CLASSIFY_H

#include <stdbool.h>
#include <stdint.h>
#include "bpf/abi/abi.h"

/* A longer IP packet cannot express its length in 16 bits, so the field is 0. */
#define IP_LENGTH_MAX 65535
#define VLAN_TAGS_MAX 2
#define EXT_HEADERS_MAX 6

struct reference {
	enum weir_class class;
	uint32_t header_len; /* bytes before the layer-4 payload; 0 if malformed */
};

/* The rest of a packet. */
struct span {
	const uint8_t *at;
	uint32_t len;
};

static inline uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* Drops `n` bytes at the front. Returns false if there are fewer. */
static inline bool span_take(struct span *s, uint32_t n)
{
	if (s->len < n)
		return false;
	s->at += n;
	s->len -= n;
	return true;
}

/* Keeps the first `n` bytes. Returns false if there are fewer. */
static inline bool span_end(struct span *s, uint32_t n)
{
	if (s->len < n)
		return false;
	s->len = n;
	return true;
}

/* Each of the following consumes its header. Returns enum weir_l4, or -1 if malformed. */
static inline int reference_tcp(struct span *s)
{
	uint32_t offset;

	if (s->len < 20)
		return -1;
	offset = (s->at[12] >> 4) * 4;
	return offset >= 20 && span_take(s, offset) ? WEIR_L4_TCP : -1;
}

static inline int reference_udp(struct span *s)
{
	uint32_t stated, room = s->len;

	if (room < 8)
		return -1;
	stated = get16(s->at + 4);
	if (stated == 0 && room > IP_LENGTH_MAX)
		stated = room;
	if (stated < 8 || stated > room)
		return -1;
	span_take(s, 8);
	return WEIR_L4_UDP;
}

static inline int reference_l4(struct span *s, uint8_t protocol)
{
	if (protocol == 6)
		return reference_tcp(s);
	if (protocol == 17)
		return reference_udp(s);
	if (protocol == 1)
		return span_take(s, 8) ? WEIR_L4_ICMP : -1;
	if (protocol == 58)
		return span_take(s, 8) ? WEIR_L4_ICMPV6 : -1;
	if (protocol == 132)
		return span_take(s, 12) ? WEIR_L4_SCTP : -1;
	return WEIR_L4_OTHER;
}

static inline int reference_ipv4(struct span *s)
{
	uint32_t header, total;
	uint8_t protocol;
	bool fragment;

	if (s->len < 20 || s->at[0] >> 4 != 4)
		return -1;
	header = (s->at[0] & 15) * 4;
	total = get16(s->at + 2);
	if (total == 0 && s->len > IP_LENGTH_MAX)
		total = s->len;
	if (header < 20 || header > total || !span_end(s, total))
		return -1;
	protocol = s->at[9];
	fragment = (get16(s->at + 6) & 0x3fff) != 0; /* all but the flag DF and the reserved flag */
	span_take(s, header);
	return fragment ? WEIR_L4_FRAGMENT : reference_l4(s, protocol);
}

static inline bool is_extension(uint8_t next)
{
	return next == 0 || next == 43 || next == 44 || next == 51 || next == 60;
}

/* Returns the length of the extension header at `at`. */
static inline uint32_t extension_len(uint8_t kind, const uint8_t *at)
{
	if (kind == 44)
		return 8;
	if (kind == 51)
		return 8 + at[1] * 4;
	return 8 + at[1] * 8;
}

static inline int reference_ipv6(struct span *s)
{
	uint8_t next, after;
	uint32_t payload;
	int walked = 0;
	bool fragment;

	if (s->len < 40 || s->at[0] >> 4 != 6)
		return -1;
	payload = get16(s->at + 4);
	next = s->at[6];
	span_take(s, 40);
	if (payload == 0 && s->len > IP_LENGTH_MAX)
		payload = s->len;
	if (!span_end(s, payload))
		return -1;
	while (is_extension(next)) {
		if (walked++ == EXT_HEADERS_MAX)
			return WEIR_L4_OTHER;
		if (s->len < 8)
			return -1;
		after = s->at[0];
		fragment = next == 44 && (get16(s->at + 2) & 0xfff9) != 0;
		if (!span_take(s, extension_len(next, s->at)))
			return -1;
		if (fragment)
			return WEIR_L4_FRAGMENT;
		next = after;
	}
	return reference_l4(s, next);
}

static inline int reference_arp(struct span *s)
{
	if (s->len < 8)
		return -1;
	return span_take(s, 8 + 2 * s->at[4] + 2 * s->at[5]) ? WEIR_CLASS_ARP : -1;
}

/* Returns enum weir_class, or -1 if malformed. */
static inline int reference_l3(struct span *s, uint16_t ethertype)
{
	int l4;

	if (ethertype == 0x0806)
		return reference_arp(s);
	if (ethertype != 0x0800 && ethertype != 0x86dd)
		return WEIR_CLASS_OTHER_L3;
	l4 = ethertype == 0x0800 ? reference_ipv4(s) : reference_ipv6(s);
	if (l4 < 0)
		return -1;
	return l4 + (ethertype == 0x0800 ? WEIR_CLASS_IPV4 : WEIR_CLASS_IPV6);
}

static inline bool is_tag(uint16_t ethertype)
{
	return ethertype == 0x8100 || ethertype == 0x88a8;
}

static inline int reference_ethernet(struct span *s)
{
	uint16_t ethertype;

	if (s->len < 14)
		return -1;
	ethertype = get16(s->at + 12);
	span_take(s, 14);
	for (int tags = 0; is_tag(ethertype) && tags < VLAN_TAGS_MAX; tags++) {
		if (s->len < 4)
			return -1;
		ethertype = get16(s->at + 2);
		span_take(s, 4);
	}
	return reference_l3(s, ethertype);
}

static inline int reference_raw(struct span *s)
{
	if (s->len == 0)
		return -1;
	if (s->at[0] >> 4 == 4)
		return reference_l3(s, 0x0800);
	if (s->at[0] >> 4 == 6)
		return reference_l3(s, 0x86dd);
	return WEIR_CLASS_OTHER_L3;
}

/* raw_ip: the frame begins with the IP header. `frame` may be NULL if len is 0. */
static inline struct reference reference_classify(const uint8_t *frame, uint32_t len, bool raw_ip)
{
	struct span s = { .at = frame, .len = len };
	int class = raw_ip ? reference_raw(&s) : reference_ethernet(&s);

	if (class < 0)
		return (struct reference){ .class = WEIR_CLASS_MALFORMED };
	return (struct reference){ .class = class, .header_len = s.at - frame };
}

#endif
