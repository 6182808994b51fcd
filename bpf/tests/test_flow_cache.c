// SPDX-License-Identifier: GPL-2.0
/*
 * test_flow_cache.c - the cache in front of the table: which flows stay and which are evicted, on
 * one CPU and on two; and which programs count at all. The tests do not depend on the hash.
 */
#include <unistd.h>
#include "bpf/tests/flow_numbered.h"

/* --- one CPU ---------------------------------------------------------------------------------- */

static void check_hits(const void *arg)
{
	const struct program *p = &programs[kind][0];
	struct flows_seen seen;

	(void)arg;
	for (int number = 0; number < 4; number++)
		run_numbered(p, number, 300);
	for (int number = 0; number < 4; number++)
		check_places(p, number, 0, 300);
	seen = flows_read(p);
	assert_int_equal(seen.table, 0);
	assert_int_equal(seen.cached, 4);
	assert_memory_equal(&seen.stats, &(struct weir_flow_stats){ 0 }, sizeof(seen.stats));
}

static void hits_stay_in_the_cache(void **state)
{
	(void)state;
	for_each_kind(check_hits, NULL);
}

static void check_admission(const void *arg)
{
	const struct program *p = &programs[kind][0];
	struct rivals r = find_rivals(p);

	(void)arg;
	run_numbered(p, r.a, 5);
	run_numbered(p, r.b, 7);
	check_places(p, r.a, 0, 5);
	check_places(p, r.b, 7, 0);
	run_numbered(p, r.a, 1);
	assert_int_equal(flow_stats_read(p).spills, 0);
	run_numbered(p, r.b, 1);
	check_places(p, r.a, 6, 0);
	check_places(p, r.b, 7, 1);
	run_numbered(p, r.b, 3);
	run_numbered(p, r.a, 7);
	check_places(p, r.b, 7, 4);
	run_numbered(p, r.a, 1);
	check_places(p, r.a, 13, 1);
	check_places(p, r.b, 11, 0);
	assert_int_equal(flow_stats_read(p).spills, 2);
	assert_int_equal(flow_stats_read(p).inserts, 2);
}

static void one_miss_in_eight_takes_the_entry(void **state)
{
	(void)state;
	for_each_kind(check_admission, NULL);
}

/* Index of the entry of the only flow on this CPU. */
static uint32_t only_entry(const struct program *p, struct weir_flow_entry *ret_cpus)
{
	int cpus = libbpf_num_possible_cpus();
	const struct weir_flow_entry *e = cache_read(p);

	for (uint32_t i = 0; i < WEIR_FLOW_CACHE; i++) {
		if (e[i * cpus + home].packets) {
			memcpy(ret_cpus, &e[i * cpus], cpus * sizeof(*e));
			return i;
		}
	}
	fail_msg("the cache is empty");
	return 0;
}

static void set_entry(const struct program *p, uint32_t packets, uint64_t bytes)
{
	static struct weir_flow_entry cpus[CPUS_MAX];
	uint32_t index = only_entry(p, cpus);

	cpus[home].packets = packets;
	cpus[home].bytes = bytes;
	assert_int_equal(bpf_map_update_elem(program_map(p, "flow_cache"), &index, cpus, BPF_ANY),
			 0);
}

static void check_wrap(const void *arg)
{
	const struct program *p = &programs[kind][0];
	struct rivals r = find_rivals(p);
	struct flows_seen seen;

	(void)arg;
	run_numbered(p, r.a, 1);
	set_entry(p, 0xffffffff, 1ULL << 40);
	check_places(p, r.a, 0, 0xffffffff);
	run_numbered(p, r.a, 1);
	check_places(p, r.a, 1ULL << 32, 0);
	run_numbered(p, r.a, 3);
	check_places(p, r.a, 1ULL << 32, 3);
	seen = flows_read(p);
	assert_int_equal(numbered(&seen, r.a)->flow.bytes, (1ULL << 40) + 4 * TCP_LEN);
	set_entry(p, 0xffffffff, 1ULL << 40);
	run_numbered(p, r.a, 1);
	run_numbered(p, r.b, 2); /* an entry that has just wrapped around is empty */
	check_places(p, r.a, 2ULL << 32, 0);
	check_places(p, r.b, 0, 2);
	seen = flows_read(p);
	assert_int_equal(numbered(&seen, r.a)->flow.bytes, (2ULL << 40) + 2 * TCP_LEN);
	assert_int_equal(seen.stats.inserts, 1);
}

