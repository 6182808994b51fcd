// SPDX-License-Identifier: GPL-2.0
/* rig_maps.c - damages pinned maps, and reads one that is too large to print. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/abi/abi.h"
#include "datapath/base/cleanup.h"
#include "netns-tests/rig.h"

static int pinned_map(const char *root, const char *name)
{
	char path[4096];
	int map;

	snprintf(path, sizeof(path), "%s/maps/%s", root, name);
	map = bpf_obj_get(path);
	if (map < 0)
		die("map '%s'", path);
	return map;
}

/* fill ROOT FREE: takes all slots except FREE of them, for an interface that does not exist */
int cmd_fill(int argc, char **argv)
{
	struct weir_slot record = {
		.state = WEIR_SLOT_ATTACHED,
		.hook = WEIR_HOOK_TC_INGRESS,
		.method = WEIR_METHOD_TCX,
		.netns_cookie = ~0ULL >> 1,
		.generation = 1,
		.ifname = "never",
	};
	_cleanup_close_ int map = -1;
	unsigned long spare;

	if (argc != 3)
		return 2;
	map = pinned_map(argv[1], "slots");
	spare = number(argv[2]);
	for (__u32 i = WEIR_SLOTS; i-- > 0;) {
		struct weir_slot there;

		if (bpf_map_lookup_elem(map, &i, &there) < 0)
			die("slot %u", i);
		if (there.state != WEIR_SLOT_FREE)
			continue;
		if (spare) {
			spare--;
			continue;
		}
		record.ifindex = i + 1;
		if (bpf_map_update_elem(map, &i, &record, BPF_ANY) < 0)
			die("slot %u", i);
	}
	return 0;
}

/* layout ROOT NUMBER: writes that layout into the pinned maps */
int cmd_layout(int argc, char **argv)
{
	_cleanup_close_ int map = -1;
	struct weir_meta meta;
	__u32 zero = 0;

	if (argc != 3)
		return 2;
	map = pinned_map(argv[1], "meta");
	if (bpf_map_lookup_elem(map, &zero, &meta) < 0)
		die("meta");
	meta.layout = (__u32)number(argv[2]);
	snprintf(meta.created_by, sizeof(meta.created_by), "9.9.9");
	if (bpf_map_update_elem(map, &zero, &meta, BPF_ANY) < 0)
		die("meta");
	return 0;
}

/* misfit PATH: pins a map there with a shape that weir does not use */
int cmd_misfit(int argc, char **argv)
{
	_cleanup_close_ int map = -1;

	if (argc != 2)
		return 2;
	map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "misfit", 4, 12, 3, NULL);
	if (map < 0 || bpf_obj_pin(map, argv[1]) < 0)
		die("pin '%s'", argv[1]);
	return 0;
}

/* tcp-tags ROOT: prints how many places of the TCP table are taken */
int cmd_tcp_tags(int argc, char **argv)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	_cleanup_close_ int map = -1;
	unsigned long taken = 0;

	if (argc != 2)
		return 2;
	map = pinned_map(argv[1], "tcp");
	if (bpf_obj_get_info_by_fd(map, &info, &size) < 0)
		die("tcp");
	for (__u32 i = 0; i < info.max_entries; i++) {
		struct weir_tcp_set set;

		if (bpf_map_lookup_elem(map, &i, &set) < 0)
			die("set %u", i);
		for (int way = 0; way < WEIR_TCP_WAYS; way++)
			taken += set.tags[way] != 0;
	}
	printf("%lu\n", taken);
	return 0;
}
