// SPDX-License-Identifier: GPL-2.0
/*
 * bench_packets.c - what a packet costs: nanoseconds per run by BPF_PROG_TEST_RUN, ours, its
 * parts, and peers. It prints and never fails on slowness.
 *
 * Usage: bench_packets DIRECTORY [XDP-FILTER-OBJECT]
 * DIRECTORY has the objects cost_xdp.bpf.o, cost_tc.bpf.o and cost_peers.bpf.o. WEIR_RUNS (11)
 * runs of WEIR_REPEAT (1000000) packets each; the programs take turns, so that noise of the
 * machine meets them all. Time is that of the thread, so what else runs on the CPU is left out.
 */
#include <stdlib.h>
#include <time.h>
#include "mutate.h"
#include "programs.h"

#define RUNS_MAX 101

/* Constants of config.bpf.h that a row sets; all others are 0. */
enum { KERNEL_CTX = 1, LOOPBACK = 2, GENERATION = 4 };

struct bench {
	const char *label, *object, *program; /* object NULL: the one named on the command line */
	int constants;
	const struct layer *layers;
	/* from here on: found out */
	struct bpf_object *loaded;
	int fd;
	double ns[RUNS_MAX];
};

static const struct layer plain[] = { ETH(), IP4(), TCP(), BODY(10), { 0 } };
static const struct layer tagged[] = { ETH(), VLAN(), IP4(), TCP(), BODY(6), { 0 } };
static const struct layer options[] = { ETH(), IP4(.options = 4), TCP(), BODY(6), { 0 } };
static const struct layer ipv6[] = { ETH(), IP6(), TCP(), { 0 } };
static const struct layer hop[] = { ETH(), IP6(), EXT(HOP), TCP(), { 0 } };

/* The first row of a table is its floor. */
static struct bench xdp_rows[] = {
	{ "empty program", "cost_xdp", "cost_empty", 0, plain },
	{ "ours", "cost_xdp", "weir_xdp", KERNEL_CTX, plain },
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

static struct bench tc_rows[] = {
	{ "empty program", "cost_tc", "cost_empty", 0, plain },
	{ "ours", "cost_tc", "weir_tc", 0, plain },
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

#define ROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

static struct packet packet;
static uint32_t repeat;
static int runs;

static bool fail_row(const struct bench *b, const char *what)
{
	fprintf(stderr, "bench: %s: cannot %s: %s\n", b->label, what, strerror(errno));
	return false;
}

/* --- loading ---------------------------------------------------------------------------------- */

/* Sets a constant of config.bpf.h in the image of the read-only data, found by its BTF. */
static void set_constant(struct bpf_object *object, const char *name, uint32_t value)
{
	const struct btf *btf = bpf_object__btf(object);
	int id = btf ? btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC) : -1;
	const struct btf_type *section = id > 0 ? btf__type_by_id(btf, id) : NULL;
	const struct btf_var_secinfo *var = section ? btf_var_secinfos(section) : NULL;
	struct bpf_map *map;
	size_t size;

	for (int i = 0; section && i < btf_vlen(section); i++) {
		if (strcmp(btf__name_by_offset(btf, btf__type_by_id(btf, var[i].type)->name_off),
			   name))
			continue;
		bpf_object__for_each_map(map, object)
			if (strstr(bpf_map__name(map), ".rodata"))
				memcpy((char *)bpf_map__initial_value(map, &size) + var[i].offset,
				       &value, sizeof(value));
	}
}

static void configure(struct bench *b)
{
	struct bpf_program *program;
	struct bpf_map *map;

	set_constant(b->loaded, "cfg_slot", TEST_SLOT);
	set_constant(b->loaded, "cfg_kernel_ctx", b->constants & KERNEL_CTX);
	set_constant(b->loaded, "cfg_loopback", !!(b->constants & LOOPBACK));
	set_constant(b->loaded, "cfg_generation", !!(b->constants & GENERATION));
	bpf_object__for_each_program(program, b->loaded)
		bpf_program__set_autoload(program,
					  !b->program ||
						  !strcmp(bpf_program__name(program), b->program));
	bpf_object__for_each_map(map, b->loaded)
		bpf_map__set_pin_path(map, NULL);
}

static bool load(struct bench *b, const char *directory, const char *other)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s.bpf.o", directory, b->object ? b->object : "");
	b->loaded = bpf_object__open_file(b->object ? path : other, NULL);
	if (!b->loaded)
		return fail_row(b, "open its object");
	configure(b);
	if (bpf_object__load(b->loaded))
		return fail_row(b, "load it");
	b->fd = bpf_program__fd(b->program
					? bpf_object__find_program_by_name(b->loaded, b->program)
					: bpf_object__next_program(b->loaded, NULL));
	return b->fd > 0 || fail_row(b, "find its program");
}