static void the_count_of_packets_goes_round(void **state)
{
	(void)state;
	for_each_kind(check_wrap, NULL);
}

static void check_times(const void *arg)
{
	const struct program *p = &programs[kind][0];
	struct rivals r = find_rivals(p);
	uint64_t t[4] = { jiffies_now() };
	struct flows_seen seen;
	struct weir_flow flow;

	(void)arg;
	run_numbered(p, r.a, 1);
	t[1] = jiffies_now();
	usleep(50000);
	t[2] = jiffies_now();
	run_numbered(p, r.a, 1);
	t[3] = jiffies_now();
	for (int spilled = 0; spilled < 2; spilled++) {
		seen = flows_read(p);
		flow = numbered(&seen, r.a)->flow;
		assert_uint_in_range(flow.first, t[0], t[1]);
		assert_uint_in_range(flow.last, t[2], t[3]);
		run_numbered(p, r.b, 8);
		assert_int_equal(flow_stats_read(p).spills, 1);
		usleep(20000);
	}
}

static void first_and_last_seen(void **state)
{
	(void)state;
	for_each_kind(check_times, NULL);
}

/* --- CPUs ------------------------------------------------------------------------------------- */

static void run_on(int cpu, const struct program *p, uint32_t number, int times)
{
	assert_int_equal(pin_to_cpu(cpu), cpu);
	run_numbered(p, number, times);
	assert_int_equal(pin_to_cpu(home), home);
}

static void check_cpus(const void *arg)
{
	const struct program *p = &programs[kind][0];
	const int other = *(const int *)arg;
	struct rivals r = find_rivals(p);
	struct flows_seen seen;

	run_on(home, p, r.a, 5);
	run_on(other, p, r.a, 6);
	seen = flows_read(p);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.items[0].entries, 2);
	check_places(p, r.a, 0, 11);
	run_on(other, p, r.b, 8); /* takes over the entry of the other CPU */
	check_places(p, r.a, 6, 5);
	check_places(p, r.b, 7, 1);
	run_on(home, p, r.b, 8);
	check_places(p, r.a, 11, 0);
	check_places(p, r.b, 14, 2);
	seen = flows_read(p);
	assert_int_equal(numbered(&seen, r.a)->flow.bytes, 11 * TCP_LEN);
	assert_int_equal(seen.stats.inserts, 2);
}

static void one_flow_on_two_cpus(void **state)
{
	int other = other_cpu();

	(void)state;
	for_each_kind(check_cpus, &other);
}

/* An entry that moves to the table late has an earlier time than the table. */
static void check_late_entry(const void *arg)
{
	const struct program *p = &programs[kind][0];
	const int other = *(const int *)arg;
	struct rivals r = find_rivals(p);
	uint64_t t[2] = { jiffies_now() };
	struct flows_seen seen;
	struct weir_flow flow;

	run_on(home, p, r.a, 1);
	t[1] = jiffies_now();
	usleep(50000);
	run_on(other, p, r.a, 1);
	run_on(other, p, r.b, 8);
	check_places(p, r.a, 1, 1);
	seen = flows_read(p);
	flow = numbered(&seen, r.a)->flow;
	assert_uint_in_range(flow.first, t[0], t[1]);
	assert_true(flow.last > t[1]);
	run_on(home, p, r.b, 8);
	check_places(p, r.a, 2, 0);
	seen = flows_read(p);
	assert_int_equal(numbered(&seen, r.a)->flow.first, flow.first);
	assert_int_equal(numbered(&seen, r.a)->flow.last, flow.last);
}

static void times_of_a_late_entry(void **state)
{
	int other = other_cpu();

	(void)state;
	for_each_kind(check_late_entry, &other);
}

/* --- who counts, and for whom ----------------------------------------------------------------- */

static void load_with(struct program_options o, struct program *p)
{
	o.slot = TEST_SLOT;
	o.flow_entries = WEIR_FLOWS_MIN;
	assert_int_equal(load(&o, p), 0);
}

