// SPDX-License-Identifier: GPL-2.0
/*
 * test_switches.c - the switches that turn off all counting: skip-loopback, and the handover
 * between two generations of an XDP program in one chain.
 */
#include "bpf/tests/corpus.h"
#include "bpf/tests/programs.h"
#include "datapath/tests/asserts.h"

static struct weir_counters counters[CPUS_MAX];
static struct packet packet;
static int home; /* the CPU for all runs, unless a test says otherwise */

static int prepare(void **state)
{
	static const struct layer tcp[] = { ETH(), IP4(), TCP(), BODY(6), { 0 } };

	(void)state;
	packet_build(&packet, tcp);
	home = pin_to_cpu(-1);
	return home < 0 ? -1 : 0;
}

static void run(const struct program *p)
{
	int ret;

	assert_int_equal(program_run(p, packet.data, packet.len, NULL, NULL, &ret), 0);
	assert_int_equal(ret, p->pass);
}

/* Returns the TCP packets counted on a CPU, and checks that each has bytes and a size. */
static uint64_t counted(const struct program *p, int cpu)
{
	const struct weir_counters *c = &counters[cpu];

	assert_int_equal(counters_read(p, p->slot, counters), 0);
	assert_int_equal(c->classes[V4(TCP)].bytes, c->classes[V4(TCP)].packets * packet.len);
	assert_int_equal(c->sizes[size_bucket_of(packet.len)], c->classes[V4(TCP)].packets);
	return c->classes[V4(TCP)].packets;
}

/* --- skip-loopback ---------------------------------------------------------------------------- */

static void set_skip(const struct program *p, uint32_t skip)
{
	struct weir_settings settings = { .skip_loopback = skip };
	uint32_t zero = 0;

	assert_int_equal(bpf_map_update_elem(p->settings_fd, &zero, &settings, BPF_ANY), 0);
}

/* Runs with the setting off, on and off again; three packets each. */
static uint64_t count_with_setting(struct program *p)
{
	for (int skip = 0; skip < 3; skip++) {
		set_skip(p, skip == 1);
		for (int i = 0; i < 3; i++)
			run(p);
	}
	return counted(p, home);
}

static void check_skip(int (*load)(const struct program_options *, struct program *), bool loopback,
		       uint64_t expected)
{
	struct program_options o = { .slot = TEST_SLOT, .loopback = loopback };
	struct program p;

	assert_int_equal(load(&o, &p), 0);
	assert_int_equal(count_with_setting(&p), expected);
	program_unload(&p);
}

static void skip_loopback_xdp(void **state)
{
	(void)state;
	check_skip(program_load_xdp, true, 6);
}

static void skip_loopback_tc(void **state)
{
	(void)state;
	check_skip(program_load_tc, true, 6);
}

static void other_devices_are_never_skipped(void **state)
{
	(void)state;
	check_skip(program_load_xdp, false, 9);
	check_skip(program_load_tc, false, 9);
}

/* --- generations ------------------------------------------------------------------------------ */

struct chain {
	struct program old, new;
	bool new_is_last;
};

static void load_generation(struct program *p, uint64_t generation, bool last, int counters_fd)
{
	struct program_options o = {
		.slot = 9, .generation = generation, .runs_last = last, .counters_fd = counters_fd
	};

	assert_int_equal(program_load_xdp(&o, p), 0);
}

static void chain_load(struct chain *c, bool new_is_last)
{
	c->new_is_last = new_is_last;
	load_generation(&c->old, 1, false, 0);
	load_generation(&c->new, 2, new_is_last, c->old.counters_fd);
}

static void chain_unload(struct chain *c)
{
	program_unload(&c->new);
	program_unload(&c->old);
}

/* Runs a packet through both programs. */
static void run_chain(const struct chain *c)
{
	run(c->new_is_last ? &c->old : &c->new);
	run(c->new_is_last ? &c->new : &c->old);
}

/*
 * Replaces the program on a CPU that has seen `before` packets, and sees `during` while both run.
 */
static void replace(bool new_is_last, int before, int during, int after)
{
	struct chain c;

	chain_load(&c, new_is_last);
	for (int i = 0; i < before; i++)
		run(&c.old);
	assert_int_equal(counted(&c.old, home), before);
	for (int i = 0; i < during; i++) {
		run_chain(&c);
		assert_int_equal(counted(&c.old, home), before + i + 1);
	}
	for (int i = 0; i < after; i++) {
		run(&c.new);
		assert_int_equal(counted(&c.old, home), before + during + i + 1);
	}
	chain_unload(&c);
}

