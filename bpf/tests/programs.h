/* SPDX-License-Identifier: GPL-2.0 */
/*
 * programs.h - loads the XDP and tc programs as an attachment would, with their own maps, and runs
 * them on packets by BPF_PROG_TEST_RUN. Pins and attaches nothing.
 *
 * BPF_PROG_TEST_RUN (net/bpf/test_run.c) refuses these, which test_device.c covers:
 *   - frames shorter than ETH_HLEN, for both hooks; at tc 14 bytes on some kernels;
 *   - at tc, frames with an EtherType of IP and less than an IP header (since April 2026,
 *     also in stable kernels);
 *   - at tc, frames larger than a page, and fragments (but see run_tc_fragmented).
 */
#ifndef WEIR_TESTS_PROGRAMS_H
#define WEIR_TESTS_PROGRAMS_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/abi/abi.h"
#include "bpf/hooks/tc.skel.h"
#include "bpf/hooks/xdp.skel.h"

#define CPUS_MAX 1024
#define TEST_SLOT 7

struct program_options {
	uint32_t slot;
	bool raw_ip, loopback, kernel_ctx, runs_last, flows;
	uint64_t generation;
	int counters_fd; /* another program's map to share; 0: a map of its own */
	uint32_t instance;
	uint32_t flow_entries;          /* size of the table of flows; 0: as built */
	const struct program *flows_of; /* another program whose flow maps are shared */
};

struct program {
	struct xdp_bpf *xdp; /* one of the two is NULL */
	struct tc_bpf *tc;
	uint32_t slot;
	int fd, counters_fd, settings_fd;
	int pass; /* return value that passes the packet */
};

/* The GSO properties of a packet for the tc program. */
struct segments {
	uint32_t segs, size;
};

static inline int program_map(const struct program *p, const char *name)
{
	struct bpf_object *object = p->xdp ? p->xdp->obj : p->tc->obj;

	return bpf_object__find_map_fd_by_name(object, name);
}

/* Sets size and sharing of the flow maps. Call it before loading. */
static inline int program_set_flow_maps(struct bpf_object *object, const struct program_options *o)
{
	static const char *const names[] = { "flows", "flow_cache", "flow_stats", "fragments" };
	struct bpf_map *map;
	int err = 0;

	for (int i = 0; i < 4 && !err; i++) {
		map = bpf_object__find_map_by_name(object, names[i]);
		if (o->flows_of)
			err = bpf_map__reuse_fd(map, program_map(o->flows_of, names[i]));
		else if (i == 0 && o->flow_entries)
			err = bpf_map__set_max_entries(map, o->flow_entries);
	}
	return err;
}

/* The two skeletons have the same read-only data, but of different types. */
#define PROGRAM_CONFIGURE(skel, o)                                              \
	do {                                                                    \
		(skel)->rodata->cfg_slot = (o)->slot;                           \
		(skel)->rodata->cfg_raw_ip = (o)->raw_ip;                       \
		(skel)->rodata->cfg_loopback = (o)->loopback;                   \
		(skel)->rodata->cfg_kernel_ctx = (o)->kernel_ctx;               \
		(skel)->rodata->cfg_generation = (o)->generation;               \
		(skel)->rodata->cfg_runs_last = (o)->runs_last;                 \
		(skel)->rodata->cfg_flows = (o)->flows;                         \
		(skel)->rodata->cfg_instance = (o)->instance;                   \
		if (program_set_flow_maps((skel)->obj, (o)))                    \
			return -errno;                                          \
		if ((o)->counters_fd &&                                         \
		    bpf_map__reuse_fd((skel)->maps.counters, (o)->counters_fd)) \
			return -errno;                                          \
	} while (0)

static inline int program_load_xdp(const struct program_options *o, struct program *p)
{
	*p = (struct program){ .slot = o->slot, .pass = XDP_PASS };
	p->xdp = xdp_bpf__open();
	if (!p->xdp)
		return -errno;
	PROGRAM_CONFIGURE(p->xdp, o);
	bpf_program__set_flags(p->xdp->progs.weir_xdp, BPF_F_XDP_HAS_FRAGS); /* native mode */
	if (xdp_bpf__load(p->xdp))
		return -errno;
	p->fd = bpf_program__fd(p->xdp->progs.weir_xdp);
	p->counters_fd = bpf_map__fd(p->xdp->maps.counters);
	p->settings_fd = bpf_map__fd(p->xdp->maps.settings);
	return 0;
}

