/* SPDX-License-Identifier: GPL-2.0 */
/*
 * flow_read.h - all flows of a program: the sum of the table and the caches of all CPUs. Written
 * independently of datapath/flows/flows.c, which works in another way.
 */
#ifndef WEIR_TESTS_FLOW_READ_H
#define WEIR_TESTS_FLOW_READ_H

#include "bpf/kernel/clock.skel.h"
#include "bpf/tests/programs.h"

#define FLOWS_READ_MAX (256 * 1024)

struct flow_seen {
	struct weir_flow_key key;
	struct weir_flow flow; /* table and caches added up */
	uint64_t in_table;     /* packets in the table */
	uint32_t entries;      /* cache entries */
};

struct flows_seen {
	struct flow_seen *items; /* by ascending key */
	size_t count;
	uint64_t table, cached; /* flows in the table, entries in caches */
	struct weir_flow_stats stats;
};

static struct weir_flow_key read_keys[FLOWS_READ_MAX];
static struct weir_flow read_flows[FLOWS_READ_MAX];
static struct flow_seen read_items[2 * FLOWS_READ_MAX];

static inline uint64_t jiffies_now(void)
{
	static struct clock_bpf *skel;
	uint8_t frame[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = sizeof(frame));

	if (!skel)
		skel = clock_bpf__open_and_load();
	if (!skel || bpf_prog_test_run_opts(bpf_program__fd(skel->progs.weir_clock), &opts)) {
		fprintf(stderr, "cannot tell jiffies: %s\n", strerror(errno));
		abort();
	}
	return skel->bss->jiffies_now;
}

static inline uint64_t jiffies_from_low(uint32_t low, uint64_t now)
{
	return now - (uint32_t)((uint32_t)now - low);
}

/* Reads all cache entries: for each index, one per CPU. Static memory. */
static inline struct weir_flow_entry *cache_read(const struct program *p)
{
	static struct weir_flow_entry *entries;
	static uint32_t keys[WEIR_FLOW_CACHE];
	uint32_t n = WEIR_FLOW_CACHE, next;
	size_t all = (size_t)n * libbpf_num_possible_cpus();

	if (!entries)
		entries = calloc(all, sizeof(*entries));
	if (!entries ||
	    (bpf_map_lookup_batch(program_map(p, "flow_cache"), NULL, &next, keys, entries, &n,
				  NULL) &&
	     errno != ENOENT) ||
	    n != WEIR_FLOW_CACHE) {
		fprintf(stderr, "cannot read the cache: %s\n", strerror(errno));
		abort();
	}
	return entries;
}

static inline size_t table_read(const struct program *p)
{
	size_t n = 0;
	uint64_t position = 0;
	int err = 0;

	while (!err) {
		uint32_t count = FLOWS_READ_MAX - n;

		err = bpf_map_lookup_batch(program_map(p, "flows"), n ? &position : NULL, &position,
					   read_keys + n, read_flows + n, &count, NULL);
		if (err && errno != ENOENT) {
			fprintf(stderr, "cannot read the table: %s\n", strerror(errno));
			abort();
		}
		n += count;
	}
	return n;
}

static inline int flow_seen_compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct weir_flow_key));
}

static inline void flow_seen_merge(struct flow_seen *into, const struct flow_seen *from)
{
	into->flow.packets += from->flow.packets;
	into->flow.bytes += from->flow.bytes;
	into->flow.tcp_flags |= from->flow.tcp_flags;
	if (from->flow.first < into->flow.first)
		into->flow.first = from->flow.first;
	if (from->flow.last > into->flow.last)
		into->flow.last = from->flow.last;
	into->in_table += from->in_table;
	into->entries += from->entries;
}

static inline void flows_seen_sort(struct flows_seen *seen, size_t n)
{
	struct flow_seen *items = seen->items;

	qsort(items, n, sizeof(*items), flow_seen_compare);
	seen->count = 0;
	for (size_t i = 0; i < n; i++) {
		if (seen->count && !flow_seen_compare(&items[seen->count - 1], &items[i]))
			flow_seen_merge(&items[seen->count - 1], &items[i]);
		else
			items[seen->count++] = items[i];
	}
}

static inline struct weir_flow_stats flow_stats_read(const struct program *p)
{
	static struct weir_flow_stats stats[CPUS_MAX];
	struct weir_flow_stats sum = { 0 };
	uint32_t zero = 0;

	if (bpf_map_lookup_elem(program_map(p, "flow_stats"), &zero, stats))
		abort();
	for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++) {
		sum.inserts += stats[cpu].inserts;
		sum.failures += stats[cpu].failures;
		sum.failed_bytes += stats[cpu].failed_bytes;
		sum.spills += stats[cpu].spills;
	}
	return sum;
}

/* Reads the flows. The items are in static memory. */
static inline struct flows_seen flows_read(const struct program *p)
{
	struct flows_seen seen = { .items = read_items, .stats = flow_stats_read(p) };
	const struct weir_flow_entry *e = cache_read(p);
	size_t entries = (size_t)WEIR_FLOW_CACHE * libbpf_num_possible_cpus(), n;
	uint64_t now = jiffies_now();

	n = seen.table = table_read(p);
	for (size_t i = 0; i < n; i++)
		read_items[i] = (struct flow_seen){ read_keys[i], read_flows[i],
						    .in_table = read_flows[i].packets };
	for (; entries; entries--, e++) {
		if (!e->packets)
			continue;
		seen.cached++;
		read_items[n++] = (struct flow_seen){
			.key = e->key,
			.flow = { .packets = e->packets,
				  .bytes = e->bytes,
				  .first = jiffies_from_low(e->first, now),
				  .last = jiffies_from_low(e->last, now),
				  .tcp_flags = e->tcp_flags },
			.entries = 1,
		};
	}
	flows_seen_sort(&seen, n);
	return seen;
}

/* Resets all maps, as if the program had just been loaded. */
static inline void flows_clear(const struct program *p)
{
	static struct weir_flow_entry none[CPUS_MAX];
	static struct weir_flow_stats zero[CPUS_MAX];
	int cpus = libbpf_num_possible_cpus(), table = program_map(p, "flows");
	int ids = program_map(p, "fragments"), cache = program_map(p, "flow_cache"), err = 0;
	const struct weir_flow_entry *e = cache_read(p);
	struct weir_fragment_key fragment;
	struct weir_flow_key key;

	for (uint32_t i = 0; i < WEIR_FLOW_CACHE; i++)
		for (int cpu = 0; cpu < cpus; cpu++)
			if (e[i * cpus + cpu].packets || e[i * cpus + cpu].key.owner)
				err |= bpf_map_update_elem(cache, &i, none, BPF_ANY);
	while (bpf_map_get_next_key(table, NULL, &key) == 0)
		err |= bpf_map_delete_elem(table, &key);
	while (bpf_map_get_next_key(ids, NULL, &fragment) == 0)
		err |= bpf_map_delete_elem(ids, &fragment);
	err |= bpf_map_update_elem(program_map(p, "flow_stats"), &(uint32_t){ 0 }, zero, BPF_ANY);
	if (err)
		abort();
}

#endif
