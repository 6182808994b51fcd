// SPDX-License-Identifier: GPL-2.0
/* rig_programs.c - attaches foreign programs to hooks, and lists attached programs. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "datapath/base/cleanup.h"
#include "datapath/kernel/tcx.h"
#include "netns-tests/rig.h"

#define INSN(c, d, s, o, i)                                                         \
	(struct bpf_insn)                                                           \
	{                                                                           \
		.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) \
	}

static void make_parent(const char *path)
{
	char parent[4096];
	char *slash;

	snprintf(parent, sizeof(parent), "%s", path);
	slash = strrchr(parent, '/');
	if (slash)
		*slash = '\0';
	if (mkdir(parent, 0700) < 0 && errno != EEXIST)
		die("make '%s'", parent);
}

/* Counts its runs in element 0 of the map, then returns `verdict`. */
static int load_counting(enum bpf_prog_type type, const char *name, int map, int verdict)
{
	struct bpf_insn insns[] = {
		INSN(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		INSN(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_FD, 0, map),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, 1),
		INSN(BPF_STX | BPF_ATOMIC | BPF_DW, 0, 1, 0, BPF_ADD),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, verdict),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return bpf_prog_load(type, name, "GPL", insns, ARRAY_SIZE(insns), NULL);
}

/* drops-icmp PATH NAME: pins a tc program that drops ICMP over IPv4 on Ethernet */
int cmd_drops_icmp(int argc, char **argv)
{
	struct bpf_insn insns[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0),
		INSN(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, ETH_HLEN + 9), /* RFC 791: protocol */
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2, 1),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, TC_ACT_UNSPEC),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, TC_ACT_SHOT),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	_cleanup_close_ int prog = -1;

	if (argc != 3)
		return 2;
	make_parent(argv[1]);
	prog = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, argv[2], "GPL", insns, ARRAY_SIZE(insns),
			     NULL);
	if (prog < 0 || bpf_obj_pin(prog, argv[1]) < 0)
		die("program '%s'", argv[1]);
	return 0;
}

/* program xdp|tc PATH NAME [VERDICT]: pins a program at PATH, and its map at PATH_map */
int cmd_program(int argc, char **argv)
{
	bool xdp = argc > 1 && strcmp(argv[1], "xdp") == 0;
	_cleanup_close_ int map = -1, prog = -1;
	char path[4096];
	int verdict = xdp ? XDP_PASS : TC_ACT_UNSPEC;

	if (argc < 4)
		return 2;
	if (argc > 4)
		verdict = (int)number(argv[4]);
	make_parent(argv[2]);
	map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "foreign", 4, 8, 1, NULL);
	if (map < 0)
		die("map");
	prog = load_counting(xdp ? BPF_PROG_TYPE_XDP : BPF_PROG_TYPE_SCHED_CLS, argv[3], map,
			     verdict);
	snprintf(path, sizeof(path), "%s_map", argv[2]);
	if (prog < 0 || bpf_obj_pin(prog, argv[2]) < 0 || bpf_obj_pin(map, path) < 0)
		die("program '%s'", argv[2]);
	return 0;
}

/* count PATH: prints how often the program pinned there has run */
int cmd_count(int argc, char **argv)
{
	_cleanup_close_ int map = -1;
	unsigned long long count;
	char path[4096];
	__u32 zero = 0;

	if (argc != 2)
		return 2;
	snprintf(path, sizeof(path), "%s_map", argv[1]);
	map = bpf_obj_get(path);
	if (map < 0 || bpf_map_lookup_elem(map, &zero, &count) < 0)
		die("map '%s'", path);
	printf("%llu\n", count);
	return 0;
}

/* tcx IFACE ingress|egress PATH: attaches the pinned program; pins the link at PATH_link */
int cmd_tcx(int argc, char **argv)
{
	_cleanup_close_ int prog = -1, link = -1;
	char path[4096];

	if (argc != 4)
		return 2;
	prog = bpf_obj_get(argv[3]);
	if (prog < 0)
		die("program '%s'", argv[3]);
	link = bpf_link_create(prog, interface(argv[1]),
			       strcmp(argv[2], "ingress") == 0 ? WEIR_BPF_TCX_INGRESS
							       : WEIR_BPF_TCX_EGRESS,
			       NULL);
	snprintf(path, sizeof(path), "%s_link", argv[3]);
	if (link < 0 || bpf_obj_pin(link, path) < 0)
		die("link at '%s'", argv[1]);
	return 0;
}

