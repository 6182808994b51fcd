// SPDX-License-Identifier: GPL-2.0
/*
 * test_super.c - packets with several buffers or segments: GSO at tc, multi-buffer frames at XDP,
 * and skbs whose headers are in fragments.
 */
#include "bpf/tests/classify.h"
#include "bpf/tests/corpus.h"
#include "bpf/tests/programs.h"
#include "datapath/tests/asserts.h"

static struct program tc, xdp[2]; /* xdp: indexed by cfg_kernel_ctx */
static struct weir_counters before[CPUS_MAX], after[CPUS_MAX];
static struct packet packet;
static uint8_t out[PACKET_MAX];
static int cpu, cpus;

static int load_programs(void **state)
{
	struct program_options o = { .slot = TEST_SLOT };

	(void)state;
	cpu = pin_to_cpu(-1);
	cpus = libbpf_num_possible_cpus();
	if (cpu < 0 || cpus < 0 || program_load_tc(&o, &tc) || program_load_xdp(&o, &xdp[0]))
		return -1;
	if (!kernel_has_ctx_cast()) {
		print_message("# no bpf_cast_to_kern_ctx in this kernel: cfg_kernel_ctx is 0\n");
		return 0;
	}
	o.kernel_ctx = true;
	return program_load_xdp(&o, &xdp[1]);
}

static int unload_programs(void **state)
{
	(void)state;
	program_unload(&tc);
	program_unload(&xdp[0]);
	program_unload(&xdp[1]);
	return 0;
}

/* --- GSO ---------------------------------------------------------------------------------- */

struct super_row {
	const char *name;
	enum weir_class class;
	struct segments segments;
	uint32_t extra_packets, headers; /* headers: bytes that each further packet adds */
	struct layer layers[LAYERS_MAX];
};

/* clang-format off */
static const struct super_row super_rows[] = {
	{ "TCP, 3 segments", V4(TCP), { 3, 1000 }, 2, 54,
	  { ETH(), IP4(), TCP(), BODY(2500) } },
	{ "TCP with time stamps, 3 segments", V4(TCP), { 3, 1000 }, 2, 66,
	  { ETH(), IP4(), TCP(.options = 12), BODY(3000) } },
	{ "TCP over IPv4 with options", V4(TCP), { 2, 1448 }, 1, 14 + 24 + 20,
	  { ETH(), IP4(.options = 4), TCP(), BODY(1449) } },
	{ "TCP over IPv6", V6(TCP), { 3, 1000 }, 2, 74,
	  { ETH(), IP6(), TCP(), BODY(2001) } },
	{ "TCP over IPv6, options, tag", V6(TCP), { 3, 1000 }, 2, 18 + 40 + 8 + 32,
	  { ETH(), VLAN(), IP6(), EXT(HOP), TCP(.options = 12), BODY(2001) } },
	{ "UDP, 4 segments", V4(UDP), { 4, 500 }, 3, 42,
	  { ETH(), IP4(), UDP(), BODY(1800) } },
	{ "UDP over IPv6, 2 segments", V6(UDP), { 2, 1200 }, 1, 62,
	  { ETH(), IP6(), UDP(), BODY(2400) } },
	{ "SCTP, GSO by fragments", V4(SCTP), { 2, 0xffff }, 1, 46,
	  { ETH(), IP4(), SCTP(), BODY(2400) } },
	{ "segments uncounted, the last is short", V4(TCP), { 0, 1000 }, 2, 66,
	  { ETH(), IP4(), TCP(.options = 12), BODY(2001) } },
	{ "segments uncounted, the last is full", V4(TCP), { 0, 1000 }, 1, 54,
	  { ETH(), IP4(), TCP(), BODY(2000) } },
	{ "segments uncounted, one byte over", V6(UDP), { 0, 500 }, 4, 62,
	  { ETH(), IP6(), UDP(), BODY(2001) } },
	{ "segments uncounted, all in one", V4(TCP), { 0, 1000 }, 0, 54,
	  { ETH(), IP4(), TCP(), BODY(1000) } },
	{ "segments uncounted, no payload", V4(TCP), { 0, 1000 }, 0, 54,
	  { ETH(), IP4(), TCP() } },
	{ "one segment", V4(TCP), { 1, 1000 }, 0, 54,
	  { ETH(), IP4(), TCP(), BODY(1000) } },
	{ "no segment size is no GSO", V4(TCP), { 5, 0 }, 0, 54,
	  { ETH(), IP4(), TCP(), BODY(1000) } },
	{ "no segment size is no GSO, IPv4 options", V4(TCP), { 5, 0 }, 0, 58,
	  { ETH(), IP4(.options = 4), TCP(), BODY(1000) } },
	{ "malformed: segments, but no headers known", BAD, { 3, 1000 }, 2, 0,
	  { ETH(), IP4(.version = SET(5)), TCP(), BODY(2500) } },
	{ "another layer 4: what is known", V4(OTHER), { 3, 1000 }, 2, 34,
	  { ETH(), IP4(.next = SET(47)), BODY(2500) } },
};
/* clang-format on */

