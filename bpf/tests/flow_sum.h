/* SPDX-License-Identifier: GPL-2.0 */
/*
 * flow_sum.h - the sum of all flows of a program: the table, the caches of all CPUs, and the
 * packets that found no room. Moving entries between them must neither lose nor double a packet.
 */
#ifndef WEIR_TESTS_FLOW_SUM_H
#define WEIR_TESTS_FLOW_SUM_H

#include "bpf/tests/programs.h"

struct flow_sum {
	uint64_t packets, bytes;
	uint64_t evicted; /* flows evicted from the table; their packets are not in the sum */
};

static inline uint64_t flow_sum_table(int fd, struct flow_sum *sum)
{
	struct weir_flow_key key, *previous = NULL;
	struct weir_flow flow;
	uint64_t n = 0;

	for (; bpf_map_get_next_key(fd, previous, &key) == 0; previous = &key) {
		if (bpf_map_lookup_elem(fd, &key, &flow))
			continue;
		sum->packets += flow.packets;
		sum->bytes += flow.bytes;
		n++;
	}
	return n;
}

static inline void flow_sum_caches(int fd, struct flow_sum *sum)
{
	static struct weir_flow_entry entries[CPUS_MAX];
	int cpus = libbpf_num_possible_cpus();

	for (uint32_t i = 0; i < WEIR_FLOW_CACHE; i++) {
		if (bpf_map_lookup_elem(fd, &i, entries))
			continue;
		for (int cpu = 0; cpu < cpus; cpu++) {
			sum->packets += entries[cpu].packets;
			sum->bytes += entries[cpu].bytes;
		}
	}
}

static inline struct flow_sum flow_sum(const struct program *p)
{
	static struct weir_flow_stats stats[CPUS_MAX];
	struct flow_sum sum = { 0 };
	uint64_t flows = flow_sum_table(program_map(p, "flows"), &sum);
	uint32_t zero = 0;

	flow_sum_caches(program_map(p, "flow_cache"), &sum);
	if (bpf_map_lookup_elem(program_map(p, "flow_stats"), &zero, stats))
		return sum;
	for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++) {
		sum.packets += stats[cpu].failures;
		sum.bytes += stats[cpu].failed_bytes;
		sum.evicted += stats[cpu].inserts;
	}
	sum.evicted -= flows;
	return sum;
}

/* The sum of the flows according to the counters: IP packets that are not malformed. */
static inline struct weir_count counters_of_ip(const struct weir_counters *c)
{
	struct weir_count sum = { 0 };

	for (int class = WEIR_CLASS_IPV4; class < WEIR_CLASSES; class ++) {
		sum.packets += c->classes[class].packets;
		sum.bytes += c->classes[class].bytes;
	}
	return sum;
}

#endif
