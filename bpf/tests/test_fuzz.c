// SPDX-License-Identifier: GPL-2.0
/*
 * test_fuzz.c - sends random and damaged packets through XDP, tc and tc with GSO, with and without
 * flows, and compares with the reference classifier: class, bytes, size bucket and, through
 * wire_extra, the header length.
 *
 * WEIR_SEED repeats a run, WEIR_ROUNDS sets its length (200000).
 */
#include <time.h>
#include "bpf/tests/classify.h"
#include "bpf/tests/flow_sum.h"
#include "bpf/tests/mutate.h"
#include "bpf/tests/programs.h"
#include "datapath/tests/asserts.h"

/* TC_GSO marks each packet as two segments, so wire_extra grows by its header length. */
enum { XDP, XDP_FLOWS, TC, TC_FLOWS, TC_GSO, KINDS };

/* A class that occurs less than once in this many packets has not really been tried. */
#define RARE 5000
#define DIFFERENCES_MAX 5

static const char *const kind_names[KINDS] = { "xdp", "xdp with flows", "tc", "tc with flows",
					       "tc with GSO" };
static const struct segments two_segments = { .segs = 2, .size = 1 };

/* A program, and the counters expected on the one CPU in use. */
struct subject {
	struct program program;
	struct weir_counters expected;
	uint64_t refused;
};

static struct subject subjects[KINDS][2]; /* by kind; [1]: for frames without a link header */
static struct weir_counters got[CPUS_MAX];
static struct packet packet;
static uint64_t tried[WEIR_CLASSES], rounds, seed;
static int cpu;

static int load_programs(void **state)
{
	struct program_options o = { .slot = TEST_SLOT, .kernel_ctx = kernel_has_ctx_cast() };
	struct program *p;
	int err;

	(void)state;
	for (int kind = 0; kind < KINDS; kind++)
		for (int raw = 0; raw < 2; raw++) {
			o.raw_ip = raw;
			o.flows = kind == XDP_FLOWS || kind == TC_FLOWS;
			p = &subjects[kind][raw].program;
			err = kind < TC ? program_load_xdp(&o, p) : program_load_tc(&o, p);
			if (err)
				return -1;
		}
	cpu = pin_to_cpu(-1);
	return cpu < 0 ? -1 : 0;
}

static int unload_programs(void **state)
{
	(void)state;
	for (int kind = 0; kind < KINDS; kind++)
		for (int raw = 0; raw < 2; raw++)
			program_unload(&subjects[kind][raw].program);
	return 0;
}

static void report(const char *kind, bool raw, const struct reference *r,
		   const struct weir_counters *expected, uint64_t round)
{
	printf("# round %llu, %s%s: should be class %d, header of %u bytes, frame of %u\n",
	       (unsigned long long)round, kind, raw ? " without link header" : "", r->class,
	       r->header_len, packet.len);
	print_difference(expected, &got[cpu]);
	print_packet(packet.data, packet.len);
}

/* Returns true if the program handled `packet` as the reference says. */
static bool agrees(struct subject *s, int kind, bool raw, const struct reference *r, uint64_t round)
{
	const struct segments *segments = kind == TC_GSO ? &two_segments : NULL;
	int err, ret = 0;

	err = program_run(&s->program, packet.data, packet.len, segments, NULL, &ret);
	if (err == -EINVAL && may_be_refused(&s->program, packet.data, packet.len)) {
		s->refused++;
		return true;
	}
	assert_int_equal(err, 0);
	counters_expect(&s->expected, r->class, packet.len);
	if (segments) {
		s->expected.wire_extra.packets++;
		s->expected.wire_extra.bytes += r->header_len;
	}
	assert_int_equal(counters_read(&s->program, TEST_SLOT, got), 0);
	if (ret == s->program.pass && !memcmp(&s->expected, &got[cpu], sizeof(s->expected)))
		return true;
	report(kind_names[kind], raw, r, &s->expected, round);
	s->expected = got[cpu];
	return false;
}

static void programs_agree_with_the_reference(void **state)
{
	struct random random = random_from(seed);
	struct reference r;
	int differences = 0;
	bool raw;

	(void)state;
	for (uint64_t i = 0; i < rounds && differences < DIFFERENCES_MAX; i++) {
		raw = mutate_next(&random, &packet);
		r = reference_classify(packet.data, packet.len, raw);
		tried[r.class]++;
		for (int kind = 0; kind < KINDS; kind++)
			differences += !agrees(&subjects[kind][raw], kind, raw, &r, i);
	}
	assert_int_equal(differences, 0);
}

static void every_class_was_tried(void **state)
{
	(void)state;
	printf("# packets by class:");
	for (int class = 0; class < WEIR_CLASSES; class ++)
		printf(" %llu", (unsigned long long)tried[class]);
	printf("\n");
	for (int class = 0; class < WEIR_CLASSES; class ++)
		assert_true(tried[class] >= rounds / RARE);
}

/* Nearly every damaged packet is a new flow, so entries move between cache and table. */
static void flows_hold_every_ip_packet(void **state)
{
	static const int kinds[] = { XDP_FLOWS, TC_FLOWS };
	struct weir_count ip;
	struct flow_sum sum;

	(void)state;
	for (int i = 0; i < 4; i++) {
		ip = counters_of_ip(&subjects[kinds[i / 2]][i % 2].expected);
		sum = flow_sum(&subjects[kinds[i / 2]][i % 2].program);
		printf("# flows of %llu IP packets: %llu packets, %llu flows evicted\n",
		       (unsigned long long)ip.packets, (unsigned long long)sum.packets,
		       (unsigned long long)sum.evicted);
		if (sum.evicted) {
			assert_true(sum.packets < ip.packets && sum.bytes < ip.bytes);
			continue;
		}
		assert_int_equal(sum.packets, ip.packets);
		assert_int_equal(sum.bytes, ip.bytes);
	}
}

/* The kernel must refuse few packets, or the comparison is worth little. */
static void most_packets_were_run(void **state)
{
	uint64_t refused;

	(void)state;
	for (int kind = 0; kind < KINDS; kind++) {
		refused = subjects[kind][0].refused + subjects[kind][1].refused;
		printf("# %s: %llu of %llu refused by BPF_PROG_TEST_RUN; test_device sends such\n",
		       kind_names[kind], (unsigned long long)refused, (unsigned long long)rounds);
		assert_true(refused <= rounds / 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_agree_with_the_reference),
		cmocka_unit_test(every_class_was_tried),
		cmocka_unit_test(flows_hold_every_ip_packet),
		cmocka_unit_test(most_packets_were_run),
	};

	rounds = number_from_env("WEIR_ROUNDS", 200000);
	seed = number_from_env("WEIR_SEED", time(NULL));
	printf("# WEIR_SEED=%llu WEIR_ROUNDS=%llu\n", (unsigned long long)seed,
	       (unsigned long long)rounds);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fuzz", tests, load_programs, unload_programs);
}