static void gso(void **state)
{
	const struct super_row *row = *state;
	int ret;

	packet_build(&packet, row->layers);
	assert_int_equal(counters_read(&tc, TEST_SLOT, before), 0);
	assert_int_equal(program_run(&tc, packet.data, packet.len, &row->segments, out, &ret), 0);
	assert_int_equal(ret, TC_ACT_UNSPEC);
	assert_memory_equal(packet.data, out, packet.len);
	assert_int_equal(counters_read(&tc, TEST_SLOT, after), 0);
	counters_expect(&before[cpu], row->class, packet.len);
	before[cpu].wire_extra.packets += row->extra_packets;
	before[cpu].wire_extra.bytes += row->extra_packets * row->headers;
	print_difference(&before[cpu], &after[cpu]);
	assert_memory_equal(before, after, cpus * sizeof(*before));
}

/* --- frames of many buffers at XDP ---------------------------------------------------------- */

#define BIG 66000 /* more than the IP length field holds; the kernel takes just over 17 pages */

/* clang-format off */
static const struct row big_rows[] = {
	{ "9000 bytes of UDP", V4(UDP), { ETH(), IP4(), UDP(), BODY(9000 - 42) } },
	{ "9000 bytes of TCP over IPv6", V6(TCP), { ETH(), IP6(), TCP(), BODY(9000 - 74) } },
	{ "9000 bytes, IPv4 options", V4(TCP), { ETH(), IP4(.options = 8), TCP(), BODY(8940) } },
	{ "9000 bytes, extension headers", V6(UDP), { ETH(), IP6(), EXT(HOP), UDP(), BODY(8930) } },
	{ "9000 bytes, SCTP", V4(SCTP), { ETH(), IP4(), SCTP(), BODY(8954) } },
	{ "9000 bytes, length 1 too large", BAD, { ETH(), IP4(.len = 1), TCP(), BODY(8940) } },
	{ "9000 bytes of padding", V4(TCP), { ETH(), IP4(), TCP(), PAD(8940) } },
	{ "headers across the first page", V6(TCP),
	  { ETH(), IP6(), EXT(DEST, .options = 2040), EXT(DEST, .options = 1000), TCP() } },
	{ "TCP header in the second buffer", V6(TCP),
	  { ETH(), IP6(), EXT(DEST, .options = 2040), EXT(DEST, .options = 2040), TCP(),
	    BODY(9) } },
	{ "TCP header cut off in the second buffer", BAD,
	  { ETH(), IP6(), EXT(DEST, .options = 2040), EXT(DEST, .options = 2040, .next = SET(6)),
	    BODY(19) } },
	{ "IPv4 of 66000 bytes", V4(TCP), { ETH(), IP4(.len = SET(0)), TCP(), BODY(BIG) } },
	{ "IPv6 of 66000 bytes", V6(TCP), { ETH(), IP6(.len = SET(0)), TCP(), BODY(BIG) } },
	{ "UDP of 66000 bytes", V6(UDP),
	  { ETH(), IP6(.len = SET(0)), UDP(.len = SET(0)), BODY(BIG) } },
	{ "UDP of 66000 bytes over IPv4", V4(UDP),
	  { ETH(), IP4(.len = SET(0)), UDP(.len = SET(0)), BODY(BIG) } },
	{ "UDP of 66000 bytes that says 7", BAD,
	  { ETH(), IP6(.len = SET(0)), UDP(.len = SET(7)), BODY(BIG) } },
	{ "UDP of 65535 bytes that says 0", BAD,
	  { ETH(), IP6(.len = SET(65535)), UDP(.len = SET(0)), BODY(65527) } },
	{ "UDP of 65535 bytes", V6(UDP), { ETH(), IP6(), UDP(), BODY(65527) } },
	{ "65535 bytes left are not BIG TCP", BAD,
	  { ETH(), IP4(.len = SET(0)), TCP(), BODY(65495) } },
	{ "65536 bytes left are", V4(TCP), { ETH(), IP4(.len = SET(0)), TCP(), BODY(65496) } },
	{ "IPv6, 65535 bytes left", BAD, { ETH(), IP6(.len = SET(0)), TCP(), BODY(65515) } },
	{ "IPv6, 65536 bytes left", V6(TCP), { ETH(), IP6(.len = SET(0)), TCP(), BODY(65516) } },
	{ "IPv6, 66000 bytes of ICMPv6", V6(ICMPV6),
	  { ETH(), IP6(.len = SET(0)), ICMP6(), BODY(BIG) } },
	{ "IPv6 of 66000 bytes with hop-by-hop", V6(TCP),
	  { ETH(), IP6(.len = SET(0)), EXT(HOP, .words = SET(0)), TCP(), BODY(BIG) } },
};
/* clang-format on */

