// SPDX-License-Identifier: GPL-2.0
/* test_fragments.c - fragments count for the flow with the ports of the first one. */
#include "bpf/tests/corpus.h"
#include "bpf/tests/flow_packets.h"

/* One fragment of datagram `id` of a protocol; the offset is in units of 8 bytes. */
struct fragment {
	bool v6, more;
	int id, proto, offset, body;
};

static void run_fragment(const struct program *p, struct fragment f)
{
	struct layer v4[] = { ETH(),
			      IP4(.frag = (f.more ? MORE : 0) | f.offset, .next = SET(f.proto)),
			      BODY(f.body),
			      PAD(f.body < 8 ? 40 : 0),
			      { 0 } };
	struct layer v6[] = { ETH(),
			      IP6(),
			      EXT(FRAG, .frag = (f.more ? MORE6 : 0) | f.offset << 3,
				  .next = SET(f.proto)),
			      BODY(f.body),
			      PAD(f.body < 8 ? 40 : 0),
			      { 0 } };
	uint8_t *body;

	build(f.v6 ? v6 : v4);
	put16(packet.data + (f.v6 ? 14 + 40 + 6 : 14 + 4), f.id);
	body = packet.data + (f.v6 ? 14 + 48 : 14 + 20);
	if (f.offset == 0 && f.body >= 4) {
		put16(body, f.proto == 1 || f.proto == 58 ? (f.v6 ? 0x8000 : 0x0800) : 7000);
		put16(body + 2, 8000);
	}
	if (f.offset == 0 && f.body >= 8)
		put16(body + 4, f.proto == 17 ? 2000 : 0x4321);
	if (f.offset == 0 && f.body >= 14)
		put16(body + 12, 0x5018);
	assert_true(run(p));
}

struct datagram {
	const char *name;
	int proto, proto6, head; /* head: bytes in the first fragment */
	int src_port, dst_port;  /* ports of the flow; 0 and 0: the first fragment has no ports */
	int src_port6;
};

static const struct datagram datagrams[] = {
	{ "UDP", 17, 17, 800, 7000, 8000, 7000 },
	{ "TCP", 6, 6, 800, 7000, 8000, 7000 },
	{ "SCTP", 132, 132, 800, 7000, 8000, 7000 },
	{ "echo", 1, 58, 800, 0x0800, 0x4321, 0x8000 },
	{ "UDP, its header alone", 17, 17, 8, 7000, 8000, 7000 },
	{ "TCP, too short for a header", 6, 6, 16, 0, 0, 0 },
	{ "TCP, 8 bytes", 6, 6, 8, 0, 0, 0 },
	{ "SCTP, 8 bytes", 132, 132, 8, 0, 0, 0 },
	{ "UDP, 7 bytes in a padded frame", 17, 17, 7, 0, 0, 0 },
	{ "UDP, no byte", 17, 17, 0, 0, 0, 0 },
	{ "GRE", 47, 47, 800, 0, 0, 0 },
};

/* Sends fragments in the given order: f(irst), m(iddle), l(ast). */
static void run_order(const struct program *p, const struct datagram *d, bool v6, int id,
		      const char *order)
{
	struct fragment f = { .v6 = v6, .id = id, .proto = v6 ? d->proto6 : d->proto };

	for (; *order; order++) {
		f.more = *order != 'l';
		f.offset = *order == 'f' ? 0 : *order == 'm' ? 100 : 200;
		f.body = *order == 'f' ? d->head : 80;
		run_fragment(p, f);
	}
}

static uint64_t packets_of(const struct flows_seen *seen, struct weir_flow_key key)
{
	const struct flow_seen *flow = flow_of(seen, key);

	return flow ? flow->flow.packets : 0;
}

