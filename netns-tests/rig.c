// SPDX-License-Identifier: GPL-2.0
/*
 * rig.c - what the rig tests need and no packaged tool has: frames in exact numbers, foreign
 * programs, and maps of a wrong kind. One process per job, because starting one is dear in a VM.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/pkt_cls.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "bpf/abi.h"
#include "datapath/cleanup.h"
#include "datapath/tcx.h"

#define FRAME_MAX 9000

static void __attribute__((format(printf, 1, 2), noreturn)) die(const char *fmt, ...)
{
	int error = errno;
	va_list args;

	fputs("rig: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(error));
	exit(1);
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (!*text || *end) {
		errno = EINVAL;
		die("'%s' is no number", text);
	}
	return value;
}

static int interface(const char *name)
{
	unsigned int ifindex = if_nametoindex(name);

	if (!ifindex)
		die("interface '%s'", name);
	return (int)ifindex;
}

/* --- frames --- */

/*
 * The destination address is nobody's, so that the receiver's stack answers nothing; its hooks
 * and statistics see the frame all the same.
 */
static const unsigned char macs[] = { 2, 0, 0, 0, 0, 0xee, 2, 0, 0, 0, 0, 0xdd };

static size_t put_16(unsigned char *at, unsigned int value)
{
	at[0] = (unsigned char)(value >> 8);
	at[1] = (unsigned char)value;
	return 2;
}

/* A header of `protocol` above IP: what the classes look at. */
static void put_l4(unsigned char *at, int protocol, size_t len)
{
	put_16(at, 4000);
	put_16(at + 2, 5000);
	if (protocol == IPPROTO_UDP)
		put_16(at + 4, (unsigned int)len);
	if (protocol == IPPROTO_TCP)
		at[12] = 5 << 4;
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6)
		at[0] = protocol == IPPROTO_ICMP ? 8 : 128;
}

static unsigned int ip_checksum(const unsigned char *header)
{
	unsigned int sum = 0;

	for (int i = 0; i < 20; i += 2)
		sum += (unsigned int)header[i] << 8 | header[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static void put_ip4(unsigned char *at, int protocol, size_t len)
{
	at[0] = 0x45;
	put_16(at + 2, (unsigned int)len);
	at[8] = 64;
	at[9] = (unsigned char)protocol;
	memcpy(at + 12, "\xc6\x12\x00\x01\xc6\x12\x00\x02", 8); /* RFC 2544: 198.18.0.0/15 */
	put_16(at + 10, ip_checksum(at));
	put_l4(at + 20, protocol, len - 20);
}

static void put_ip6(unsigned char *at, int protocol, size_t len)
{
	at[0] = 0x60;
	put_16(at + 4, (unsigned int)len - 40);
	at[6] = (unsigned char)protocol;
	at[7] = 64;
	memcpy(at + 8, "\x20\x01\x0d\xb8", 4); /* RFC 3849 */
	at[23] = 1;
	memcpy(at + 24, "\x20\x01\x0d\xb8", 4);
	at[39] = 2;
	put_l4(at + 40, protocol, len - 40);
}

static const struct kind {
	const char *name;
	unsigned int tags[2];
	unsigned int ethertype;
	int protocol;
} kinds[] = {
	{ "udp", {}, ETH_P_IP, IPPROTO_UDP },
	{ "tcp", {}, ETH_P_IP, IPPROTO_TCP },
	{ "icmp", {}, ETH_P_IP, IPPROTO_ICMP },
	{ "sctp", {}, ETH_P_IP, IPPROTO_SCTP },
	{ "gre", {}, ETH_P_IP, IPPROTO_GRE },
	{ "udp6", {}, ETH_P_IPV6, IPPROTO_UDP },
	{ "tcp6", {}, ETH_P_IPV6, IPPROTO_TCP },
	{ "icmp6", {}, ETH_P_IPV6, IPPROTO_ICMPV6 },
	{ "arp", {}, ETH_P_ARP, 0 },
	{ "lldp", {}, ETH_P_LLDP, 0 },
	{ "vlan", { ETH_P_8021Q }, ETH_P_IP, IPPROTO_UDP },
	{ "qinq", { ETH_P_8021AD, ETH_P_8021Q }, ETH_P_IP, IPPROTO_UDP },
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	}
	errno = EINVAL;
	die("no kind of frame '%s'", name);
}

/* Fills `len` bytes at frame; at most FRAME_MAX. */
static void build(unsigned char *frame, const struct kind *kind, size_t len)
{
	size_t at = sizeof(macs);

	memset(frame, 0, FRAME_MAX);
	memcpy(frame, macs, sizeof(macs));
	for (int i = 0; i < 2 && kind->tags[i]; i++) {
		at += put_16(frame + at, kind->tags[i]);
		at += put_16(frame + at, 100U + (unsigned int)i);
	}
	at += put_16(frame + at, kind->ethertype);
	if (len < at + 60 && kind->protocol) {
		errno = EMSGSIZE;
		die("%zu bytes are too few", len);
	}
	if (kind->ethertype == ETH_P_IP)
		put_ip4(frame + at, kind->protocol, len - at);
	if (kind->ethertype == ETH_P_IPV6)
		put_ip6(frame + at, kind->protocol, len - at);
	if (kind->ethertype == ETH_P_ARP)
		memcpy(frame + at, "\x00\x01\x08\x00\x06\x04\x00\x01", 8);
}

static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
	(void)signal;
	stopped = 1;
}