static void many_buffers(void **state)
{
	const struct row *row = *state;
	int ret;

	packet_build(&packet, row->layers);
	assert_int_equal(reference_classify(packet.data, packet.len, false).class, row->class);
	for (int i = 0; i < 2; i++) {
		if (xdp[i].fd <= 0)
			continue;
		assert_int_equal(counters_read(&xdp[i], TEST_SLOT, before), 0);
		assert_int_equal(program_run(&xdp[i], packet.data, packet.len, NULL, out, &ret), 0);
		assert_int_equal(ret, XDP_PASS);
		assert_memory_equal(packet.data, out, packet.len);
		assert_int_equal(counters_read(&xdp[i], TEST_SLOT, after), 0);
		counters_expect(&before[cpu], row->class, packet.len);
		print_difference(&before[cpu], &after[cpu]);
		assert_memory_equal(before, after, cpus * sizeof(*before));
	}
}

/* --- skbs with fragments --------------------------------------------------------------------- */

/* Kernels after 6.18 use data_end as the size of the linear part. Older ones return EINVAL. */
static int run_tc_fragmented(uint32_t linear, int *ret_value)
{
	struct __sk_buff skb = { .data_end = linear };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet.data, .data_size_in = packet.len,
		    .ctx_in = &skb, .ctx_size_in = sizeof(skb), .repeat = 1);

	if (bpf_prog_test_run_opts(tc.fd, &opts))
		return -errno;
	*ret_value = opts.retval;
	return 0;
}

static void fragmented_skb(void **state)
{
	int ret;

	(void)state;
	packet_build(&packet, (struct layer[]){ ETH(), IP4(), TCP(), BODY(5000), { 0 } });
	if (run_tc_fragmented(34, &ret)) {
		print_message("# BPF_PROG_TEST_RUN of this kernel makes no skb with fragments; "
			      "test_device sends real ones\n");
		return;
	}
	for (size_t i = 0; i < CORPUS_LEN; i++) {
		packet_build(&packet, corpus[i].layers);
		if (row_is_raw(&corpus[i]) || may_be_refused(&tc, packet.data, packet.len))
			continue;
		for (uint32_t linear = 54; linear < packet.len; linear += 20) {
			assert_int_equal(counters_read(&tc, TEST_SLOT, before), 0);
			assert_int_equal(run_tc_fragmented(linear, &ret), 0);
			assert_int_equal(counters_read(&tc, TEST_SLOT, after), 0);
			counters_expect(&before[cpu], corpus[i].class, packet.len);
			assert_memory_equal(before, after, cpus * sizeof(*before));
		}
	}
}

#define SUPER_ROWS (sizeof(super_rows) / sizeof(super_rows[0]))
#define BIG_ROWS (sizeof(big_rows) / sizeof(big_rows[0]))

int main(void)
{
	static struct CMUnitTest tests[SUPER_ROWS + BIG_ROWS + 1];
	size_t n = 0;

	for (size_t i = 0; i < SUPER_ROWS; i++)
		tests[n++] = (struct CMUnitTest){ super_rows[i].name, gso, NULL, NULL,
						  (void *)(uintptr_t)&super_rows[i] };
	for (size_t i = 0; i < BIG_ROWS; i++)
		tests[n++] = (struct CMUnitTest){ big_rows[i].name, many_buffers, NULL, NULL,
						  (void *)(uintptr_t)&big_rows[i] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(fragmented_skb);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("super-packets", tests, n, load_programs, unload_programs);
}
