// SPDX-License-Identifier: GPL-2.0
/*
 * test_cgroup.c - sends random and damaged IP packets through the program of cgroup-ingress and
 * cgroup-egress, and compares the result with the reference classifier. BPF_PROG_TEST_RUN takes a
 * frame, and passes the program the part after the Ethernet header, as the kernel does at these
 * hooks.
 *
 * WEIR_SEED repeats a run, WEIR_ROUNDS sets its length (100000).
 */
#include <time.h>
#include "bpf/hooks/cgroup_skb.skel.h"
#include "bpf/tests/classify.h"
#include "bpf/tests/mutate.h"
#include "bpf/tests/programs.h"
#include "datapath/tests/asserts.h"

#define LET_THROUGH 1
#define DIFFERENCES_MAX 5

static const struct segments two_segments = { .segs = 2, .size = 1 };

static struct cgroup_skb_bpf *skel;
static struct program program;
static struct weir_counters expected, got[CPUS_MAX];
static struct packet packet;
static uint64_t tried[WEIR_CLASSES], rounds, seed, refused;
static int cpu;

static int load_program(void **state)
{
	(void)state;
	skel = cgroup_skb_bpf__open();
	if (!skel)
		return -1;
	skel->rodata->cfg_slot = TEST_SLOT;
	skel->rodata->cfg_raw_ip = 1;
	if (cgroup_skb_bpf__load(skel))
		return -1;
	program = (struct program){
		.slot = TEST_SLOT,
		.fd = bpf_program__fd(skel->progs.weir_cgroup_skb),
		.counters_fd = bpf_map__fd(skel->maps.counters),
		.pass = LET_THROUGH,
	};
	cpu = pin_to_cpu(-1);
	return cpu < 0 ? -1 : 0;
}

static int unload_program(void **state)
{
	(void)state;
	cgroup_skb_bpf__destroy(skel);
	return 0;
}

/* Adds an Ethernet header to the packet; the program does not see it. */
static uint32_t frame_of(const struct packet *p, uint8_t *ret_frame)
{
	bool v6 = p->len && p->data[0] >> 4 == 6;

	memset(ret_frame, 2, 12);
	put16(ret_frame + 12, v6 ? 0x86dd : 0x0800);
	memcpy(ret_frame + 14, p->data, p->len);
	return p->len + 14;
}

/* Removes the link header. Returns false if the frame does not carry IP. */
static bool strip_link_header(struct packet *p)
{
	static const uint8_t ip4[] = { 0x08, 0x00 }, ip6[] = { 0x86, 0xdd };

	if (p->len < 14 || (memcmp(p->data + 12, ip4, 2) != 0 && memcmp(p->data + 12, ip6, 2) != 0))
		return false;
	p->len -= 14;
	memmove(p->data, p->data + 14, p->len);
	return true;
}

/* Returns true if the program handled `packet` as the reference says. */
static bool agrees(const struct segments *segments, uint64_t round)
{
	static uint8_t frame[14 + sizeof(packet.data)];
	struct reference r = reference_classify(packet.data, packet.len, true);
	int ret = 0,
	    err = program_run(&program, frame, frame_of(&packet, frame), segments, NULL, &ret);

	if (err == -EINVAL && packet.len < 40) {
		refused++;
		return true;
	}
	assert_int_equal(err, 0);
	tried[r.class]++;
	counters_expect(&expected, r.class, packet.len);
	if (segments) {
		expected.wire_extra.packets++;
		expected.wire_extra.bytes += r.header_len;
	}
	assert_int_equal(counters_read(&program, TEST_SLOT, got), 0);
	if (ret == LET_THROUGH && !memcmp(&expected, &got[cpu], sizeof(expected)))
		return true;
	printf("# round %llu: should be class %d, header of %u bytes, packet of %u\n",
	       (unsigned long long)round, r.class, r.header_len, packet.len);
	print_difference(&expected, &got[cpu]);
	print_packet(packet.data, packet.len);
	expected = got[cpu];
	return false;
}

static void program_agrees_with_the_reference(void **state)
{
	struct random random = random_from(seed);
	int differences = 0;

	(void)state;
	for (uint64_t i = 0; i < rounds && differences < DIFFERENCES_MAX; i++) {
		if (!mutate_next(&random, &packet) && !strip_link_header(&packet))
			continue;
		differences += !agrees(NULL, i);
		differences += !agrees(&two_segments, i);
	}
	assert_int_equal(differences, 0);
}

/* All but ARP, which needs a link header. */
static void every_class_was_tried(void **state)
{
	(void)state;
	for (int class = 0; class < WEIR_CLASSES; class ++) {
		if (class != WEIR_CLASS_ARP && !tried[class])
			fail_msg("no packet of class %d", class);
	}
	printf("# %llu of %llu refused by BPF_PROG_TEST_RUN\n", (unsigned long long)refused,
	       (unsigned long long)rounds);
	assert_true(refused <= rounds / 5);
}

static void loopback_is_left_out_on_demand(void **state)
{
	static const struct layer layers[] = { ETH(), IP4(), UDP(), BODY(10), { 0 } };
	struct weir_settings settings = { .skip_loopback = 1 };
	struct __sk_buff skb = { .ifindex = 1 };
	uint32_t zero = 0;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet.data, .ctx_in = &skb,
		    .ctx_size_in = sizeof(skb), .repeat = 1);

	(void)state;
	packet_build(&packet, layers);
	opts.data_size_in = packet.len;
	assert_int_equal(bpf_map_update_elem(bpf_map__fd(skel->maps.settings), &zero, &settings, 0),
			 0);
	assert_int_equal(bpf_prog_test_run_opts(program.fd, &opts), 0);
	assert_int_equal(opts.retval, LET_THROUGH);
	assert_int_equal(counters_read(&program, TEST_SLOT, got), 0);
	assert_memory_equal(&expected, &got[cpu], sizeof(expected));
	settings.skip_loopback = 0;
	assert_int_equal(bpf_map_update_elem(bpf_map__fd(skel->maps.settings), &zero, &settings, 0),
			 0);
	assert_int_equal(bpf_prog_test_run_opts(program.fd, &opts), 0);
	counters_expect(&expected, WEIR_CLASS_IPV4 + WEIR_L4_UDP, packet.len - 14);
	assert_int_equal(counters_read(&program, TEST_SLOT, got), 0);
	assert_memory_equal(&expected, &got[cpu], sizeof(expected));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(program_agrees_with_the_reference),
		cmocka_unit_test(every_class_was_tried),
		cmocka_unit_test(loopback_is_left_out_on_demand),
	};

	rounds = number_from_env("WEIR_ROUNDS", 100000);
	seed = number_from_env("WEIR_SEED", time(NULL));
	printf("# WEIR_SEED=%llu WEIR_ROUNDS=%llu\n", (unsigned long long)seed,
	       (unsigned long long)rounds);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("cgroup", tests, load_program, unload_program);
}
