// SPDX-License-Identifier: GPL-2.0
/*
 * test_flow_sums.c - compares many flows with a model: cache and table together have every packet,
 * however entries move between them, unless the table was full.
 */
#include <pthread.h>
#include "bpf/tests/flow_numbered.h"
#include "bpf/tests/mutate.h"

#define FLOWS_MAX 50000

struct model {
	uint32_t flows;
	struct weir_flow of[FLOWS_MAX];
};

static struct model model;

/* A packet of a random flow, in one of its two ways and with a random length. */
static void random_packet(struct random *r, struct packet *p, struct model *m)
{
	uint32_t number = random_below(r, m->flows);
	bool plain = random_below(r, 4);
	const struct layer *layers = ways[number % 4][!plain];
	uint8_t *ip = p->data + ip_offset(layers), flags = 1 << random_below(r, 8);
	struct weir_flow *flow = &m->of[number];

	build_numbered(p, number, plain);
	packet_add(p, random_below(r, 200), 0); /* padding */
	if (number % 4 == 0)
		ip[4 * (ip[0] & 15) + 13] = flags;
	else if (number % 4 == 2)
		ip[(plain ? 40 : 48) + 13] = flags;
	else
		flags = 0;
	flow->packets++;
	flow->bytes += p->len;
	flow->tcp_flags |= flags;
}

static void run_random(const struct program *p, uint32_t packets, struct random *r,
		       struct packet *scratch, struct model *m)
{
	while (packets--) {
		random_packet(r, scratch, m);
		run_packet(p, scratch);
	}
}

/* Every flow is equal to the model, or no more than that if flows were evicted. */
static void compare_with_model(const struct flows_seen *seen, const struct model *m, bool exact)
{
	uint32_t known = 0;

	for (size_t i = 0; i < seen->count; i++) {
		const struct weir_flow *got = &seen->items[i].flow,
				       *want = &m->of[number_of(&seen->items[i].key)];

		assert_uint_in_range(got->packets, exact ? want->packets : 1, want->packets);
		assert_uint_in_range(got->bytes, exact ? want->bytes : TCP_LEN - 20, want->bytes);
		assert_int_equal(got->tcp_flags & ~want->tcp_flags, 0);
		if (exact)
			assert_int_equal(got->tcp_flags, want->tcp_flags);
		assert_true(got->first <= got->last);
	}
	for (uint32_t i = 0; i < m->flows; i++)
		known += m->of[i].packets != 0;
	if (exact)
		assert_int_equal(seen->count, known);
}

static void load_sized(uint32_t entries, struct program *p)
{
	struct program_options o = {
		.slot = TEST_SLOT, .flows = true, .instance = INSTANCE, .flow_entries = entries
	};

	assert_int_equal(load(&o, p), 0);
}

/* In a table that is large enough nothing is evicted, so each flow is exact. */
static void check_exact(int hook, uint32_t flows, uint32_t packets)
{
	struct random r = random_from(number_from_env("WEIR_SEED", 1));
	struct flows_seen seen;
	struct program p;

	kind = hook;
	memset(&model, 0, sizeof(model));
	model.flows = flows;
	load_sized(2 * FLOWS_MAX, &p);
	run_random(&p, packets, &r, &packet, &model);
	seen = flows_read(&p);
	compare_with_model(&seen, &model, true);
	assert_int_equal(seen.stats.inserts, seen.table);
	assert_int_equal(seen.stats.failures, 0);
	assert_true(seen.stats.spills > 0);
	program_unload(&p);
}

static void five_thousand_flows_xdp(void **state)
{
	(void)state;
	check_exact(XDP, 5000, 100000);
}

static void five_thousand_flows_tc(void **state)
{
	(void)state;
	check_exact(TC, 5000, 50000);
}

static void fifty_thousand_flows(void **state)
{
	(void)state;
	check_exact(XDP, FLOWS_MAX, 100000);
}