static inline int program_load_tc(const struct program_options *o, struct program *p)
{
	*p = (struct program){ .slot = o->slot, .pass = TC_ACT_UNSPEC };
	p->tc = tc_bpf__open();
	if (!p->tc)
		return -errno;
	PROGRAM_CONFIGURE(p->tc, o);
	if (tc_bpf__load(p->tc))
		return -errno;
	p->fd = bpf_program__fd(p->tc->progs.weir_tc);
	p->counters_fd = bpf_map__fd(p->tc->maps.counters);
	p->settings_fd = bpf_map__fd(p->tc->maps.settings);
	return 0;
}

static inline void program_unload(struct program *p)
{
	xdp_bpf__destroy(p->xdp);
	tc_bpf__destroy(p->tc);
	*p = (struct program){ 0 };
}

/* Returns true if this kernel supports cfg_kernel_ctx. */
static inline bool kernel_has_ctx_cast(void)
{
	struct btf *btf = btf__load_vmlinux_btf();
	bool has;

	has = btf && btf__find_by_name_kind(btf, "bpf_cast_to_kern_ctx", BTF_KIND_FUNC) > 0;
	btf__free(btf);
	return has;
}

/*
 * Runs the program once. If `out` is not NULL, it has room for `len` bytes and receives the packet
 * as the program left it. Returns 0 or -errno; ret_value is the return value of the program.
 */
static inline int program_run(const struct program *p, const void *data, uint32_t len,
			      const struct segments *segments, void *out, int *ret_value)
{
	struct __sk_buff skb = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = len, .data_out = out,
		    .data_size_out = out ? len : 0, .repeat = 1);

	if (segments) {
		skb.gso_segs = segments->segs;
		skb.gso_size = segments->size;
		opts.ctx_in = &skb;
		opts.ctx_size_in = sizeof(skb);
	}
	if (bpf_prog_test_run_opts(p->fd, &opts))
		return -errno;
	if (out && opts.data_size_out != len)
		return -EMSGSIZE;
	*ret_value = (int)opts.retval;
	return 0;
}

/* Returns true if BPF_PROG_TEST_RUN of some kernel refuses the packet; see the top of this file. */
static inline bool may_be_refused(const struct program *p, const uint8_t *data, uint32_t len)
{
	if (len < 14)
		return true;
	if (!p->tc)
		return false;
	if (len == 14)
		return true;
	if (data[12] == 0x08 && data[13] == 0x00)
		return len < 14 + 20;
	return data[12] == 0x86 && data[13] == 0xdd && len < 14 + 40;
}

/* Reads the counters of a slot on every possible CPU; `c` has CPUS_MAX elements. */
static inline int counters_read(const struct program *p, uint32_t slot, struct weir_counters *c)
{
	return bpf_map_lookup_elem(p->counters_fd, &slot, c) ? -errno : 0;
}

/* Bucket of `len` by the bounds in the ABI. */
static inline int size_bucket_of(uint32_t len)
{
	static const uint32_t bounds[] = WEIR_SIZE_BOUNDS;
	int i = 0;

	while (i < WEIR_SIZES - 1 && len > bounds[i])
		i++;
	return i;
}

/* Adds one packet to the expected counters. */
static inline void counters_expect(struct weir_counters *c, enum weir_class class, uint32_t len)
{
	c->classes[class].packets++;
	c->classes[class].bytes += len;
	c->sizes[size_bucket_of(len)]++;
}

/* Pins this thread to `cpu`, or to the current CPU if it is negative. Returns the CPU or -errno. */
static inline int pin_to_cpu(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		cpu = sched_getcpu();
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : cpu;
}

/* Prints a packet as a TAP diagnostic. */
static inline void print_packet(const uint8_t *data, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		if (i % 32 == 0)
			printf("%s#  %04x ", i ? "\n" : "", i);
		printf("%02x", data[i]);
	}
	printf("\n");
}

static inline void print_difference(const struct weir_counters *want,
				    const struct weir_counters *got)
{
	for (int i = 0; i < WEIR_CLASSES; i++)
		if (memcmp(&want->classes[i], &got->classes[i], sizeof(want->classes[i])))
			printf("#  class %d: %lld packets and %lld bytes too many\n", i,
			       (long long)(got->classes[i].packets - want->classes[i].packets),
			       (long long)(got->classes[i].bytes - want->classes[i].bytes));
	for (int i = 0; i < WEIR_SIZES; i++)
		if (want->sizes[i] != got->sizes[i])
			printf("#  size bucket %d: %lld too many\n", i,
			       (long long)(got->sizes[i] - want->sizes[i]));
	if (memcmp(&want->wire_extra, &got->wire_extra, sizeof(want->wire_extra)))
		printf("#  wire_extra: %lld packets and %lld bytes too many\n",
		       (long long)(got->wire_extra.packets - want->wire_extra.packets),
		       (long long)(got->wire_extra.bytes - want->wire_extra.bytes));
}

#endif
