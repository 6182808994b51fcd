// SPDX-License-Identifier: GPL-2.0
/*
 * test_flows.c - the flow of a packet: the key for every class of packets, and packets without a
 * flow. test_fragments.c covers fragments; test_flow_cache.c checks that no packet is lost.
 */
#include "bpf/tests/corpus.h"
#include "bpf/tests/flow_packets.h"
#include "bpf/tests/mutate.h"

struct poke {
	int at, value; /* 16 bits at an offset of the frame */
};

struct flow_row {
	const char *name;
	int proto, src_port, dst_port, tcp_flags;
	struct poke poke[4];
	struct layer layers[LAYERS_MAX];
};

/* Layer 4 is at 34 for IPv4, at 54 for IPv6. */
/* clang-format off */
static const struct flow_row rows[] = {
	{ "TCP", 6, 40000, 443, 0x10, {}, { ETH(), IP4(), TCP() } },
	{ "TCP SYN", 6, 1, 65535, 0x02, { { 34, 1 }, { 36, 65535 }, { 46, 0x5002 } },
	  { ETH(), IP4(), TCP(), BODY(6) } },
	{ "TCP, all flags", 6, 40000, 443, 0xff, { { 46, 0x50ff } }, { ETH(), IP4(), TCP() } },
	{ "TCP, no flags", 6, 40000, 443, 0, { { 46, 0x5000 } }, { ETH(), IP4(), TCP() } },
	{ "TCP, port 0", 6, 0, 0, 0x10, { { 34, 0 }, { 36, 0 } }, { ETH(), IP4(), TCP() } },
	{ "TCP, DF and the reserved bit", 6, 40000, 443, 0x10, {},
	  { ETH(), IP4(.frag = 0x8000 | DONT), TCP() } },
	{ "TCP, all the IPv4 options", 6, 40000, 443, 0x10, {},
	  { ETH(), IP4(.options = 40), TCP() } },
	{ "TCP over IPv6", 6, 40000, 443, 0x10, {}, { ETH(), IP6(), TCP() } },
	{ "TCP FIN over IPv6", 6, 40000, 443, 0x11, { { 66, 0x5011 } }, { ETH(), IP6(), TCP() } },
	{ "UDP", 17, 40000, 53, 0, {}, { ETH(), IP4(), UDP(), BODY(18) } },
	{ "UDP over IPv6", 17, 40000, 53, 0, {}, { ETH(), IP6(), UDP() } },
	{ "UDP behind two tags", 17, 40000, 53, 0, {}, { ETH(), VLAN(), VLAN(), IP4(), UDP() } },
	{ "SCTP", 132, 5000, 38412, 0, { { 34, 5000 }, { 36, 38412 } },
	  { ETH(), IP4(), SCTP(), BODY(16) } },
	{ "SCTP over IPv6", 132, 5000, 38412, 0, { { 54, 5000 }, { 56, 38412 } },
	  { ETH(), IP6(), SCTP() } },
	{ "echo request", 1, 0x0800, 0x1234, 0, { { 34, 0x0800 }, { 38, 0x1234 }, { 40, 7 } },
	  { ETH(), IP4(), ICMP(), BODY(56) } },
	{ "echo reply", 1, 0, 0x1234, 0, { { 38, 0x1234 } }, { ETH(), IP4(), ICMP() } },
	{ "timestamp", 1, 0x0d00, 9, 0, { { 34, 0x0d00 }, { 38, 9 } },
	  { ETH(), IP4(), ICMP(), BODY(12) } },
	{ "timestamp reply", 1, 0x0e00, 9, 0, { { 34, 0x0e00 }, { 38, 9 } },
	  { ETH(), IP4(), ICMP(), BODY(12) } },
	{ "information request", 1, 0x0f00, 9, 0, { { 34, 0x0f00 }, { 38, 9 } },
	  { ETH(), IP4(), ICMP() } },
	{ "address mask reply", 1, 0x1200, 9, 0, { { 34, 0x1200 }, { 38, 9 } },
	  { ETH(), IP4(), ICMP(), BODY(4) } },
	{ "fragmentation needed", 1, 0x0304, 0, 0,
	  { { 34, 0x0304 }, { 38, 0xffff }, { 40, 1400 } },
	  { ETH(), IP4(), ICMP(), IP4(), TCP() } },
	{ "port unreachable", 1, 0x0303, 0, 0, { { 34, 0x0303 }, { 38, 0xffff } },
	  { ETH(), IP4(), ICMP(), IP4(), UDP() } },
	{ "redirect", 1, 0x0501, 0, 0, { { 34, 0x0501 }, { 38, 0x0a01 } },
	  { ETH(), IP4(), ICMP(), IP4(), UDP() } },
	{ "time exceeded", 1, 0x0b01, 0, 0, { { 34, 0x0b01 }, { 38, 0xffff } },
	  { ETH(), IP4(), ICMP(), IP4(), UDP() } },
	{ "ICMP type 128 is no echo", 1, 0x8000, 0, 0, { { 34, 0x8000 }, { 38, 0x1234 } },
	  { ETH(), IP4(), ICMP() } },
	{ "echo request behind IPv4 options and a tag", 1, 0x0800, 0x1234, 0,
	  { { 46, 0x0800 }, { 50, 0x1234 } }, { ETH(), VLAN(), IP4(.options = 8), ICMP() } },
	{ "ICMPv6 echo request", 58, 0x8000, 0x1234, 0, { { 54, 0x8000 }, { 58, 0x1234 } },
	  { ETH(), IP6(), ICMP6(), BODY(56) } },
	{ "ICMPv6 echo reply", 58, 0x8100, 0x1234, 0, { { 54, 0x8100 }, { 58, 0x1234 } },
	  { ETH(), IP6(), ICMP6() } },
	{ "neighbour solicitation", 58, 0x8700, 0, 0, { { 54, 0x8700 }, { 58, 0xffff } },
	  { ETH(), IP6(), ICMP6(), BODY(24) } },
	{ "neighbour advertisement", 58, 0x8800, 0, 0, { { 54, 0x8800 }, { 58, 0x6000 } },
	  { ETH(), IP6(), ICMP6(), BODY(24) } },
	{ "router advertisement", 58, 0x8600, 0, 0, { { 54, 0x8600 }, { 58, 0x4000 } },
	  { ETH(), IP6(), ICMP6(), BODY(8) } },
	{ "packet too big", 58, 0x0200, 0, 0, { { 54, 0x0200 }, { 58, 0xffff } },
	  { ETH(), IP6(), ICMP6(), IP6(), TCP() } },
	{ "ICMPv6 unreachable", 58, 0x0104, 0, 0, { { 54, 0x0104 }, { 58, 0xffff } },
	  { ETH(), IP6(), ICMP6(), IP6(), UDP() } },
	{ "ICMPv6 type 13 is no timestamp", 58, 0x0d00, 0, 0, { { 54, 0x0d00 }, { 58, 0x1234 } },
	  { ETH(), IP6(), ICMP6() } },
	{ "multicast listener report behind hop-by-hop", 58, 0x8f00, 0, 0, { { 62, 0x8f00 } },
	  { ETH(), IP6(), EXT(HOP), ICMP6(), BODY(20) } },
	{ "GRE", 47, 0, 0, 0, { { 34, 0xffff }, { 36, 0x0800 } },
	  { ETH(), IP4(.next = SET(47)), BODY(4), IP4(), TCP() } },
	{ "ESP", 50, 0, 0, 0, { { 34, 0xffff }, { 36, 0xffff } },
	  { ETH(), IP4(.next = SET(50)), BODY(40) } },
	{ "ESP over IPv6", 50, 0, 0, 0, { { 54, 0xffff } },
	  { ETH(), IP6(.next = SET(50)), BODY(40) } },
	{ "AH over IPv4", 51, 0, 0, 0, {}, { ETH(), IP4(.next = SET(51)), BODY(24), TCP() } },
	{ "IPv4 in IPv4: the outer one", 4, 0, 0, 0, {}, { ETH(), IP4(), IP4(), TCP() } },
	{ "IPv6 in IPv6: the outer one", 41, 0, 0, 0, {}, { ETH(), IP6(), IP6(), TCP() } },
	{ "UDP-Lite", 136, 0, 0, 0, {}, { ETH(), IP4(.next = SET(136)), BODY(16) } },
	{ "protocol 0 over IPv4", 0, 0, 0, 0, {}, { ETH(), IP4(.next = SET(0)), BODY(30) } },
	{ "protocol 255", 255, 0, 0, 0, {}, { ETH(), IP4(.next = SET(255)), BODY(30) } },
	{ "no next header", 59, 0, 0, 0, {}, { ETH(), IP6(.next = SET(59)), BODY(0) } },
	{ "more extension headers than are walked", DEST, 0, 0, 0, {},
	  { ETH(), IP6(), EXT(HOP), EXT(DEST), EXT(DEST), EXT(DEST), EXT(DEST), EXT(DEST),
	    EXT(DEST), TCP() } },
	{ "raw: TCP", 6, 40000, 443, 0x10, {}, { IP4(), TCP(), BODY(6) } },
	{ "raw: UDP over IPv6", 17, 40000, 53, 0, {}, { IP6(), UDP() } },
	{ "raw: echo request", 1, 0x0800, 0x1234, 0, { { 20, 0x0800 }, { 24, 0x1234 } },
	  { IP4(), ICMP() } },
};
/* clang-format on */