/* XDP and tc share their maps, as attachments do. The second has the greatest instance number. */
static void two_attachments(void **state)
{
	struct program p[2];
	struct flows_seen seen;

	(void)state;
	kind = XDP;
	load_with((struct program_options){ .flows = true, .instance = 1 }, &p[0]);
	kind = TC;
	load_with((struct program_options){ .flows = true,
					    .instance = WEIR_INSTANCE_MAX,
					    .flows_of = &p[0] },
		  &p[1]);
	for (int number = 0; number < 400; number++) {
		run_numbered(&p[0], number, 2);
		run_numbered(&p[1], number, 3);
	}
	seen = flows_read(&p[0]);
	assert_int_equal(seen.count, 800);
	for (size_t i = 0; i < seen.count; i++) {
		uint32_t owner = seen.items[i].key.owner;
		bool first = owner << 1 >> 9 == 1;

		assert_true(first || owner << 1 >> 9 == WEIR_INSTANCE_MAX);
		assert_int_equal(seen.items[i].flow.packets, first ? 2 : 3);
		assert_int_equal(owner >> 31, number_of(&seen.items[i].key) % 4 >= 2);
	}
	program_unload(&p[1]);
	program_unload(&p[0]);
}

static void check_nothing(const struct program *p)
{
	struct flows_seen seen = flows_read(p);
	struct weir_fragment_key key;

	assert_int_equal(seen.count, 0);
	assert_memory_equal(&seen.stats, &(struct weir_flow_stats){ 0 }, sizeof(seen.stats));
	assert_int_equal(bpf_map_get_next_key(program_map(p, "fragments"), NULL, &key), -ENOENT);
}

static void run_some(const struct program *p)
{
	static const struct layer first[] = { ETH(), IP4(.frag = 0x2000), UDP(), BODY(8), { 0 } };

	for (int number = 0; number < 8; number++) {
		build_numbered(&packet, number / 2, number % 2);
		run_packet(p, &packet);
	}
	packet_build(&packet, first);
	run_packet(p, &packet);
}

static void flows_off(void **state)
{
	struct program p;

	(void)state;
	for (kind = 0; kind < KINDS; kind++) {
		load_with((struct program_options){ .instance = INSTANCE }, &p);
		run_some(&p);
		check_nothing(&p);
		program_unload(&p);
	}
}

static void skip_loopback(void **state)
{
	struct weir_settings settings = { .skip_loopback = 1 };
	uint32_t zero = 0;
	struct program p;

	(void)state;
	for (kind = 0; kind < KINDS; kind++) {
		load_with((struct program_options){ .flows = true, .loopback = true }, &p);
		settings.skip_loopback = 1;
		assert_int_equal(bpf_map_update_elem(p.settings_fd, &zero, &settings, BPF_ANY), 0);
		run_some(&p);
		check_nothing(&p);
		settings.skip_loopback = 0;
		assert_int_equal(bpf_map_update_elem(p.settings_fd, &zero, &settings, BPF_ANY), 0);
		run_some(&p);
		assert_int_equal(flows_read(&p).count, 5);
		program_unload(&p);
	}
}

/* Two generations in one chain: while both run, each packet counts once in its flow. */
static void generations(void **state)
{
	struct program_options o = { .flows = true, .instance = INSTANCE, .generation = 1 };
	struct program old, new;
	struct flows_seen seen;

	(void)state;
	kind = XDP;
	load_with(o, &old);
	o.generation = 2;
	o.flows_of = &old;
	o.counters_fd = old.counters_fd;
	load_with(o, &new);
	run_some(&old);
	for (int i = 0; i < 3; i++) {
		build_numbered(&packet, 0, i % 2);
		run_packet(&new, &packet);
		run_packet(&old, &packet);
	}
	run_some(&new);
	seen = flows_read(&old);
	assert_int_equal(seen.count, 5);
	for (size_t i = 0; i < seen.count; i++)
		assert_uint_in_range(seen.items[i].flow.packets, 2, 7);
	assert_int_equal(numbered(&seen, 0)->flow.packets, 2 + 3 + 2);
	program_unload(&new);
	program_unload(&old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hits_stay_in_the_cache),
		cmocka_unit_test(one_miss_in_eight_takes_the_entry),
		cmocka_unit_test(the_count_of_packets_goes_round),
		cmocka_unit_test(first_and_last_seen),
		cmocka_unit_test(one_flow_on_two_cpus),
		cmocka_unit_test(times_of_a_late_entry),
		cmocka_unit_test(two_attachments),
		cmocka_unit_test(flows_off),
		cmocka_unit_test(skip_loopback),
		cmocka_unit_test(generations),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("cache of flows", tests, prepare, unload_programs);
}
