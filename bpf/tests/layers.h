/* SPDX-License-Identifier: GPL-2.0 */
/*
 * layers.h - a packet as a list of layers. Fields are correct unless overridden. For example,
 *
 *   { ETH(), IP4(.len = +1), TCP(), BODY(6) }
 *
 * is a frame whose IPv4 header promises one byte more than there is. By default, next-protocol
 * fields follow from the next layer, and lengths from the content.
 */
#ifndef WEIR_TESTS_LAYERS_H
#define WEIR_TESTS_LAYERS_H

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define LAYERS_MAX 14
#define PACKET_MAX 72000

enum layer_kind {
	L_END,
	L_ETH,
	L_VLAN, /* a tag; .tpid is its own EtherType */
	L_ARP,
	L_IP4,
	L_IP6,
	L_EXT, /* an IPv6 extension header with number .kind_of */
	L_TCP,
	L_UDP,
	L_ICMP,
	L_ICMP6,
	L_SCTP,
	L_BODY, /* bytes covered by the lengths before */
	L_PAD,  /* bytes after those covered */
	L_CUT,  /* removes bytes at the end, without changing lengths */
};

/* Sets a member to an exact value. 0 means correct. */
#define SET(value) ((value) + 0x100000)
#define IS_SET(member) ((member) >= 0x100000)

struct layer {
	enum layer_kind kind;
	int next;    /* EtherType or protocol of the next layer: SET(n) */
	int len;     /* length field: SET(n), or a number to add to the correct one */
	int version; /* SET(n) */
	int words;   /* IHL, data offset or extension length field: SET(n), or a number to add */
	int frag;    /* IPv4: flags and offset; fragment header: offset and flags */
	int options; /* bytes of options, or of the extension header after the first 8 */
	int bytes;   /* of L_BODY, L_PAD, L_CUT */
	int fill;    /* value of those bytes */
	int tpid;
	int kind_of;
	int hlen, plen; /* ARP address lengths: SET(n) */
};

/* clang-format off */
#define ETH(...) { .kind = L_ETH, ##__VA_ARGS__ }
#define VLAN(...) { .kind = L_VLAN, ##__VA_ARGS__ }
#define ARP(...) { .kind = L_ARP, ##__VA_ARGS__ }
#define IP4(...) { .kind = L_IP4, ##__VA_ARGS__ }
#define IP6(...) { .kind = L_IP6, ##__VA_ARGS__ }
#define EXT(number, ...) { .kind = L_EXT, .kind_of = (number), ##__VA_ARGS__ }
#define TCP(...) { .kind = L_TCP, ##__VA_ARGS__ }
#define UDP(...) { .kind = L_UDP, ##__VA_ARGS__ }
#define ICMP() { .kind = L_ICMP }
#define ICMP6() { .kind = L_ICMP6 }
#define SCTP() { .kind = L_SCTP }
#define BODY(n, ...) { .kind = L_BODY, .bytes = (n), ##__VA_ARGS__ }
#define PAD(n) { .kind = L_PAD, .bytes = (n) }
#define CUT(n) { .kind = L_CUT, .bytes = (n) }
/* clang-format on */

/* IPv6 extension headers by name. */
#define HOP 0
#define ROUTING 43
#define FRAG 44
#define AH 51
#define DEST 60

struct packet {
	uint32_t len;
	uint8_t data[PACKET_MAX];
};