#define ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

/* Different packets of one flow; the first of a group is a plain packet. */
static const struct layer tcp4_ways[][LAYERS_MAX] = {
	{ ETH(), IP4(), TCP(), BODY(6) },
	{ ETH(), IP4(), TCP(), PAD(6) },
	{ ETH(), IP4(), TCP(.options = 12), BODY(6) },
	{ ETH(), IP4(.options = 4), TCP(), BODY(6) },
	{ ETH(), IP4(.options = 40), TCP(.options = 40) },
	{ ETH(), IP4(.frag = DONT), TCP() },
	{ ETH(), IP4(.frag = 0x8000), TCP() },
	{ ETH(), VLAN(), IP4(), TCP(), BODY(6) },
	{ ETH(), VLAN(.tpid = 0x88a8), VLAN(), IP4(), TCP(), BODY(6) },
	{ ETH(), VLAN(), VLAN(), IP4(.options = 8), TCP(), BODY(6) },
	{ IP4(), TCP(), BODY(6) },
	{ IP4(.options = 4), TCP(), BODY(6) },
};

static const struct layer udp4_ways[][LAYERS_MAX] = {
	{ ETH(), IP4(), UDP(), BODY(18) },
	{ ETH(), IP4(), UDP(.len = -4), BODY(18) },
	{ ETH(), IP4(.options = 8), UDP(), BODY(18) },
	{ ETH(), VLAN(), IP4(), UDP() },
	{ ETH(), IP4(.frag = MORE), UDP(), BODY(16) },
	{ IP4(), UDP() },
};