static void pin_to_cpu(unsigned long cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		die("cpu %lu", cpu);
}

/* A veth takes 256 frames until its receiver runs: give it time after each few. */
static void pause_after(unsigned long sent, unsigned long burst, long us)
{
	if (us && sent % burst == 0)
		nanosleep(&(struct timespec){ .tv_nsec = us * 1000 }, NULL);
}

struct pace {
	unsigned long burst;
	long us;
};

static struct pace pace_options(int argc, char **argv)
{
	struct pace pace = { 32, 500 };
	int c;

	while ((c = getopt(argc, argv, "b:c:u:")) != -1) {
		if (c == 'b')
			pace.burst = number(optarg);
		else if (c == 'c')
			pin_to_cpu(number(optarg));
		else if (c == 'u')
			pace.us = (long)number(optarg);
		else
			exit(2);
	}
	return pace;
}

/* send [-b BURST] [-u MICROSECONDS] [-c CPU] IFACE COUNT KIND SIZE; COUNT 0: until a signal */
static int cmd_send(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct pace pace = pace_options(argc, argv);
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	_cleanup_close_ int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	unsigned char frame[FRAME_MAX];
	unsigned long count, sent = 0;
	size_t len;

	if (argc - optind != 4)
		return 2;
	if (fd < 0)
		die("socket");
	to.sll_ifindex = interface(argv[optind]);
	count = number(argv[optind + 1]);
	len = number(argv[optind + 3]);
	build(frame, find_kind(argv[optind + 2]), len);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	while (!stopped && (!count || sent < count)) {
		if (sendto(fd, frame, len, 0, (struct sockaddr *)&to, sizeof(to)) < 0) {
			if (errno == EINTR)
				continue;
			/* dropped at or behind egress; it came that far all the same */
			if (errno != ENOBUFS)
				die("send to '%s'", argv[optind]);
		}
		sent++;
		pause_after(sent, pace.burst, pace.us);
	}
	printf("%lu\n", sent);
	return 0;
}

/* tun NAME COUNT KIND SIZE: IP packets of SIZE bytes come in at a tun device */
static int cmd_tun(int argc, char **argv)
{
	_cleanup_close_ int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	unsigned char frame[FRAME_MAX];
	size_t len;

	if (argc != 5)
		return 2;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", argv[1]);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr) < 0)
		die("tun '%s'", argv[1]);
	len = number(argv[4]);
	build(frame, find_kind(argv[3]), len + ETH_HLEN);
	for (unsigned long i = number(argv[2]); i; i--) {
		if (write(fd, frame + ETH_HLEN, len) != (ssize_t)len)
			die("write to '%s'", argv[1]);
	}
	return 0;
}

/* --- foreign programs --- */

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

