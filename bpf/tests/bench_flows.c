// SPDX-License-Identifier: GPL-2.0
/*
 * bench_flows.c - the cost per packet of counting flows, by number of flows: weir's cache and
 * table, and the two usual tables. The packet changes to a random other flow during the run. The
 * benchmark prints results and does not judge them.
 *
 *     bench_flows DIRECTORY
 *
 * DIRECTORY has the objects cost_flows_xdp.bpf.o and cost_flows_tc.bpf.o. WEIR_RUNS and WEIR_REPEAT
 * are as for bench_packets. Tables have room for twice the flows, or the default.
 */
#include "bpf/tests/bench.h"
#include "bpf/tests/cost_flows.h"

static const uint32_t flow_counts[] = { 1, 100, 1000, 10000, 100000, 1000000 };
static const char *const hooks[] = { "xdp", "tc" };

static const struct subject {
	const char *label, *program;
	bool flows;
	const char *table;
} subjects[] = {
	{ "without", "flows_ours", false, NULL },
	{ "ours", "flows_ours", true, "flows" },
	{ "LRU hash", "flows_lru", false, "lru" },
	{ "per-CPU LRU", "flows_lru_percpu", false, "lru_percpu" },
};

#define SUBJECTS ((int)(sizeof(subjects) / sizeof(subjects[0])))
enum { WITHOUT, OURS, LRU, LRU_PERCPU };

struct bench {
	struct bpf_object *loaded;
	int fd;
	double ns[RUNS_MAX];
};

static struct bench benches[SUBJECTS];
static struct packet packet;

static bool failed(const struct subject *s, const char *what)
{
	fprintf(stderr, "bench: %s: cannot %s: %s\n", s->label, what, strerror(errno));
	return false;
}

static void configure(struct bench *b, const struct subject *s, uint32_t flows)
{
	uint32_t room = 2 * flows > WEIR_FLOWS_DEFAULT ? 2 * flows : WEIR_FLOWS_DEFAULT;

	set_constant(b->loaded, "cfg_slot", TEST_SLOT);
	set_constant(b->loaded, "cfg_kernel_ctx", kernel_has_ctx_cast());
	set_constant(b->loaded, "cfg_flows", s->flows);
	load_only(b->loaded, s->program);
	if (s->table)
		bpf_map__set_max_entries(bpf_object__find_map_by_name(b->loaded, s->table), room);
}

static bool load(struct bench *b, const struct subject *s, const char *directory, const char *hook,
		 uint32_t flows)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/cost_flows_%s.bpf.o", directory, hook);
	b->loaded = bpf_object__open_file(path, NULL);
	if (!b->loaded)
		return failed(s, "open its object");
	configure(b, s, flows);
	if (bpf_object__load(b->loaded))
		return failed(s, "load it");
	b->fd = bpf_program__fd(bpf_object__find_program_by_name(b->loaded, s->program));
	return b->fd > 0 || failed(s, "find its program");
}

static bool run(struct bench *b, const struct subject *s, uint32_t packets, double *ret_ns)
{
	return timed_run(b->fd, &packet, packets, ret_ns) == 0 || failed(s, "run it");
}

static bool steer(struct bench *b, const struct subject *s, uint32_t flows, bool in_order)
{
	struct steering steering = { .random_state = 1, .flows = flows, .in_order = in_order };
	int fd = bpf_object__find_map_fd_by_name(b->loaded, ".data.steering");
	uint32_t zero = 0;

	return bpf_map_update_elem(fd, &zero, &steering, BPF_ANY) == 0 || failed(s, "steer it");
}

/* Runs every flow once before the clock starts. */
static bool warm_up(struct bench *b, const struct subject *s, uint32_t flows)
{
	double ns;

	return steer(b, s, flows, true) && run(b, s, 2 * flows, &ns) && steer(b, s, flows, false);
}

static double median_ratio(const struct bench *b, const struct bench *peer)
{
	double ratio[RUNS_MAX];

	for (int i = 0; i < runs; i++)
		ratio[i] = b->ns[i] / peer->ns[i];
	sort_ns(ratio, runs);
	return ratio[runs / 2];
}

static double minimum(const struct bench *b)
{
	double least = b->ns[0];

	for (int i = 1; i < runs; i++)
		least = b->ns[i] < least ? b->ns[i] : least;
	return least;
}

static void print_row(uint32_t flows)
{
	const struct bench *floor = &benches[WITHOUT];

	printf("%9u %9.1f", flows, minimum(floor));
	for (int i = OURS; i < SUBJECTS; i++)
		printf(" %8.1f %+7.1f", minimum(&benches[i]),
		       median_above(benches[i].ns, floor->ns));
	printf(" %8.2fx %8.2fx\n", median_ratio(&benches[OURS], &benches[LRU]),
	       median_ratio(&benches[OURS], &benches[LRU_PERCPU]));
}

static bool bench_row(const char *directory, const char *hook, uint32_t flows)
{
	bool ok = true;

	memset(benches, 0, sizeof(benches));
	for (int i = 0; i < SUBJECTS && ok; i++)
		ok = load(&benches[i], &subjects[i], directory, hook, flows) &&
		     warm_up(&benches[i], &subjects[i], flows);
	for (int round = 0; round < runs && ok; round++)
		for (int i = 0; i < SUBJECTS && ok; i++)
			ok = run(&benches[i], &subjects[i], repeat, &benches[i].ns[round]);
	if (ok)
		print_row(flows);
	for (int i = 0; i < SUBJECTS; i++)
		bpf_object__close(benches[i].loaded);
	return ok;
}

int main(int argc, char **argv)
{
	static const struct layer layers[] = { ETH(), IP4(), TCP(), BODY(10), { 0 } };

	if (argc != 2) {
		fprintf(stderr, "usage: bench_flows DIRECTORY\n");
		return 2;
	}
	if (!bench_begin())
		return 2;
	packet_build(&packet, layers);
	printf("\nFlows: ns per packet, minimum, and median above the same program without flows;\n"
	       "the flow changes from packet to packet, at random. %d interleaved runs of %u "
	       "packets on CPU %d\n",
	       runs, repeat, cpu);
	for (size_t h = 0; h < sizeof(hooks) / sizeof(hooks[0]); h++) {
		printf("\n%-4s%5s %9s %16s %16s %16s %18s\n", hooks[h], "flows", "without", "ours",
		       "LRU hash", "per-CPU LRU hash", "ours to each");
		for (size_t i = 0; i < sizeof(flow_counts) / sizeof(flow_counts[0]); i++)
			if (!bench_row(argv[1], hooks[h], flow_counts[i]))
				return 1;
	}
	return 0;
}