static const struct layer tcp6_ways[][LAYERS_MAX] = {
	{ ETH(), IP6(), TCP() },
	{ ETH(), IP6(), TCP(.options = 12), PAD(9) },
	{ ETH(), VLAN(), VLAN(), IP6(), TCP() },
	{ ETH(), IP6(), EXT(HOP), TCP() },
	{ ETH(), IP6(), EXT(ROUTING, .options = 16), TCP() },
	{ ETH(), IP6(), EXT(AH, .words = SET(4), .options = 16), TCP() },
	{ ETH(), IP6(), EXT(FRAG), TCP() },
	{ ETH(), IP6(), EXT(HOP), EXT(DEST), EXT(ROUTING), EXT(FRAG), EXT(AH), EXT(DEST), TCP() },
	{ ETH(), VLAN(), IP6(), EXT(DEST), TCP() },
	{ IP6(), TCP() },
	{ IP6(), EXT(HOP), TCP() },
};

static const struct layer udp6_ways[][LAYERS_MAX] = {
	{ ETH(), IP6(), UDP(), BODY(6) },
	{ ETH(), IP6(), EXT(HOP, .options = 16), UDP() },
	{ ETH(), IP6(), EXT(FRAG), UDP(), BODY(6) },
	{ ETH(), IP6(), EXT(FRAG, .frag = MORE6), UDP(), BODY(8) },
	{ IP6(), EXT(DEST), UDP() },
};

static void build_row(const struct flow_row *row)
{
	build(row->layers);
	for (int i = 0; i < 4; i++)
		if (row->poke[i].at)
			put16(packet.data + row->poke[i].at, row->poke[i].value);
}

static void check_row(const void *arg)
{
	const struct flow_row *row = arg;
	const struct program *p = program_for(row->layers);
	struct flows_seen seen;

	build_row(row);
	assert_true(run(p));
	assert_true(run(p));
	seen = flows_read(p);
	assert_int_equal(seen.count, 1);
	check_flow(&seen, key_of(is_v6(row->layers), row->proto, row->src_port, row->dst_port), 2,
		   2 * packet.len);
	assert_int_equal(seen.items[0].flow.tcp_flags, row->tcp_flags);
	assert_int_equal(seen.table, 0);
}