/* program xdp|tc PATH NAME [VERDICT]: pins a program at PATH, and its map at PATH_map */
static int cmd_program(int argc, char **argv)
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

/* count PATH: how often the program that is pinned there ran */
static int cmd_count(int argc, char **argv)
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

/* tcx IFACE ingress|egress PATH: attaches the pinned program, link pinned at PATH_link */
static int cmd_tcx(int argc, char **argv)
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

/* xdp-link IFACE PATH: attaches the pinned program by a link, pinned at PATH_link */
static int cmd_xdp_link(int argc, char **argv)
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

/* update-link PATH LINK: the pinned link runs the pinned program from now on */
static int cmd_update_link(int argc, char **argv)
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

/* --- looking --- */

static void print_tcx(int ifindex, const char *name, enum bpf_attach_type type)
{
	__u32 ids[64], count = ARRAY_SIZE(ids);

	if (bpf_prog_query(ifindex, type, 0, NULL, ids, &count) < 0)
		return; /* no TCX */
	for (__u32 i = 0; i < count; i++)
		printf("%s %u\n", name, ids[i]);
}

/* hooks IFACE: program ids at XDP and TCX, a line each, in order */
static int cmd_hooks(int argc, char **argv)
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

/* map-id PATH */
static int cmd_map_id(int argc, char **argv)
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
 * programs MAP_ID [WAIT_MS]: ids of the programs that use the map. The kernel frees a program
 * some time after its last user went: wait so long for an empty answer.
 */
static int cmd_programs(int argc, char **argv)
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

/* --- damage --- */

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

/* fill ROOT FREE: takes all slots but FREE of them, for an interface that never was */
static int cmd_fill(int argc, char **argv)
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

/* layout ROOT NUMBER: says that the pinned maps have that layout */
static int cmd_layout(int argc, char **argv)
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

/* misfit PATH: pins a map there that has no shape of ours */
static int cmd_misfit(int argc, char **argv)
{
	_cleanup_close_ int map = -1;

	if (argc != 2)
		return 2;
	map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "misfit", 4, 12, 3, NULL);
	if (map < 0 || bpf_obj_pin(map, argv[1]) < 0)
		die("pin '%s'", argv[1]);
	return 0;
}

/* up IFACE: waits until it passes packets */
static int cmd_up(int argc, char **argv)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = {};

	if (argc != 2)
		return 2;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", argv[1]);
	for (int i = 0; i < 500; i++) {
		if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &ifr) < 0)
			die("interface '%s'", argv[1]);
		if (ifr.ifr_flags & IFF_RUNNING)
			return 0;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	errno = ETIMEDOUT;
	die("interface '%s'", argv[1]);
}

static void enter(const char *netns)
{
	char path[4096];
	_cleanup_close_ int fd = -1;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		die("network namespace '%s'", netns);
}

/* rig [-n NETNS] JOB ARGUMENT... */
int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} jobs[] = {
		{ "send", cmd_send },
		{ "tun", cmd_tun },
		{ "program", cmd_program },
		{ "count", cmd_count },
		{ "tcx", cmd_tcx },
		{ "xdp-link", cmd_xdp_link },
		{ "update-link", cmd_update_link },
		{ "hooks", cmd_hooks },
		{ "map-id", cmd_map_id },
		{ "programs", cmd_programs },
		{ "fill", cmd_fill },
		{ "layout", cmd_layout },
		{ "up", cmd_up },
		{ "misfit", cmd_misfit },
	};

	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	if (argc > 3 && strcmp(argv[1], "-n") == 0) {
		enter(argv[2]);
		argc -= 2;
		argv += 2;
	}
	for (size_t i = 0; i < ARRAY_SIZE(jobs) && argc > 1; i++) {
		if (strcmp(jobs[i].name, argv[1]) == 0) {
			int ret = jobs[i].run(argc - 1, argv + 1);

			if (ret == 2)
				fprintf(stderr, "rig: wrong arguments of '%s'\n", argv[1]);
			return ret;
		}
	}
	fputs("rig: no such job\n", stderr);
	return 2;
}