/* 20,000 flows in a table of 1024: the least recently used ones are evicted and counted. */
static void table_full(void **state)
{
	struct random r = random_from(2);
	struct weir_flow sum = { 0 };
	struct flows_seen seen;
	struct program p;
	uint64_t before, lost;

	(void)state;
	kind = XDP;
	memset(&model, 0, sizeof(model));
	model.flows = 20000;
	load_sized(WEIR_FLOWS_MIN, &p);
	for (uint32_t sent = 10000, evicted = 0; sent <= 40000; sent += 10000) {
		run_random(&p, 10000, &r, &packet, &model);
		seen = flows_read(&p);
		compare_with_model(&seen, &model, false);
		assert_uint_in_range(seen.table, WEIR_FLOWS_MIN / 2, WEIR_FLOWS_MIN);
		assert_uint_in_range(seen.cached, 1, WEIR_FLOW_CACHE);
		sum = (struct weir_flow){ 0 };
		for (size_t i = 0; i < seen.count; i++)
			sum.packets += seen.items[i].flow.packets;
		before = evicted;
		evicted = seen.stats.inserts - seen.table;
		assert_true(evicted > before);
		/*
		 * Each evicted flow had at least one packet. Failures are packets without room in
		 * the table.
		 */
		lost = sent - sum.packets - seen.stats.failures;
		assert_uint_in_range(lost, evicted, sent);
	}
	program_unload(&p);
}

struct sender {
	const struct program *p;
	int cpu;
	struct packet packet;
	struct model model;
};

static void *send_random(void *arg)
{
	struct sender *s = arg;
	struct random r = random_from(s->cpu);
	int ret;

	pin_to_cpu(s->cpu);
	for (int i = 0; i < 20000; i++) {
		random_packet(&r, &s->packet, &s->model);
		if (program_run(s->p, s->packet.data, s->packet.len, NULL, NULL, &ret))
			return "a run failed";
	}
	return NULL;
}

/* Two CPUs count the same flows at once, many of which share cache entries. */
static void two_cpus_at_once(void **state)
{
	static struct sender senders[2];
	struct flows_seen seen;
	pthread_t threads[2];
	struct program p;
	void *failed;

	(void)state;
	kind = XDP;
	load_sized(2 * FLOWS_MAX, &p);
	memset(&model, 0, sizeof(model));
	for (int i = 0; i < 2; i++) {
		senders[i].p = &p;
		senders[i].cpu = i ? other_cpu() : home;
		senders[i].model.flows = 10000;
	}
	model.flows = 10000;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, send_random, &senders[i]), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
		for (uint32_t n = 0; n < model.flows; n++) {
			model.of[n].packets += senders[i].model.of[n].packets;
			model.of[n].bytes += senders[i].model.of[n].bytes;
			model.of[n].tcp_flags |= senders[i].model.of[n].tcp_flags;
		}
	}
	seen = flows_read(&p);
	compare_with_model(&seen, &model, true);
	assert_int_equal(seen.stats.inserts, seen.table);
	assert_int_equal(seen.stats.failures, 0);
	program_unload(&p);
}

struct contender {
	const struct program *p;
	struct packet packets[2];
	int cpu;
};

static void *send_in_turns(void *arg)
{
	struct contender *c = arg;
	int ret;

	pin_to_cpu(c->cpu);
	for (int i = 0; i < 40000; i++)
		if (program_run(c->p, c->packets[i % 2].data, c->packets[i % 2].len, NULL, NULL,
				&ret))
			return "a run failed";
	return NULL;
}

/* Two flows that always miss, on both CPUs: nearly every packet updates the same two elements. */
static void two_cpus_into_two_records(void **state)
{
	static struct contender contenders[2];
	const struct program *p = &programs[XDP][0];
	struct flows_seen seen;
	pthread_t threads[2];
	struct rivals r;
	void *failed;

	(void)state;
	kind = XDP;
	r = find_rivals(p);
	for (int i = 0; i < 2; i++) {
		contenders[i].p = p;
		contenders[i].cpu = i ? other_cpu() : home;
		build_numbered(&contenders[i].packets[0], r.a, true);
		build_numbered(&contenders[i].packets[1], r.b, true);
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, send_in_turns, &contenders[i]),
				 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	seen = flows_read(p);
	assert_int_equal(seen.count, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(seen.items[i].flow.packets, 40000);
		assert_int_equal(seen.items[i].flow.bytes, 40000 * TCP_LEN);
		assert_true(seen.items[i].in_table > 10000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_thousand_flows_xdp),
		cmocka_unit_test(five_thousand_flows_tc),
		cmocka_unit_test(fifty_thousand_flows),
		cmocka_unit_test(table_full),
		cmocka_unit_test(two_cpus_at_once),
		cmocka_unit_test(two_cpus_into_two_records),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("sums of flows", tests, prepare, unload_programs);
}
