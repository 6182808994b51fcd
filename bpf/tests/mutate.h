/* SPDX-License-Identifier: GPL-2.0 */
/* mutate.h - an endless, repeatable sequence of packets: the corpus, damaged in plausible ways. */
#ifndef WEIR_TESTS_MUTATE_H
#define WEIR_TESTS_MUTATE_H

#include <stdlib.h>
#include "bpf/tests/corpus.h"

/* Small enough for one linear buffer of BPF_PROG_TEST_RUN. */
#define MUTANT_MAX 3400
#define HEADERS_SPAN 120 /* mutations are in the headers */

/* xorshift64; the state must not be 0. */
struct random {
	uint64_t state;
};

static inline struct random random_from(uint64_t seed)
{
	/* similar seeds must not start with similar packets */
	struct random r = { .state = (seed + 1) * 0x9e3779b97f4a7c15ULL };

	r.state ^= r.state >> 29;
	r.state += !r.state;
	return r;
}

static inline uint32_t random_next(struct random *r)
{
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return r->state >> 32;
}

static inline uint32_t random_below(struct random *r, uint32_t bound)
{
	return bound ? random_next(r) % bound : 0;
}

/* Returns an offset where a header may be, followed by at least `room` bytes, or 0. */
static inline uint32_t random_place(struct random *r, const struct packet *p, uint32_t room)
{
	uint32_t span = p->len < HEADERS_SPAN ? p->len : HEADERS_SPAN;

	return span > room ? random_below(r, span - room + 1) : 0;
}

static inline void packet_insert(struct packet *p, uint32_t at, uint32_t n)
{
	memmove(p->data + at + n, p->data + at, p->len - at);
	memset(p->data + at, 0, n);
	p->len += n;
}

static inline void flip_bits(struct random *r, struct packet *p)
{
	for (uint32_t n = 1 + random_below(r, 4); n && p->len; n--)
		p->data[random_place(r, p, 1)] ^= 1 << random_below(r, 8);
}

static inline void cut(struct random *r, struct packet *p)
{
	p->len -= random_below(r, p->len + 1);
}

static inline void cut_little(struct random *r, struct packet *p)
{
	uint32_t n = 1 + random_below(r, 12);

	p->len -= n < p->len ? n : p->len;
}

static inline void pad(struct random *r, struct packet *p)
{
	uint32_t n = random_below(r, 8) ? random_below(r, 40) : random_below(r, 1600);

	memset(packet_add(p, n, 0), random_next(r), n);
}

/* Changes a field to a length that is nearly right, or extreme. */
static inline void lie(struct random *r, struct packet *p)
{
	uint32_t at = random_place(r, p, 2), value;

	if (p->len < 2)
		return;
	switch (random_below(r, 5)) {
	case 0:
		value = p->len - at;
		break;
	case 1:
		value = random_below(r, 64);
		break;
	case 2:
		value = (p->data[at] << 8 | p->data[at + 1]) + random_below(r, 9) - 4;
		break;
	case 3:
		value = 0xffff - random_below(r, 4);
		break;
	default:
		value = 0;
	}
	put16(p->data + at, value);
}

/* The same for actual length fields: IPv4 total length, IPv6 payload length, IHL, UDP length. */
static inline void lie_well(struct random *r, struct packet *p)
{
	static const uint8_t fields[] = { 2, 4, 16, 18, 20, 22, 24, 38, 42, 46, 58, 62, 66 };
	uint32_t at = fields[random_below(r, sizeof(fields))];

	if (p->len < at + 2)
		return;
	if (random_below(r, 2))
		p->data[at + 1] += random_below(r, 9) - 4;
	else
		put16(p->data + at, random_below(r, p->len + 2));
}

/* Changes nibbles that may be the version, IHL or TCP offset. */
static inline void lie_nibble(struct random *r, struct packet *p)
{
	static const uint8_t fields[] = { 0, 14, 18, 22, 32, 46, 50, 54, 66, 70, 74 };
	uint32_t at = fields[random_below(r, sizeof(fields))];

	if (p->len > at)
		p->data[at] = random_below(r, 2) ? (p->data[at] & 0x0f) | random_next(r) << 4
						 : (p->data[at] & 0xf0) | random_below(r, 16);
}