static void key_of_a_class(void **state)
{
	for_each_kind(check_row, *state);
}

struct ways {
	const struct layer (*layers)[LAYERS_MAX];
	int n, proto, dst_port;
};

static void check_ways(const void *arg)
{
	const struct ways *ways = arg;
	struct flows_seen seen;
	uint64_t bytes = 0;
	bool v6 = false;

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < ways->n; i++) {
			build(ways->layers[i]);
			assert_true(run(program_for(ways->layers[i])));
			bytes += packet.len;
			v6 = is_v6(ways->layers[i]);
		}
	}
	seen = flows_read(&programs[kind][0]);
	check_flow(&seen, key_of(v6, ways->proto, 40000, ways->dst_port), 2 * ways->n, bytes);
	assert_int_equal(seen.count, 1);
}

#define WAYS(table, proto, port)                                       \
	{                                                              \
		table, sizeof(table) / sizeof((table)[0]), proto, port \
	}

static void one_flow_whatever_way_it_comes(void **state)
{
	static const struct ways all[] = { WAYS(tcp4_ways, 6, 443), WAYS(udp4_ways, 17, 53),
					   WAYS(tcp6_ways, 6, 443), WAYS(udp6_ways, 17, 53) };

	(void)state;
	for (int i = 0; i < 4; i++)
		for_each_kind(check_ways, &all[i]);
}

/* A packet with an IPv4 or IPv6 class is in a flow of its family; other packets are in no flow. */
static void check_corpus(const void *arg)
{
	struct weir_count expected[2] = { { 0 } }, got[2] = { { 0 } };
	struct flows_seen seen;

	(void)arg;
	for (size_t i = 0; i < CORPUS_LEN; i++) {
		packet_build(&packet, corpus[i].layers);
		if (!run(program_for(corpus[i].layers)) || corpus[i].class < WEIR_CLASS_IPV4)
			continue;
		expected[corpus[i].class >= WEIR_CLASS_IPV6].packets++;
		expected[corpus[i].class >= WEIR_CLASS_IPV6].bytes += packet.len;
	}
	seen = flows_read(&programs[kind][0]);
	for (size_t i = 0; i < seen.count; i++) {
		got[seen.items[i].key.owner >> 31].packets += seen.items[i].flow.packets;
		got[seen.items[i].key.owner >> 31].bytes += seen.items[i].flow.bytes;
		assert_int_equal(seen.items[i].key.owner << 1 >> 9, INSTANCE);
	}
	assert_memory_equal(expected, got, sizeof(got));
}

static void only_ip_makes_flows(void **state)
{
	(void)state;
	for_each_kind(check_corpus, NULL);
}

static void check_flags(const void *arg)
{
	static const struct layer v4[] = { ETH(), IP4(), TCP(), { 0 } },
				  v6[] = { ETH(), IP6(), TCP(), { 0 } };
	static const uint8_t flags[] = { 0x02, 0x12, 0x10, 0x18, 0x11, 0x40 };
	struct flows_seen seen;

	(void)arg;
	for (unsigned int i = 0; i < 2 * sizeof(flags); i++) {
		build(i % 2 ? v6 : v4);
		packet.data[(i % 2 ? 54 : 34) + 13] = flags[i / 2];
		assert_true(run(&programs[kind][0]));
	}
	seen = flows_read(&programs[kind][0]);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.items[0].flow.tcp_flags, 0x5b);
	assert_int_equal(seen.items[1].flow.tcp_flags, 0x5b);
}

static void tcp_flags_add_up(void **state)
{
	(void)state;
	for_each_kind(check_flags, NULL);
}

/* An IPv6 packet between mapped addresses is not the IPv4 flow of those addresses. */
static void check_mapped(const void *arg)
{
	static const struct layer v4[] = { ETH(), IP4(), TCP(), { 0 } },
				  v6[] = { ETH(), IP6(), TCP(), { 0 } };
	struct weir_flow_key key = key_of(false, 6, 40000, 443);
	const struct program *p = &programs[kind][0];
	struct flows_seen seen;

	(void)arg;
	for (int i = 0; i < 3; i++) {
		build(v4);
		assert_true(run(p));
		build(v6);
		memcpy(packet.data + 22, key.src, 16);
		memcpy(packet.data + 38, key.dst, 16);
		assert_true(run(p));
	}
	seen = flows_read(p);
	assert_int_equal(seen.count, 2);
	check_flow(&seen, key, 3, 3 * 54);
	key.owner |= WEIR_FLOW_V6;
	check_flow(&seen, key, 3, 3 * 74);
}

