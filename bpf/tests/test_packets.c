// SPDX-License-Identifier: GPL-2.0
/*
 * test_packets.c - runs each crafted packet through the XDP and tc programs. Checks the return
 * value, class, bytes and size bucket, that nothing else is counted, and that the packet is
 * unchanged.
 */
#include "bpf/tests/corpus.h"
#include "bpf/tests/flow_sum.h"
#include "bpf/tests/programs.h"
#include "datapath/tests/asserts.h"

enum { XDP, XDP_KERNEL_CTX, XDP_FLOWS, TC, TC_FLOWS, KINDS };

static const char *const kind_names[KINDS] = { "xdp", "xdp with kernel context", "xdp with flows",
					       "tc", "tc with flows" };
static struct program programs[KINDS][2]; /* by kind; [1]: for frames without a link header */
static struct weir_counters before[CPUS_MAX], after[CPUS_MAX];
static struct packet packet;
static uint8_t out[PACKET_MAX];
static int cpu, cpus, refused;

static int load_kind(int kind, const struct program_options *o, struct program *p)
{
	return kind >= TC ? program_load_tc(o, p) : program_load_xdp(o, p);
}

static int load_programs(void **state)
{
	bool has_cast = kernel_has_ctx_cast();
	struct program_options o = { .slot = TEST_SLOT };
	int err;

	(void)state;
	print_message("# bpf_cast_to_kern_ctx: %s\n",
		      has_cast ? "yes" : "not in this kernel, so cfg_kernel_ctx is 0");
	for (int kind = 0; kind < KINDS; kind++) {
		if (kind == XDP_KERNEL_CTX && !has_cast)
			continue;
		for (int raw = 0; raw < 2; raw++) {
			o.raw_ip = raw;
			o.kernel_ctx = kind == XDP_KERNEL_CTX;
			o.flows = kind == XDP_FLOWS || kind == TC_FLOWS;
			err = load_kind(kind, &o, &programs[kind][raw]);
			if (err) {
				print_message("Bail out! cannot load %s: %s\n", kind_names[kind],
					      strerror(-err));
				return -1;
			}
		}
	}
	cpu = pin_to_cpu(-1);
	cpus = libbpf_num_possible_cpus();
	return cpu < 0 || cpus < 0 || cpus > CPUS_MAX ? -1 : 0;
}

static int unload_programs(void **state)
{
	(void)state;
	if (refused)
		print_message("# %d runs refused by BPF_PROG_TEST_RUN, which does not take such "
			      "frames; test_device sends them\n",
			      refused);
	for (int kind = 0; kind < KINDS; kind++)
		for (int raw = 0; raw < 2; raw++)
			program_unload(&programs[kind][raw]);
	return 0;
}

/* Runs a program on `packet` and compares all its effects. */
static void check_packet(const struct program *p, const char *kind, enum weir_class class)
{
	size_t size = cpus * sizeof(*before);
	int ret = 0, err;

	assert_int_equal(counters_read(p, p->slot, before), 0);
	err = program_run(p, packet.data, packet.len, NULL, out, &ret);
	if (err == -EINVAL && may_be_refused(p, packet.data, packet.len)) {
		refused++;
		return;
	}
	if (err)
		print_message("# %s: test run: %s\n", kind, strerror(-err));
	assert_int_equal(err, 0);
	assert_int_equal(ret, p->pass);
	assert_memory_equal(packet.data, out, packet.len);
	assert_int_equal(counters_read(p, p->slot, after), 0);
	counters_expect(&before[cpu], class, packet.len);
	if (memcmp(before, after, size)) {
		print_message("# %s: should be class %d and %u bytes\n", kind, class, packet.len);
		print_difference(&before[cpu], &after[cpu]);
		print_packet(packet.data, packet.len);
	}
	assert_memory_equal(before, after, size);
}

/* If no kind of program can run a packet, test_classify still checks its class. */
static void check_all_kinds(enum weir_class class, bool raw)
{
	int loaded = 0, refused_before = refused;

	for (int kind = 0; kind < KINDS; kind++) {
		if (programs[kind][raw].fd <= 0)
			continue;
		loaded++;
		check_packet(&programs[kind][raw], kind_names[kind], class);
	}
	if (refused - refused_before == loaded)
		print_message("# not run: BPF_PROG_TEST_RUN takes no frame of %u bytes\n",
			      packet.len);
}

static void packet_is_counted(void **state)
{
	const struct row *row = *state;

	packet_build(&packet, row->layers);
	check_all_kinds(row->class, row_is_raw(row));
}

