/* SPDX-License-Identifier: GPL-2.0 */
/*
 * flow_packets.h - packets between two fixed hosts, the key of their flow in terms of
 * bpf/abi/abi.h, and programs that count flows, for frames with and without a link header.
 */
#ifndef WEIR_TESTS_FLOW_PACKETS_H
#define WEIR_TESTS_FLOW_PACKETS_H

#include "bpf/tests/flow_read.h"
#include "bpf/tests/layers.h"
#include "datapath/tests/asserts.h"

#define INSTANCE 0x1234

enum { XDP, TC, KINDS };

static const char *const kind_names[KINDS] = { "xdp", "tc" };
static struct program programs[KINDS][2]; /* by kind; [1]: for frames without a link header */
static struct packet packet;
static int kind; /* of the running test */

static inline bool is_raw(const struct layer *layers)
{
	return layers[0].kind != L_ETH;
}

/* Offset of the IP header as written. */
static inline uint32_t ip_offset(const struct layer *layers)
{
	uint32_t off = is_raw(layers) ? 0 : 14;

	for (int i = 0; layers[i].kind == L_ETH || layers[i].kind == L_VLAN; i++)
		off += layers[i].kind == L_VLAN ? 4 : 0;
	return off;
}

static inline bool is_v6(const struct layer *layers)
{
	return packet.data[ip_offset(layers)] >> 4 == 6;
}

/* Builds a packet from 32.33.34... to 64.65.66..., so that all bytes differ. */
static inline void build(const struct layer *layers)
{
	uint8_t *ip;

	packet_build(&packet, layers);
	ip = packet.data + ip_offset(layers);
	for (int i = 0; i < (is_v6(layers) ? 16 : 4); i++) {
		ip[is_v6(layers) ? 8 + i : 12 + i] = 32 + i;
		ip[is_v6(layers) ? 24 + i : 16 + i] = 64 + i;
	}
}

/* The key of the packet that build() made, byte by byte. */
static inline struct weir_flow_key key_of(bool v6, int proto, int src_port, int dst_port)
{
	struct weir_flow_key key = { 0 };
	uint8_t *bytes = (uint8_t *)&key;

	for (int i = 0; i < (v6 ? 16 : 4); i++) {
		bytes[(v6 ? 0 : 12) + i] = 32 + i;
		bytes[(v6 ? 16 : 28) + i] = 64 + i;
	}
	if (!v6)
		memset(bytes + 10, 0xff, 2), memset(bytes + 26, 0xff, 2);
	put16(bytes + 32, src_port);
	put16(bytes + 34, dst_port);
	key.owner = (v6 ? 1U << 31 : 0) + INSTANCE * 256 + proto;
	return key;
}

static inline const struct program *program_for(const struct layer *layers)
{
	return &programs[kind][is_raw(layers)];
}

/* Returns false if BPF_PROG_TEST_RUN refuses the frame. */
static inline bool run(const struct program *p)
{
	int ret = -1, err = program_run(p, packet.data, packet.len, NULL, NULL, &ret);

	if (err == -EINVAL && may_be_refused(p, packet.data, packet.len))
		return false;
	assert_int_equal(err, 0);
	assert_int_equal(ret, p->pass);
	return true;
}

static inline const struct flow_seen *flow_of(const struct flows_seen *seen,
					      struct weir_flow_key key)
{
	return bsearch(&key, seen->items, seen->count, sizeof(*seen->items), flow_seen_compare);
}

static inline void check_flow(const struct flows_seen *seen, struct weir_flow_key key,
			      uint64_t packets, uint64_t bytes)
{
	const struct flow_seen *flow = flow_of(seen, key);

	if (!flow && seen->count)
		assert_memory_equal(&seen->items[0].key, &key, sizeof(key));
	assert_non_null(flow);
	assert_int_equal(flow->flow.packets, packets);
	assert_int_equal(flow->flow.bytes, bytes);
}

static inline void for_each_kind(void (*test)(const void *), const void *arg)
{
	for (kind = 0; kind < KINDS; kind++) {
		flows_clear(&programs[kind][0]);
		test(arg);
	}
}

static inline int load(struct program_options *o, struct program *p)
{
	int err;

	err = kind == TC ? program_load_tc(o, p) : program_load_xdp(o, p);
	if (err)
		print_message("Bail out! cannot load %s: %s\n", kind_names[kind], strerror(-err));
	return err;
}

/* The program for frames without a link header shares the maps of the other. */
static inline int load_programs(void **state)
{
	struct program_options o = { .slot = TEST_SLOT,
				     .flows = true,
				     .instance = INSTANCE,
				     .flow_entries = 4096,
				     .kernel_ctx = kernel_has_ctx_cast() };

	(void)state;
	for (kind = 0; kind < KINDS; kind++) {
		o.raw_ip = false;
		o.flows_of = NULL;
		if (load(&o, &programs[kind][0]))
			return -1;
		o.raw_ip = true;
		o.flows_of = &programs[kind][0];
		if (load(&o, &programs[kind][1]))
			return -1;
	}
	return pin_to_cpu(-1) < 0 ? -1 : 0;
}

static inline int unload_programs(void **state)
{
	(void)state;
	for (kind = 0; kind < KINDS; kind++)
		for (int raw = 1; raw >= 0; raw--)
			program_unload(&programs[kind][raw]);
	return 0;
}

#endif