static void mapped_addresses_in_ipv6(void **state)
{
	(void)state;
	for_each_kind(check_mapped, NULL);
}

/*
 * Every bit of addresses, ports and protocol makes another flow, on the plain path and on the
 * general one.
 */
static void check_bits(const struct layer *layers, uint32_t from, uint32_t to, uint32_t expected)
{
	const struct program *p = &programs[kind][0];
	struct flows_seen seen;
	uint64_t packets = 0;

	flows_clear(p);
	for (uint32_t bit = 8 * from; bit < 8 * to; bit++) {
		build(layers);
		packet.data[bit / 8] ^= 1 << bit % 8;
		assert_true(run(p));
	}
	seen = flows_read(p);
	assert_int_equal(seen.count, expected);
	for (size_t i = 0; i < seen.count; i++)
		packets += seen.items[i].flow.packets;
	assert_int_equal(packets, 8 * (to - from));
}

static void check_all_bits(const void *arg)
{
	(void)arg;
	check_bits((struct layer[]){ ETH(), IP4(), UDP(), { 0 } }, 26, 38, 96);
	check_bits((struct layer[]){ ETH(), IP6(), UDP(), { 0 } }, 22, 58, 288);
	check_bits((struct layer[]){ ETH(), IP4(.options = 4), UDP(), { 0 } }, 26, 34, 64);
	check_bits((struct layer[]){ ETH(), IP6(), EXT(HOP), UDP(), { 0 } }, 22, 54, 256);
	check_bits((struct layer[]){ ETH(), IP4(.next = SET(200)), { 0 } }, 23, 24, 8);
}

static void every_bit_tells_flows_apart(void **state)
{
	(void)state;
	for_each_kind(check_all_bits, NULL);
}

/* A thousand values of four bytes: so many share cache entries that each field is compared. */
static void check_values(const struct layer *layers, uint32_t at)
{
	const struct program *p = &programs[kind][0];
	struct random r = random_from(at);
	struct flows_seen seen;
	uint32_t value;

	flows_clear(p);
	for (int i = 0; i < 1000; i++) {
		build(layers);
		value = random_next(&r);
		memcpy(packet.data + at, &value, sizeof(value));
		assert_true(run(p));
	}
	seen = flows_read(p);
	assert_int_equal(seen.count, 1000);
	assert_true(seen.stats.inserts > 0);
}

static void check_all_fields(const void *arg)
{
	(void)arg;
	for (uint32_t at = 26; at <= 34; at += 4)
		check_values((struct layer[]){ ETH(), IP4(), UDP(), { 0 } }, at);
	for (uint32_t at = 22; at <= 54; at += 4)
		check_values((struct layer[]){ ETH(), IP6(), UDP(), { 0 } }, at);
}

static void every_field_is_compared(void **state)
{
	(void)state;
	for_each_kind(check_all_fields, NULL);
}

/* A super-packet counts as one packet of its length. */
static void super_packets(void **state)
{
	static const struct layer tcp[] = { ETH(), IP4(), TCP(), BODY(3000), { 0 } };
	struct segments segments = { .segs = 3, .size = 1000 };
	const struct program *p = &programs[TC][0];
	struct flows_seen seen;
	int ret;

	(void)state;
	kind = TC;
	flows_clear(p);
	build(tcp);
	assert_int_equal(program_run(p, packet.data, packet.len, &segments, NULL, &ret), 0);
	build(tcp4_ways[0]);
	assert_true(run(p));
	seen = flows_read(p);
	assert_int_equal(seen.count, 1);
	check_flow(&seen, key_of(false, 6, 40000, 443), 2, 3054 + 60);
}

int main(void)
{
	static struct CMUnitTest tests[ROWS + 7];
	int n = 0;

	for (; n < ROWS; n++)
		tests[n] = (struct CMUnitTest){ rows[n].name, key_of_a_class, NULL, NULL,
						(void *)(uintptr_t)&rows[n] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(one_flow_whatever_way_it_comes);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(only_ip_makes_flows);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(tcp_flags_add_up);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(mapped_addresses_in_ipv6);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_bit_tells_flows_apart);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_field_is_compared);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(super_packets);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("flows of packets", tests, n, load_programs,
				       unload_programs);
}