static void replace_new_is_first(void **state)
{
	(void)state;
	replace(false, 5, 5, 5);
	replace(false, 1, 1, 1);
}

static void replace_new_is_last(void **state)
{
	(void)state;
	replace(true, 5, 5, 5);
	replace(true, 1, 1, 1);
}

static void replace_on_a_fresh_cpu(void **state)
{
	(void)state;
	replace(false, 0, 3, 3);
	replace(true, 0, 3, 3);
	replace(false, 0, 0, 3);
	replace(true, 0, 0, 3);
}

static void replace_while_the_cpu_is_idle_new_first(void **state)
{
	(void)state;
	replace(false, 3, 0, 3);
}

/*
 * The old program is gone before the CPU sees another packet. A new program that expects the old
 * one to run first then misses a packet. Therefore ctl gives new programs a lower priority number.
 */
static void replace_while_the_cpu_is_idle_new_last(void **state)
{
	struct chain c;

	(void)state;
	chain_load(&c, true);
	run(&c.old);
	run(&c.new);
	run(&c.new);
	assert_int_equal(counted(&c.old, home), 2);
	chain_unload(&c);
}

static void third_generation(void **state)
{
	struct program third;
	struct chain c;

	(void)state;
	for (int last = 0; last < 2; last++) {
		chain_load(&c, last);
		load_generation(&third, 3, last, c.old.counters_fd);
		run(&c.old);
		run_chain(&c);
		run(&c.new);
		run(last ? &c.new : &third);
		run(last ? &third : &c.new);
		run(&third);
		assert_int_equal(counted(&c.old, home), 5);
		program_unload(&third);
		chain_unload(&c);
	}
}

/*
 * Once the new program has counted on a CPU, the old one does not count there again: replacements
 * only go forward.
 */
static void old_generation_keeps_still(void **state)
{
	struct chain c;

	(void)state;
	chain_load(&c, false);
	run(&c.new);
	run(&c.old);
	assert_int_equal(counted(&c.old, home), 1);
	chain_unload(&c);
}

static void generation_zero_always_counts(void **state)
{
	struct program plain;
	struct chain c;

	(void)state;
	chain_load(&c, false);
	load_generation(&plain, 0, false, c.old.counters_fd);
	run(&c.new);
	run(&plain);
	assert_int_equal(counted(&c.old, home), 2);
	program_unload(&plain);
	chain_unload(&c);
}

/* Returns another CPU of this machine, or -1. */
static int other_cpu(void)
{
	for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++)
		if (cpu != home && pin_to_cpu(cpu) == cpu)
			return pin_to_cpu(home) == home ? cpu : -1;
	return -1;
}

static void cpus_hand_over_apart(void **state)
{
	int other = other_cpu();
	struct chain c;

	(void)state;
	if (other < 0) {
		print_message("# SKIP: this machine has one CPU\n");
		skip();
	}
	for (int last = 0; last < 2; last++) {
		chain_load(&c, last);
		run(&c.old);
		run_chain(&c);
		pin_to_cpu(other);
		run(&c.old);
		run(&c.old);
		assert_int_equal(counted(&c.old, other), 2);
		run_chain(&c);
		assert_int_equal(counted(&c.old, other), 3);
		assert_int_equal(counters[other].generation, 2);
		pin_to_cpu(home);
		run(&c.new);
		assert_int_equal(counted(&c.old, home), 3);
		assert_int_equal(counted(&c.old, other), 3);
		chain_unload(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(skip_loopback_xdp),
		cmocka_unit_test(skip_loopback_tc),
		cmocka_unit_test(other_devices_are_never_skipped),
		cmocka_unit_test(replace_new_is_first),
		cmocka_unit_test(replace_new_is_last),
		cmocka_unit_test(replace_on_a_fresh_cpu),
		cmocka_unit_test(replace_while_the_cpu_is_idle_new_first),
		cmocka_unit_test(replace_while_the_cpu_is_idle_new_last),
		cmocka_unit_test(third_generation),
		cmocka_unit_test(old_generation_keeps_still),
		cmocka_unit_test(generation_zero_always_counts),
		cmocka_unit_test(cpus_hand_over_apart),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("skip-loopback and generations", tests, prepare, NULL);
}