static inline void put16(uint8_t *at, uint32_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

/* Value of a field: exact, or a difference to the correct one. */
static inline int told(int member, int right)
{
	return IS_SET(member) ? member - SET(0) : right + member;
}

static inline uint8_t *packet_add(struct packet *p, uint32_t n, uint8_t fill)
{
	uint8_t *at = p->data + p->len;

	assert(n <= PACKET_MAX - p->len);
	memset(at, fill, n);
	p->len += n;
	return at;
}

static inline int layer_ethertype(const struct layer *l)
{
	switch (l->kind) {
	case L_VLAN:
		return l->tpid ? l->tpid : 0x8100;
	case L_ARP:
		return 0x0806;
	case L_IP4:
		return 0x0800;
	case L_IP6:
		return 0x86dd;
	default:
		return 0x88b5; /* IEEE 802 local experimental */
	}
}

static inline int layer_protocol(const struct layer *l)
{
	switch (l->kind) {
	case L_EXT:
		return l->kind_of;
	case L_IP4:
		return 4;
	case L_IP6:
		return 41;
	case L_TCP:
		return 6;
	case L_UDP:
		return 17;
	case L_ICMP:
		return 1;
	case L_ICMP6:
		return 58;
	case L_SCTP:
		return 132;
	default:
		return 253; /* RFC 3692: for experiments and tests */
	}
}

static inline int next_ethertype(const struct layer *l)
{
	return l->next ? told(l->next, 0) : layer_ethertype(l + 1);
}

static inline int next_protocol(const struct layer *l)
{
	return l->next ? told(l->next, 0) : layer_protocol(l + 1);
}

static inline void add_eth(struct packet *p, const struct layer *l)
{
	uint8_t *at = packet_add(p, 14, 2); /* locally administered unicast addresses */

	put16(at + 12, next_ethertype(l));
}

static inline void add_vlan(struct packet *p, const struct layer *l)
{
	uint8_t *at = packet_add(p, 4, 0);

	put16(at, 42);
	put16(at + 2, next_ethertype(l));
}

static inline void add_arp(struct packet *p, const struct layer *l)
{
	uint8_t *at = packet_add(p, 8 + 2 * 6 + 2 * 4, 0);

	put16(at, 1);
	put16(at + 2, 0x0800);
	at[4] = told(l->hlen, 6);
	at[5] = told(l->plen, 4);
	put16(at + 6, 1);
}

static inline void add_ip4(struct packet *p, const struct layer *l)
{
	uint8_t *at = packet_add(p, 20 + l->options, 1); /* 1: the no-operation option */

	memset(at, 0, 20);
	at[0] = told(l->version, 4) << 4 | told(l->words, 5 + l->options / 4);
	put16(at + 6, l->frag);
	at[8] = 64;
	at[9] = next_protocol(l);
	at[12] = at[16] = 10;
}

static inline void add_ip6(struct packet *p, const struct layer *l)
{
	uint8_t *at = packet_add(p, 40, 0);

	at[0] = told(l->version, 6) << 4;
	at[6] = next_protocol(l);
	at[7] = 64;
	at[8] = at[24] = 0xfd;
}

static inline void add_ext(struct packet *p, const struct layer *l)
{
	uint8_t *at = packet_add(p, 8 + l->options, 0);

	at[0] = next_protocol(l);
	at[1] = told(l->words, l->kind_of == FRAG ? 0 : l->options / (l->kind_of == AH ? 4 : 8));
	put16(at + 2, l->frag);
}

static inline void add_tcp(struct packet *p, const struct layer *l)
{
	uint8_t *at = packet_add(p, 20 + l->options, 1);

	memset(at, 0, 20);
	put16(at, 40000);
	put16(at + 2, 443);
	at[12] = told(l->words, 5 + l->options / 4) << 4;
	at[13] = 0x10;
}

static inline void add_udp(struct packet *p)
{
	uint8_t *at = packet_add(p, 8, 0);

	put16(at, 40000);
	put16(at + 2, 53);
}

static inline void add_layer(struct packet *p, const struct layer *l)
{
	switch (l->kind) {
	case L_ETH:
		return add_eth(p, l);
	case L_VLAN:
		return add_vlan(p, l);
	case L_ARP:
		return add_arp(p, l);
	case L_IP4:
		return add_ip4(p, l);
	case L_IP6:
		return add_ip6(p, l);
	case L_EXT:
		return add_ext(p, l);
	case L_TCP:
		return add_tcp(p, l);
	case L_UDP:
		return add_udp(p);
	case L_ICMP:
	case L_ICMP6:
		packet_add(p, 8, 0);
		return;
	case L_SCTP:
		packet_add(p, 12, 0);
		return;
	default:
		packet_add(p, l->bytes, l->fill);
	}
}

/* Writes the length field of the layer at `off`. The packet is complete up to `end`. */
static inline void set_length(struct packet *p, const struct layer *l, uint32_t off, uint32_t end)
{
	uint8_t *at = p->data + off;

	if (l->kind == L_IP4)
		put16(at + 2, told(l->len, end - off));
	if (l->kind == L_IP6)
		put16(at + 4, told(l->len, end - off - 40));
	if (l->kind == L_UDP)
		put16(at + 4, told(l->len, end - off));
}

/*
 * `layers` ends at L_END or after LAYERS_MAX. The builder may look at the element after the last
 * layer.
 */
static inline void packet_build(struct packet *p, const struct layer *layers)
{
	uint32_t off[LAYERS_MAX], end;
	int n = 0, all;

	p->len = 0;
	for (; layers[n].kind && layers[n].kind < L_PAD; n++) {
		off[n] = p->len;
		add_layer(p, &layers[n]);
	}
	end = p->len;
	for (int i = 0; i < n; i++)
		set_length(p, &layers[i], off[i], end);
	for (all = n; layers[all].kind; all++) {
		assert(layers[all].kind >= L_PAD);
		if (layers[all].kind == L_PAD)
			packet_add(p, layers[all].bytes, 0);
		else
			p->len -= layers[all].bytes;
	}
}

#endif
