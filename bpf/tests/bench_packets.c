// SPDX-License-Identifier: GPL-2.0
/*
 * bench_packets.c - the cost of a packet for weir, its parts, and peers: nanoseconds per run by
 * BPF_PROG_TEST_RUN. The benchmark prints results and does not judge them.
 *
 *     bench_packets DIRECTORY [XDP-FILTER-OBJECT]
 *
 * DIRECTORY has the objects cost_xdp.bpf.o, cost_tc.bpf.o and cost_peers.bpf.o. There are WEIR_RUNS
 * (11) runs of WEIR_REPEAT (1000000) packets each. The programs take turns, so that noise affects
 * all of them. Times are thread CPU time, which excludes other work on the CPU.
 */
#include "bpf/tests/bench.h"

/* Constants of bpf/state/config.bpf.h to set; all others are 0. */
enum { KERNEL_CTX = 1, LOOPBACK = 2, GENERATION = 4, FLOWS = 8 };

struct subject {
	const char *label, *object, *program; /* object NULL: the one on the command line */
	int constants;
	const struct layer *layers;
};

struct bench {
	const struct subject *subject;
	struct bpf_object *loaded;
	int fd;
	double ns[RUNS_MAX]; /* by run; sorted before printing */
	double above_floor;
};

static const struct layer plain[] = { ETH(), IP4(), TCP(), BODY(10), { 0 } };
static const struct layer tagged[] = { ETH(), VLAN(), IP4(), TCP(), BODY(6), { 0 } };
static const struct layer options[] = { ETH(), IP4(.options = 4), TCP(), BODY(6), { 0 } };
static const struct layer ipv6[] = { ETH(), IP6(), TCP(), { 0 } };
static const struct layer hop[] = { ETH(), IP6(), EXT(HOP), TCP(), { 0 } };

/* The first row of a table is the floor. */
static const struct subject xdp_subjects[] = {
	{ "empty program", "cost_xdp", "cost_empty", 0, plain },
	{ "ours", "cost_xdp", "weir_xdp", KERNEL_CTX, plain },
	{ "ours, with flows", "cost_xdp", "weir_xdp", KERNEL_CTX | FLOWS, plain },
	{ "ours, as in the dispatcher", "cost_xdp", "weir_xdp", KERNEL_CTX | GENERATION, plain },
	{ "ours, on a loopback device", "cost_xdp", "weir_xdp", KERNEL_CTX | LOOPBACK, plain },
	{ "ours, before Linux 6.2", "cost_xdp", "weir_xdp", 0, plain },
	{ "  part: look-up, one addition", "cost_xdp", "cost_lookup", KERNEL_CTX, plain },
	{ "  part: all counting", "cost_xdp", "cost_count", KERNEL_CTX, plain },
	{ "  part: all counting, length", "cost_xdp", "cost_count_len", KERNEL_CTX, plain },
	{ "  part: plain parser", "cost_xdp", "cost_parse", KERNEL_CTX, plain },
	{ "  part: general parser", "cost_xdp", "cost_parse_any", KERNEL_CTX, plain },
	{ "ours, VLAN tag", "cost_xdp", "weir_xdp", KERNEL_CTX, tagged },
	{ "ours, IPv6", "cost_xdp", "weir_xdp", KERNEL_CTX, ipv6 },
	{ "ours, IPv4 options", "cost_xdp", "weir_xdp", KERNEL_CTX, options },
	{ "ours, IPv6 hop-by-hop", "cost_xdp", "weir_xdp", KERNEL_CTX, hop },
	{ "peer: one record, array", "cost_peers", "xdp_array", 0, plain },
	{ "peer: by IP protocol, array", "cost_peers", "xdp_protocol", 0, plain },
	{ "peer: by interface, hash", "cost_peers", "xdp_hash", 0, plain },
	{ "peer: xdp-filter, all features", NULL, NULL, 0, plain },
};

static const struct subject tc_subjects[] = {
	{ "empty program", "cost_tc", "cost_empty", 0, plain },
	{ "ours", "cost_tc", "weir_tc", 0, plain },
	{ "ours, with flows", "cost_tc", "weir_tc", FLOWS, plain },
	{ "ours, on a loopback device", "cost_tc", "weir_tc", LOOPBACK, plain },
	{ "  part: look-up, one addition", "cost_tc", "cost_lookup", 0, plain },
	{ "  part: all counting", "cost_tc", "cost_count", 0, plain },
	{ "  part: plain parser", "cost_tc", "cost_parse", 0, plain },
	{ "  part: general parser", "cost_tc", "cost_parse_any", 0, plain },
	{ "ours, VLAN tag", "cost_tc", "weir_tc", 0, tagged },
	{ "ours, IPv6", "cost_tc", "weir_tc", 0, ipv6 },
	{ "ours, IPv4 options", "cost_tc", "weir_tc", 0, options },
	{ "ours, IPv6 hop-by-hop", "cost_tc", "weir_tc", 0, hop },
	{ "peer: one record, array", "cost_peers", "tc_array", 0, plain },
	{ "peer: by IP protocol, array", "cost_peers", "tc_protocol", 0, plain },
	{ "peer: by interface, hash", "cost_peers", "tc_hash", 0, plain },
};

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define SUBJECTS_MAX COUNT(xdp_subjects)

