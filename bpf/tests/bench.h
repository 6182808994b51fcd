/* SPDX-License-Identifier: GPL-2.0 */
/* bench.h - what the benches share: constants of a program, a clock, sorting. */
#ifndef WEIR_TESTS_BENCH_H
#define WEIR_TESTS_BENCH_H

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUNS_MAX 101

/* The image of an object's read-only data, to be changed before it is loaded. */
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

/* Sets a constant of config.bpf.h, found by BTF; peers have none. */
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

/* CPU time of this thread: what else runs on the CPU is left out. */
static inline double thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
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

#endif