/* The bounds once more as numbers, with frame sizes that other rows do not have. */
static void size_buckets(void **state)
{
	static const struct {
		int len, bucket;
	} edges[] = {
		{ 15, 0 },   { 60, 0 },   { 64, 0 },   { 65, 1 },   { 127, 1 },  { 128, 2 },
		{ 255, 2 },  { 256, 3 },  { 511, 3 },  { 512, 4 },  { 1023, 4 }, { 1024, 5 },
		{ 1518, 5 }, { 1519, 6 }, { 2047, 6 }, { 3400, 6 },
	};
	struct layer unknown[] = { ETH(), BODY(0), { 0 } };
	struct layer udp[] = { ETH(), IP4(), UDP(), BODY(0), { 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		assert_int_equal(size_bucket_of(edges[i].len), edges[i].bucket);
		unknown[1].bytes = edges[i].len - 14;
		packet_build(&packet, unknown);
		check_all_kinds(OTHER, false);
		if (edges[i].len < 42)
			continue;
		udp[3].bytes = edges[i].len - 42;
		packet_build(&packet, udp);
		check_all_kinds(V4(UDP), false);
	}
}

/* Every length of a frame with all kinds of headers. The program must not read beyond it. */
static void every_length(void **state)
{
	static const struct layer layers[] = { ETH(), VLAN(), IP6(), EXT(HOP), TCP(.options = 4),
					       { 0 } };
	const uint32_t tags = 18, whole = tags + 40 + 8 + 24;

	(void)state;
	for (uint32_t len = 15; len <= whole; len++) {
		packet_build(&packet, layers);
		assert_int_equal(packet.len, whole);
		packet.len = len;
		check_all_kinds(len == whole ? V6(TCP) : BAD, false);
	}
}

/*
 * IPv4 with TCP whose bytes are also an Ethernet frame with ICMP. Without a link header it is TCP.
 */
static void raw_packet_in_the_guise_of_a_frame(void **state)
{
	static const struct layer tcp[] = { IP4(), TCP(.options = 12), BODY(60), { 0 } };

	(void)state;
	packet_build(&packet, tcp);
	put16(packet.data + 12, 0x0800); /* source address 8.0.69.0 */
	packet.data[14] = 0x45;
	put16(packet.data + 16, 60); /* destination: total length */
	put16(packet.data + 20, 0);  /* source port: no fragment */
	put16(packet.data + 22, 1);  /* destination port: protocol ICMP */
	check_all_kinds(V4(TCP), true);
	check_all_kinds(V4(ICMP), false);
}

static void flows_hold_every_ip_packet(void **state)
{
	static const int kinds[] = { XDP_FLOWS, TC_FLOWS };
	const struct program *p;
	struct weir_count ip;
	struct flow_sum sum;

	(void)state;
	for (int i = 0; i < 4; i++) {
		p = &programs[kinds[i / 2]][i % 2];
		assert_int_equal(counters_read(p, TEST_SLOT, after), 0);
		ip = counters_of_ip(&after[cpu]);
		sum = flow_sum(p);
		assert_int_not_equal(ip.packets, 0);
		assert_int_equal(sum.evicted, 0);
		assert_int_equal(sum.packets, ip.packets);
		assert_int_equal(sum.bytes, ip.bytes);
	}
}

static void other_slots_are_untouched(void **state)
{
	static const struct weir_counters zero[CPUS_MAX];

	const struct program *p;

	(void)state;
	for (int i = 0; i < KINDS * 2; i++) {
		p = &programs[i / 2][i % 2];
		for (uint32_t slot = 0; slot < WEIR_SLOTS && p->fd > 0; slot++) {
			if (slot == TEST_SLOT)
				continue;
			assert_int_equal(counters_read(p, slot, after), 0);
			assert_memory_equal(zero, after, cpus * sizeof(*after));
		}
	}
}

/* A slot beyond the map is not counted and does no harm. */
static void slot_beyond_the_map(void **state)
{
	struct program_options o = { .slot = WEIR_SLOTS };
	struct program p;
	int ret;

	(void)state;
	packet_build(&packet, (struct layer[]){ ETH(), IP4(), TCP(), BODY(6), { 0 } });
	for (int kind = 0; kind < KINDS; kind++) {
		if (programs[kind][0].fd <= 0)
			continue;
		o.kernel_ctx = kind == XDP_KERNEL_CTX;
		assert_int_equal(load_kind(kind, &o, &p), 0);
		assert_int_equal(program_run(&p, packet.data, packet.len, NULL, out, &ret), 0);
		assert_int_equal(ret, p.pass);
		program_unload(&p);
	}
}

int main(void)
{
	static struct CMUnitTest tests[CORPUS_LEN + 6];
	size_t n = 0;

	for (; n < CORPUS_LEN; n++)
		tests[n] = (struct CMUnitTest){ corpus[n].name, packet_is_counted, NULL, NULL,
						(void *)(uintptr_t)&corpus[n] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(size_buckets);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_length);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(raw_packet_in_the_guise_of_a_frame);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(flows_hold_every_ip_packet);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(other_slots_are_untouched);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(slot_beyond_the_map);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("crafted packets", tests, n, load_programs, unload_programs);
}