/* xdp-link IFACE PATH: attaches the pinned program by a link; pins it at PATH_link */
int cmd_xdp_link(int argc, char **argv)
{
	_cleanup_close_ int prog = -1, link = -1;
	char path[4096];

	if (argc != 3)
		return 2;
	prog = bpf_obj_get(argv[2]);
	if (prog < 0)
		die("program '%s'", argv[2]);
	link = bpf_link_create(prog, interface(argv[1]), BPF_XDP, NULL);
	snprintf(path, sizeof(path), "%s_link", argv[2]);
	if (link < 0 || bpf_obj_pin(link, path) < 0)
		die("link at '%s'", argv[1]);
	return 0;
}

/* update-link PATH LINK: makes the pinned link run the pinned program */
int cmd_update_link(int argc, char **argv)
{
	_cleanup_close_ int prog = -1, link = -1;

	if (argc != 3)
		return 2;
	prog = bpf_obj_get(argv[1]);
	link = bpf_obj_get(argv[2]);
	if (prog < 0 || link < 0 || bpf_link_update(link, prog, NULL) < 0)
		die("update '%s'", argv[2]);
	return 0;
}

/* --- listing --- */

static void print_tcx(int ifindex, const char *name, enum bpf_attach_type type)
{
	__u32 ids[64], count = ARRAY_SIZE(ids);

	if (bpf_prog_query(ifindex, type, 0, NULL, ids, &count) < 0)
		return; /* no TCX */
	for (__u32 i = 0; i < count; i++)
		printf("%s %u\n", name, ids[i]);
}

/* hooks IFACE: prints the ids of programs at XDP and TCX, one per line, in order */
int cmd_hooks(int argc, char **argv)
{
	__u32 id = 0;
	int ifindex;

	if (argc != 2)
		return 2;
	ifindex = interface(argv[1]);
	if (bpf_xdp_query_id(ifindex, 0, &id) == 0 && id)
		printf("xdp %u\n", id);
	print_tcx(ifindex, "tcx-ingress", WEIR_BPF_TCX_INGRESS);
	print_tcx(ifindex, "tcx-egress", WEIR_BPF_TCX_EGRESS);
	return 0;
}

/* map-id PATH: prints the id of the pinned map */
int cmd_map_id(int argc, char **argv)
{
	_cleanup_close_ int map = -1;
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	if (argc != 2)
		return 2;
	map = bpf_obj_get(argv[1]);
	if (map < 0 || bpf_obj_get_info_by_fd(map, &info, &len) < 0)
		die("map '%s'", argv[1]);
	printf("%u\n", info.id);
	return 0;
}

static bool uses(int prog, __u32 map)
{
	__u32 maps[64], len = sizeof(struct bpf_prog_info);
	struct bpf_prog_info info = {
		.map_ids = (__u64)(unsigned long)maps,
		.nr_map_ids = ARRAY_SIZE(maps),
	};

	if (bpf_obj_get_info_by_fd(prog, &info, &len) < 0)
		return false;
	for (__u32 i = 0; i < info.nr_map_ids && i < ARRAY_SIZE(maps); i++) {
		if (maps[i] == map)
			return true;
	}
	return false;
}

/*
 * programs MAP_ID [WAIT_MS]: prints the ids of the programs that use the map. The kernel frees a
 * program some time after its last user has gone, so wait up to WAIT_MS for an empty list.
 */
int cmd_programs(int argc, char **argv)
{
	__u32 map, found[64];
	size_t count;
	long wait;

	if (argc != 2 && argc != 3)
		return 2;
	map = (__u32)number(argv[1]);
	for (wait = argc > 2 ? (long)number(argv[2]) : 0;; wait -= 10) {
		__u32 id = 0;

		for (count = 0; bpf_prog_get_next_id(id, &id) == 0;) {
			_cleanup_close_ int prog = bpf_prog_get_fd_by_id(id);

			if (prog >= 0 && uses(prog, map) && count < ARRAY_SIZE(found))
				found[count++] = id;
		}
		if (!count || wait <= 0)
			break;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	for (size_t i = 0; i < count; i++)
		printf("%u\n", found[i]);
	return 0;
}