/* --- measuring -------------------------------------------------------------------------------- */

static double thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static bool measure(struct bench *b, int run)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet.data, .repeat = repeat);
	double start;

	packet_build(&packet, b->layers);
	opts.data_size_in = packet.len;
	start = thread_ns();
	if (bpf_prog_test_run_opts(b->fd, &opts))
		return fail_row(b, "run it");
	b->ns[run] = (thread_ns() - start) / repeat;
	return true;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_table(const char *title, struct bench *rows, int n)
{
	double floor_min, floor_median;

	for (int i = 0; i < n; i++)
		qsort(rows[i].ns, runs, sizeof(rows[i].ns[0]), compare);
	floor_min = rows[0].ns[0];
	floor_median = rows[0].ns[runs / 2];
	printf("\n%-34s %8s %8s %12s %8s\n", title, "min ns", "median", "above floor", "ratio");
	for (int i = 0; i < n; i++)
		if (rows[i].fd > 0)
			printf("%-34s %8.1f %8.1f %+7.1f %+5.1f %7.2fx\n", rows[i].label,
			       rows[i].ns[0], rows[i].ns[runs / 2], rows[i].ns[0] - floor_min,
			       rows[i].ns[runs / 2] - floor_median, rows[i].ns[0] / floor_min);
}

static bool run_table(const char *title, struct bench *rows, int n, const char *directory,
		      const char *other)
{
	bool has_cast = kernel_has_ctx_cast();

	for (int i = 0; i < n; i++) {
		if ((!rows[i].object && !other) || (rows[i].constants & KERNEL_CTX && !has_cast)) {
			printf("left out: %s: %s\n", rows[i].label,
			       rows[i].object ? "no bpf_cast_to_kern_ctx in this kernel"
					      : "package xdp-tools not found");
			continue;
		}
		if (!load(&rows[i], directory, other))
			return false;
	}
	for (int run = 0; run < runs; run++)
		for (int i = 0; i < n; i++)
			if (rows[i].fd > 0 && !measure(&rows[i], run))
				return false;
	print_table(title, rows, n);
	for (int i = 0; i < n; i++)
		bpf_object__close(rows[i].loaded);
	return true;
}

int main(int argc, char **argv)
{
	const char *other = argc > 2 && argv[2][0] ? argv[2] : NULL;
	int cpu;

	if (argc < 2) {
		fprintf(stderr, "usage: bench_packets DIRECTORY [XDP-FILTER-OBJECT]\n");
		return 2;
	}
	runs = number_from_env("WEIR_RUNS", 11);
	repeat = number_from_env("WEIR_REPEAT", 1000000);
	if (runs < 1 || runs > RUNS_MAX || !repeat) {
		fprintf(stderr, "bench: WEIR_RUNS is 1 to %d, WEIR_REPEAT at least 1\n", RUNS_MAX);
		return 2;
	}
	cpu = pin_to_cpu(number_from_env("WEIR_CPU", libbpf_num_possible_cpus() - 1));
	printf("%d interleaved runs of %u packets on CPU %d; a TCP packet in a frame of 64 bytes "
	       "unless named otherwise\n", runs, repeat, cpu);
	return !run_table("XDP", xdp_rows, ROWS(xdp_rows), argv[1], other) ||
	       !run_table("tc", tc_rows, ROWS(tc_rows), argv[1], other);
}
