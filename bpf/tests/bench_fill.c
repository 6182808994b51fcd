// SPDX-License-Identifier: GPL-2.0
/*
 * bench_fill.c - fills the pinned flow table, to time reading it.
 *
 *     bench_fill MAPS-DIRECTORY FLOWS
 *
 * Adds both directions of FLOWS / 2 TCP conversations to the attachment in the lowest slot, with
 * different addresses, counts and times.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/abi/abi.h"

#define BATCH 16384

static struct weir_flow_key keys[BATCH];
static struct weir_flow flows[BATCH];

static int open_map(const char *directory, const char *name)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = bpf_obj_get(path);
	if (fd < 0)
		fprintf(stderr, "bench_fill: cannot open '%s': %s\n", path, strerror(errno));
	return fd;
}

/* Instance of the attachment in the lowest slot in use; 0: there is no attachment. */
static uint32_t find_instance(int slots)
{
	struct weir_slot record;

	for (uint32_t i = 0; i < WEIR_SLOTS; i++)
		if (bpf_map_lookup_elem(slots, &i, &record) == 0 &&
		    record.state == WEIR_SLOT_ATTACHED)
			return record.instance;
	return 0;
}

static void make_flow(uint32_t number, uint32_t instance, struct weir_flow_key *key,
		      struct weir_flow *flow)
{
	uint32_t conversation = number / 2;
	struct weir_flow_key forth = {
		.src = { 0, 0, htonl(0xffff), htonl(0x0a000000 + conversation) },
		.dst = { 0, 0, htonl(0xffff), htonl(0xc6336401) },
		.src_port = htons(1024 + conversation % 60000),
		.dst_port = htons(443),
		.owner = instance << 8 | IPPROTO_TCP,
	};

	*key = forth;
	if (number % 2) {
		memcpy(key->src, forth.dst, sizeof(key->src));
		memcpy(key->dst, forth.src, sizeof(key->dst));
		key->src_port = forth.dst_port;
		key->dst_port = forth.src_port;
	}
	*flow = (struct weir_flow){
		.packets = 1 + number % 977,
		.bytes = 64 + (uint64_t)number * 2654435761U % 1000003,
		.first = 1000 + number,
		.last = 2000 + 2ULL * number,
		.tcp_flags = 0x1b,
	};
}

int main(int argc, char **argv)
{
	uint32_t instance, wanted, done = 0;
	int slots, table;

	if (argc != 3 || (wanted = (uint32_t)strtoul(argv[2], NULL, 10)) == 0) {
		fprintf(stderr, "usage: bench_fill MAPS-DIRECTORY FLOWS\n");
		return 2;
	}
	slots = open_map(argv[1], "slots");
	table = open_map(argv[1], "flows");
	if (slots < 0 || table < 0)
		return 1;
	instance = find_instance(slots);
	if (!instance) {
		fprintf(stderr, "bench_fill: nothing is attached\n");
		return 1;
	}
	while (done < wanted) {
		uint32_t count = wanted - done < BATCH ? wanted - done : BATCH;

		for (uint32_t i = 0; i < count; i++)
			make_flow(done + i, instance, &keys[i], &flows[i]);
		if (bpf_map_update_batch(table, keys, flows, &count, NULL) < 0) {
			fprintf(stderr, "bench_fill: cannot fill: %s\n", strerror(errno));
			return 1;
		}
		done += count;
	}
	return 0;
}
