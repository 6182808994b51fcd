/* SPDX-License-Identifier: GPL-2.0 */
/* flow_numbered.h - packets of numbered flows, and the CPUs to run them on. */
#ifndef WEIR_TESTS_FLOW_NUMBERED_H
#define WEIR_TESTS_FLOW_NUMBERED_H

#include "bpf/tests/flow_packets.h"

#define TCP_LEN 60 /* a plain packet of the flows 0, 4, 8, ... */

static int home; /* the CPU for all runs, unless a test says otherwise */

/* Four kinds of flows, each with a plain packet and one for the general parser. */
static const struct layer ways[4][2][LAYERS_MAX] = {
	{ { ETH(), IP4(), TCP(), BODY(6) }, { ETH(), IP4(.options = 8), TCP() } },
	{ { ETH(), IP4(), UDP(), BODY(18) }, { ETH(), VLAN(), IP4(.options = 4), UDP() } },
	{ { ETH(), IP6(), TCP() }, { ETH(), IP6(), EXT(HOP), TCP(.options = 12) } },
	{ { ETH(), VLAN(), IP6(), UDP(), BODY(4) }, { ETH(), IP6(), EXT(DEST), UDP() } },
};

/* Builds a packet of flow `number`; the number is the end of its source address. */
static inline void build_numbered(struct packet *p, uint32_t number, bool plain)
{
	const struct layer *layers = ways[number % 4][!plain];
	uint32_t ip = ip_offset(layers), be = __builtin_bswap32(number);

	packet_build(p, layers);
	memcpy(p->data + ip + (number % 4 < 2 ? 12 : 20), &be, sizeof(be));
}

static inline uint32_t number_of(const struct weir_flow_key *key)
{
	return __builtin_bswap32(key->src[3]);
}

static inline void run_packet(const struct program *p, const struct packet *what)
{
	int ret;

	assert_int_equal(program_run(p, what->data, what->len, NULL, NULL, &ret), 0);
}

static inline void run_numbered(const struct program *p, uint32_t number, int times)
{
	build_numbered(&packet, number, true);
	while (times--)
		run_packet(p, &packet);
}

static inline const struct flow_seen *numbered(const struct flows_seen *seen, uint32_t number)
{
	for (size_t i = 0; i < seen->count; i++)
		if (number_of(&seen->items[i].key) == number)
			return &seen->items[i];
	return NULL;
}

/* Checks how many packets of a flow the table and the caches have counted. */
static inline void check_places(const struct program *p, uint32_t number, uint64_t in_table,
				uint64_t in_cache)
{
	struct flows_seen seen = flows_read(p);
	const struct flow_seen *flow = numbered(&seen, number);

	assert_non_null(flow);
	assert_int_equal(flow->in_table, in_table);
	assert_int_equal(flow->flow.packets - flow->in_table, in_cache);
}

/* Two TCP flows that hash to the same cache entry. */
struct rivals {
	uint32_t a, b;
};

static inline struct rivals find_rivals(const struct program *p)
{
	struct rivals r = { 0 };
	struct flows_seen seen;

	flows_clear(p);
	while (flow_stats_read(p).inserts == 0)
		run_numbered(p, r.b += 4, 1);
	run_numbered(p, r.b, 8); /* the eighth miss takes over the entry */
	seen = flows_read(p);
	assert_int_equal(seen.table, 2);
	for (size_t i = 0; i < seen.count; i++)
		if (seen.items[i].in_table && number_of(&seen.items[i].key) != r.b)
			r.a = number_of(&seen.items[i].key);
	assert_int_not_equal(r.a, 0);
	flows_clear(p);
	return r;
}

static inline int other_cpu(void)
{
	for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++)
		if (cpu != home && pin_to_cpu(cpu) == cpu)
			return pin_to_cpu(home) == home ? cpu : -1;
	print_message("# SKIP: this machine has one CPU\n");
	skip();
	return -1;
}

static inline int prepare(void **state)
{
	home = pin_to_cpu(-1);
	return home < 0 ? -1 : load_programs(state);
}

#endif
