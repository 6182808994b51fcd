/* SPDX-License-Identifier: GPL-2.0 */
/* bench.h - shared by the benchmarks: number of runs, loading, timed runs, medians. */
#ifndef WEIR_TESTS_BENCH_H
#define WEIR_TESTS_BENCH_H

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "bpf/tests/mutate.h"
#include "bpf/tests/programs.h"

#define RUNS_MAX 101

static uint32_t repeat; /* packets per run */
static int runs;
static int cpu; /* all runs are on this one */

/* Reads the number of runs from the environment and pins the thread to a CPU. */
static inline bool bench_begin(void)
{
	runs = number_from_env("WEIR_RUNS", 11);
	repeat = number_from_env("WEIR_REPEAT", 1000000);
	if (runs < 1 || runs > RUNS_MAX || !repeat) {
		fprintf(stderr, "bench: WEIR_RUNS is 1 to %d, WEIR_REPEAT at least 1\n", RUNS_MAX);
		return false;
	}
	cpu = pin_to_cpu(number_from_env("WEIR_CPU", libbpf_num_possible_cpus() - 1));
	return true;
}

/* The read-only data of an object, to change before loading. */
static inline char *constants_image(struct bpf_object *object)
{
	struct bpf_map *map;
	size_t size;

	bpf_object__for_each_map(map, object)
	{
		if (strstr(bpf_map__name(map), ".rodata"))
			return (char *)bpf_map__initial_value(map, &size);
	}
	return NULL;
}

/* Sets a constant of bpf/state/config.bpf.h, found by BTF. Peers have no such constants. */
static inline void set_constant(struct bpf_object *object, const char *name, uint32_t value)
{
	const struct btf *btf = bpf_object__btf(object);
	int id = btf ? btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC) : -1;
	const struct btf_type *section = id > 0 ? btf__type_by_id(btf, id) : NULL;
	const struct btf_var_secinfo *var = section ? btf_var_secinfos(section) : NULL;
	char *image = constants_image(object);
	const struct btf_type *type;

	for (int i = 0; section && image && i < btf_vlen(section); i++) {
		type = btf__type_by_id(btf, var[i].type);
		if (!strcmp(btf__name_by_offset(btf, type->name_off), name))
			memcpy(image + var[i].offset, &value, sizeof(value));
	}
}

/* Loads only the named program; NULL: all programs. */
static inline void load_only(struct bpf_object *object, const char *name)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		bpf_program__set_autoload(program,
					  !name || !strcmp(bpf_program__name(program), name));
	}
}

/* CPU time of this thread, which excludes other work on the CPU. */
static inline double thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* Runs a program on that many packets. Returns 0 or -errno; ret_ns is the time per packet. */
static inline int timed_run(int fd, const struct packet *p, uint32_t packets, double *ret_ns)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = p->data, .data_size_in = p->len,
		    .repeat = (int)packets);
	double start = thread_ns();

	if (bpf_prog_test_run_opts(fd, &opts))
		return -errno;
	*ret_ns = (thread_ns() - start) / packets;
	return 0;
}

static inline int compare_ns(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline void sort_ns(double *ns, int count)
{
	qsort(ns, (size_t)count, sizeof(ns[0]), compare_ns);
}

/*
 * Median of the differences to the floor, each taken within one round, because noise lasts longer
 * than a round.
 */
static inline double median_above(const double *ns, const double *floor)
{
	double difference[RUNS_MAX];

	for (int run = 0; run < runs; run++)
		difference[run] = ns[run] - floor[run];
	sort_ns(difference, runs);
	return difference[runs / 2];
}

#endif