static struct bench benches[SUBJECTS_MAX];
static struct packet packet;

static bool failed(const struct bench *b, const char *what)
{
	fprintf(stderr, "bench: %s: cannot %s: %s\n", b->subject->label, what, strerror(errno));
	return false;
}

/* --- loading ---------------------------------------------------------------------------------- */

/* Loads only the program to time, and pins nothing. */
static void configure(const struct bench *b)
{
	int constants = b->subject->constants;
	struct bpf_map *map;

	set_constant(b->loaded, "cfg_slot", TEST_SLOT);
	set_constant(b->loaded, "cfg_kernel_ctx", !!(constants & KERNEL_CTX));
	set_constant(b->loaded, "cfg_loopback", !!(constants & LOOPBACK));
	set_constant(b->loaded, "cfg_flows", !!(constants & FLOWS));
	set_constant(b->loaded, "cfg_generation", !!(constants & GENERATION));
	load_only(b->loaded, b->subject->program);
	bpf_object__for_each_map(map, b->loaded)
	{
		bpf_map__set_pin_path(map, NULL);
	}
}

static bool load(struct bench *b, const char *directory, const char *other)
{
	const struct subject *s = b->subject;
	struct bpf_program *program;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s.bpf.o", directory, s->object ? s->object : "");
	if (!s->object) /* its sections are for its own loader, and libbpf warns about them */
		libbpf_set_print(NULL);
	b->loaded = bpf_object__open_file(s->object ? path : other, NULL);
	if (!b->loaded)
		return failed(b, "open its object");
	configure(b);
	if (bpf_object__load(b->loaded))
		return failed(b, "load it");
	program = s->program ? bpf_object__find_program_by_name(b->loaded, s->program)
			     : bpf_object__next_program(b->loaded, NULL);
	b->fd = bpf_program__fd(program);
	return b->fd > 0 || failed(b, "find its program");
}

/* --- measuring -------------------------------------------------------------------------------- */

static bool measure(struct bench *b, int run)
{
	packet_build(&packet, b->subject->layers);
	return timed_run(b->fd, &packet, repeat, &b->ns[run]) == 0 || failed(b, "run it");
}

static void print_table(const char *title, int n)
{
	double floor_min, floor_median, *ns;

	for (int i = 0; i < n; i++)
		benches[i].above_floor = median_above(benches[i].ns, benches[0].ns);
	for (int i = 0; i < n; i++)
		sort_ns(benches[i].ns, runs);
	floor_min = benches[0].ns[0];
	floor_median = benches[0].ns[runs / 2];
	printf("\n%-34s %16s %18s %8s\n", title, "ns", "above floor", "ratio");
	printf("%-34s %8s %8s %9s %8s\n", "", "min", "median", "min", "median");
	for (int i = 0; i < n; i++) {
		ns = benches[i].ns;
		if (benches[i].fd > 0)
			printf("%-34s %8.1f %8.1f %+9.1f %+8.1f %7.2fx\n",
			       benches[i].subject->label, ns[0], ns[runs / 2], ns[0] - floor_min,
			       benches[i].above_floor, 1 + benches[i].above_floor / floor_median);
	}
}

/* Returns why a subject cannot be measured here, or NULL. */
static const char *left_out(const struct subject *subject, const char *other)
{
	static int has_cast = -1;

	if (has_cast < 0)
		has_cast = kernel_has_ctx_cast();
	if (subject->constants & KERNEL_CTX && !has_cast)
		return "no bpf_cast_to_kern_ctx in this kernel";
	return subject->object || other ? NULL : "package xdp-tools not found";
}

static bool load_table(const struct subject *subjects, int n, const char *directory,
		       const char *other)
{
	const char *why;

	for (int i = 0; i < n; i++) {
		benches[i] = (struct bench){ .subject = &subjects[i] };
		why = left_out(&subjects[i], other);
		if (why)
			printf("left out: %s: %s\n", subjects[i].label, why);
		else if (!load(&benches[i], directory, other))
			return false;
	}
	return true;
}

static bool run_table(const char *title, const struct subject *subjects, int n,
		      const char *directory, const char *other)
{
	if (!load_table(subjects, n, directory, other))
		return false;
	for (int run = 0; run < runs; run++)
		for (int i = 0; i < n; i++)
			if (benches[i].fd > 0 && !measure(&benches[i], run))
				return false;
	print_table(title, n);
	for (int i = 0; i < n; i++)
		bpf_object__close(benches[i].loaded);
	return true;
}

int main(int argc, char **argv)
{
	const char *other = argc > 2 && argv[2][0] ? argv[2] : NULL;

	if (argc < 2) {
		fprintf(stderr, "usage: bench_packets DIRECTORY [XDP-FILTER-OBJECT]\n");
		return 2;
	}
	if (!bench_begin())
		return 2;
	printf("%d interleaved runs of %u packets on CPU %d; a TCP packet in a frame of 64 bytes "
	       "unless named otherwise\n",
	       runs, repeat, cpu);
	return !run_table("XDP", xdp_subjects, COUNT(xdp_subjects), argv[1], other) ||
	       !run_table("tc", tc_subjects, COUNT(tc_subjects), argv[1], other);
}