/* Sends datagram 9 in an order; `told` of its fragments must be in the flow with ports. */
static void check_order(const struct datagram *d, bool v6, const char *order, uint64_t told)
{
	const struct program *p = &programs[kind][0];
	int proto = v6 ? d->proto6 : d->proto;
	struct weir_flow_key ports = key_of(v6, proto, v6 ? d->src_port6 : d->src_port,
					    d->dst_port);
	struct weir_flow_key none = key_of(v6, proto, 0, 0);
	uint64_t all = strlen(order);
	struct flows_seen seen;

	flows_clear(p);
	run_order(p, d, v6, 9, order);
	seen = flows_read(p);
	if (!d->dst_port) {
		assert_int_equal(packets_of(&seen, none), all);
		return;
	}
	assert_int_equal(packets_of(&seen, ports), told);
	assert_int_equal(packets_of(&seen, none), all - told);
	if (proto == 6 && told)
		assert_int_equal(flow_of(&seen, ports)->flow.tcp_flags, 0x18);
}

static void check_datagram(const void *arg)
{
	for (int v6 = 0; v6 < 2; v6++) {
		check_order(arg, v6, "fml", 3);
		check_order(arg, v6, "flm", 3);
		check_order(arg, v6, "mlf", 1);
		check_order(arg, v6, "mfl", 2);
		check_order(arg, v6, "ml", 0);
		check_order(arg, v6, "ff", 2);
	}
}

static void fragments_of_a_datagram(void **state)
{
	for_each_kind(check_datagram, *state);
}

/* Another id, protocol, address or family means another datagram. */
static void check_strangers(const void *arg)
{
	static const struct datagram udp = { .proto = 17, .proto6 = 17, .head = 800 },
				     tcp = { .proto = 6, .proto6 = 6, .head = 800 };
	const struct program *p = &programs[kind][0];
	struct flows_seen seen;

	(void)arg;
	for (int v6 = 0; v6 < 2; v6++) {
		run_order(p, &udp, v6, 9, "f");
		run_order(p, &udp, v6, 10, "l");
		run_order(p, &tcp, v6, 9, "l");
		packet.data[25] ^= 1; /* IPv4: checksum, IPv6: address */
		packet.data[29] ^= 1; /* an address */
		packet.data[23] = v6 ? packet.data[23] : 17;
		assert_true(run(p));
	}
	seen = flows_read(p);
	assert_int_equal(packets_of(&seen, key_of(false, 17, 7000, 8000)), 1);
	assert_int_equal(packets_of(&seen, key_of(true, 17, 7000, 8000)), 1);
	assert_int_equal(packets_of(&seen, key_of(false, 17, 0, 0)), 1);
	assert_int_equal(packets_of(&seen, key_of(true, 6, 0, 0)), 1);
	assert_int_equal(seen.count, 8);
}

static void fragments_of_other_datagrams(void **state)
{
	(void)state;
	for_each_kind(check_strangers, NULL);
}

/*
 * The map holds the ports of many datagrams at once; if there are too many, the oldest are evicted.
 */
static void many_datagrams(void **state)
{
	static const struct datagram udp = { .proto = 17, .proto6 = 17, .head = 8 };
	const struct program *p = &programs[XDP][0];
	struct flows_seen seen;

	(void)state;
	kind = XDP;
	flows_clear(p);
	for (int id = 0; id < 1000; id++)
		run_order(p, &udp, false, id, "f");
	for (int id = 0; id < 1000; id++)
		run_order(p, &udp, false, id, "l");
	seen = flows_read(p);
	check_flow(&seen, key_of(false, 17, 7000, 8000), 2000, 1000 * (42 + 114));
	for (int id = 1000; id < 1000 + 3 * WEIR_FRAGMENTS; id++)
		run_order(p, &udp, false, id, "f");
	run_order(p, &udp, false, 1000, "l");
	seen = flows_read(p);
	assert_int_equal(packets_of(&seen, key_of(false, 17, 0, 0)), 1);
}

#define DATAGRAMS ((int)(sizeof(datagrams) / sizeof(datagrams[0])))

int main(void)
{
	static struct CMUnitTest tests[DATAGRAMS + 2];
	int n = 0;

	for (; n < DATAGRAMS; n++)
		tests[n] = (struct CMUnitTest){ datagrams[n].name, fragments_of_a_datagram, NULL,
						NULL, (void *)(uintptr_t)&datagrams[n] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(fragments_of_other_datagrams);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(many_datagrams);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("flows of fragments", tests, n, load_programs,
				       unload_programs);
}