static inline void copy_between(struct random *r, struct packet *p)
{
	static struct packet other;
	uint32_t from, to, n;

	packet_build(&other, corpus[random_below(r, CORPUS_LEN)].layers);
	from = random_place(r, &other, 1);
	to = random_place(r, p, 1);
	n = random_below(r, other.len - from + 1);
	if (to + n > MUTANT_MAX)
		n = MUTANT_MAX - to;
	memcpy(p->data + to, other.data + from, n);
	if (to + n > p->len)
		p->len = to + n;
}

static inline void insert_tag(struct random *r, struct packet *p)
{
	if (p->len < 14)
		return;
	packet_insert(p, 12, 4);
	put16(p->data + 12, random_below(r, 2) ? 0x8100 : 0x88a8);
	put16(p->data + 14, random_next(r));
}

/* Offset of the IPv6 header if the frame has one, else the length of the packet. */
static inline uint32_t ip6_place(const struct packet *p, bool raw)
{
	uint32_t at = raw ? 0 : 14;

	while (!raw && at + 4 < p->len && (p->data[at - 2] == 0x81 || p->data[at - 2] == 0x88))
		at += 4;
	return at + 40 <= p->len && p->data[at] >> 4 == 6 ? at : p->len;
}

static inline void insert_ext_header(struct random *r, struct packet *p, bool raw)
{
	static const uint8_t kinds[] = { HOP, ROUTING, FRAG, AH, DEST };
	uint32_t at = ip6_place(p, raw), size = 8 + 8 * random_below(r, 3), payload;
	uint8_t *ext = p->data + at + 40;

	if (at == p->len)
		return;
	payload = p->data[at + 4] << 8 | p->data[at + 5];
	packet_insert(p, at + 40, size);
	ext[0] = p->data[at + 6];
	p->data[at + 6] = kinds[random_below(r, sizeof(kinds))];
	ext[1] = p->data[at + 6] == AH ? size / 4 - 2 : size / 8 - 1;
	if (!random_below(r, 6))
		put16(ext + 2, random_below(r, 3) ? random_below(r, 16) : random_next(r));
	put16(p->data + at + 4, payload + size);
}

static inline void noise(struct random *r, struct packet *p)
{
	static const uint16_t types[] = { 0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8 };

	p->len = 0;
	packet_add(p, random_below(r, 200), 0);
	for (uint32_t i = 0; i < p->len; i++)
		p->data[i] = random_next(r);
	if (p->len >= 15) {
		put16(p->data + 12, types[random_below(r, 5)]);
		p->data[14] = random_below(r, 2) ? 0x40 | random_below(r, 16) : 0x60;
	}
}

static inline void mutate(struct random *r, struct packet *p, bool raw)
{
	switch (random_below(r, 12)) {
	case 0:
		return flip_bits(r, p);
	case 1:
		return cut(r, p);
	case 2:
		return cut_little(r, p);
	case 3:
		return pad(r, p);
	case 4:
		return lie(r, p);
	case 5:
		return lie_well(r, p);
	case 6:
		return lie_nibble(r, p);
	case 7:
		return copy_between(r, p);
	case 8:
		if (!raw)
			insert_tag(r, p);
		return;
	case 9:
	case 10:
		return insert_ext_header(r, p, raw);
	default:
		if (!random_below(r, 4))
			noise(r, p);
	}
}

/* Makes the next packet. Returns true if it has no link header. */
static inline bool mutate_next(struct random *r, struct packet *p)
{
	const struct row *row = &corpus[random_below(r, CORPUS_LEN)];
	bool raw = row_is_raw(row);

	packet_build(p, row->layers);
	for (uint32_t n = random_below(r, 4); n; n--)
		mutate(r, p, raw);
	if (p->len > MUTANT_MAX)
		p->len = MUTANT_MAX;
	return raw;
}

static inline uint64_t number_from_env(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

#endif
