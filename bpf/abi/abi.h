/* SPDX-License-Identifier: GPL-2.0 */
/*
 * abi.h - the layout of the pinned maps, shared by the kernel programs and user space.
 *
 * This is the only header that bpf/, datapath/ and ctl/ all include. It includes the parts that
 * belong to one concern: tcp.h and tune.h. Tools of other versions read every structure through
 * bpffs, so changing a size, an offset or a number means raising WEIR_LAYOUT. docs/maps.md
 * describes the maps that hold these structures.
 *
 * All integers are in host byte order unless noted. Times are CLOCK_REALTIME in nanoseconds unless
 * noted.
 */
#ifndef WEIR_BPF_ABI_ABI_H
#define WEIR_BPF_ABI_ABI_H

#ifdef __bpf__
#include <linux/types.h>
#define WEIR_ASSERT(cond, text) _Static_assert(cond, text)
#else
#include <assert.h>
#include <linux/types.h>
#include <stddef.h>
#define WEIR_ASSERT(cond, text) static_assert(cond, text)
#endif

/* Version of everything below. ctl refuses to work on maps of another layout. */
#define WEIR_LAYOUT 5
#define WEIR_MAGIC 0x77656972U /* "weir" */

/* Prefix of the BTF tag in every object; the compiler that built the object follows. */
#define WEIR_COMPILER_TAG "weir:compiler="

/* Maximum number of attachments on one machine. */
#define WEIR_SLOTS 1024

/* Sizes of names, with the NUL: IFNAMSIZ; a file name in /run/netns, cut to 63 bytes. */
#define WEIR_IFNAME_LEN 16
#define WEIR_NETNS_LEN 64

/* Size of weir_slot.target, with the NUL. */
#define WEIR_TARGET_LEN 256

/* Where a program is attached. The numbers are stored in slots. */
enum weir_hook {
	WEIR_HOOK_XDP = 0,
	WEIR_HOOK_TC_INGRESS = 1,
	WEIR_HOOK_TC_EGRESS = 2,
	WEIR_HOOK_CGROUP_INGRESS = 3, /* packets to the sockets of a cgroup */
	WEIR_HOOK_CGROUP_EGRESS = 4,  /* packets from the sockets of a cgroup */
	WEIR_HOOK_SOCKOPS = 5,        /* TCP events of the sockets of a cgroup */
	WEIR_HOOK_SOCKET_FILTER = 6,  /* packets that one socket receives */
	WEIR_HOOKS,
};

/* How a program was attached. */
enum weir_method {
	WEIR_METHOD_NONE = 0,
	WEIR_METHOD_LIBXDP = 1,      /* a component of libxdp's dispatcher */
	WEIR_METHOD_XDP_SINGLE = 2,  /* the only XDP program of the interface, by a pinned link */
	WEIR_METHOD_TCX = 3,         /* a pinned TCX link, since Linux 6.6 */
	WEIR_METHOD_CLSACT = 4,      /* a direct-action filter on the clsact qdisc */
	WEIR_METHOD_CGROUP_LINK = 5, /* a pinned cgroup link */
	WEIR_METHOD_SOCKET = 6,      /* the filter of a socket; the socket holds the reference */
	WEIR_METHODS,
};

/* Which XDP path runs the program. */
enum weir_mode {
	WEIR_MODE_NONE = 0, /* not XDP */
	WEIR_MODE_NATIVE = 1,
	WEIR_MODE_GENERIC = 2,
	WEIR_MODES,
};

/* Features of a program, one bit each. */
enum weir_feature {
	WEIR_FEATURE_COUNTERS = 1 << 0,
	WEIR_FEATURE_FLOWS = 1 << 1,
	WEIR_FEATURE_TCP = 1 << 2,  /* sockops: record connections, their times and events */
	WEIR_FEATURE_TUNE = 1 << 3, /* sockops: set options of new connections */
};

/*
 * State of a slot. The states between FREE and ATTACHED are a journal: ctl writes the record before
 * it changes the kernel. If ctl is killed, the next process that takes the lock completes or undoes
 * the change.
 */
enum weir_slot_state {
	WEIR_SLOT_FREE = 0,
	WEIR_SLOT_ATTACHING = 1,
	WEIR_SLOT_ATTACHED = 2,
	WEIR_SLOT_REPLACING = 3,
	WEIR_SLOT_DETACHING = 4,
};

/*
 * The layer-4 part of a packet's class. A fragment is WEIR_L4_FRAGMENT whatever it carries, because
 * only the first fragment has a layer-4 header. These seven add up to all IPv4 or all IPv6 packets.
 */
enum weir_l4 {
	WEIR_L4_TCP = 0,
	WEIR_L4_UDP,
	WEIR_L4_ICMP,
	WEIR_L4_ICMPV6,
	WEIR_L4_SCTP,
	WEIR_L4_OTHER,
	WEIR_L4_FRAGMENT,
	WEIR_L4S,
};

/*
 * Every packet has exactly one class. The reader forms totals and per-protocol sums from the
 * classes, so they cost the packet nothing.
 */
enum weir_class {
	WEIR_CLASS_ARP = 0,
	WEIR_CLASS_OTHER_L3,
	WEIR_CLASS_MALFORMED,
	WEIR_CLASS_IPV4,                              /* + enum weir_l4 */
	WEIR_CLASS_IPV6 = WEIR_CLASS_IPV4 + WEIR_L4S, /* + enum weir_l4 */
	WEIR_CLASSES = WEIR_CLASS_IPV6 + WEIR_L4S,
};

/*
 * Upper bounds of the RMON size buckets (RFC 2819): L2 bytes without FCS. The last bucket is open.
 */
#define WEIR_SIZE_BOUNDS                      \
	{                                     \
		64, 127, 255, 511, 1023, 1518 \
	}
#define WEIR_SIZES 7

/* Size of weir_counters.drops. */
#define WEIR_DROPS 8

/* Why a program dropped a packet: index into weir_counters.drops. */
enum weir_drop {
	WEIR_DROP_SOCKET_FILTER = 0, /* did not match the expression of the socket filter */
	WEIR_DROP_REASONS,
};

WEIR_ASSERT(WEIR_DROP_REASONS <= WEIR_DROPS, "no room for the drop reasons");

struct weir_count {
	__u64 packets;
	__u64 bytes;
};

/*
 * Map `counters`: per-CPU array, one element per slot. Only the slot's program writes it; anyone
 * may read it. XDP and tc programs update it without atomics: they run with bottom halves disabled,
 * so nothing else on that CPU writes the same element. Programs at cgroup and socket hooks need
 * atomics: a sending process may be interrupted or preempted.
 *
 * The hot path touches two cache lines: the class, and the line of sizes and generation.
 */
struct weir_counters {
	__u64 sizes[WEIR_SIZES]; /* packets by size bucket */
	__u64 generation;        /* the program that counts on this CPU, see bpf/hooks/xdp.bpf.c */
	struct weir_count classes[WEIR_CLASSES]; /* by enum weir_class; packets as handled */
	struct weir_count wire_extra;            /* wire totals minus handled totals (GSO, GRO) */
	struct weir_count drops[WEIR_DROPS];     /* by enum weir_drop; all other packets passed */
	__u64 reserved[4];
};

WEIR_ASSERT(sizeof(struct weir_counters) == 512, "counters: layout");
WEIR_ASSERT(__builtin_offsetof(struct weir_counters, classes) == 64, "counters: hot lines");

/*
 * Map `slots`: array, one element per slot. It describes an attachment, so that a reader needs only
 * the maps. ctl writes it under the lock. A reader without the lock reads until two reads are
 * equal.
 */
struct weir_slot {
	__u32 state;          /* enum weir_slot_state */
	__u8 hook;            /* enum weir_hook */
	__u8 method;          /* enum weir_method */
	__u8 mode;            /* enum weir_mode */
	__u8 flags;           /* WEIR_SLOT_F_* */
	__u64 netns_cookie;   /* of the interface or socket; 0: cgroup, which spans namespaces */
	__u32 ifindex;        /* 0: no interface */
	__u16 features;       /* WEIR_FEATURE_* */
	__u16 old_features;   /* while REPLACING */
	__u32 program_id;     /* 0 until published */
	__u32 old_program_id; /* while REPLACING: the program being replaced */
	__u64 attached_at_ns;
	__u64 generation; /* 1 for the first program of a slot, +1 for each replacement */
	__u32 link_id;    /* id of the pinned link; 0: no link */
	__u32 instance;   /* number of the attachment, unique among slots; owner of its flows */
	char ifname[WEIR_IFNAME_LEN];    /* last known */
	char netns_name[WEIR_NETNS_LEN]; /* last known; "": the namespace has no name */
	__u64 object_id;                 /* cgroup id or socket cookie; 0: interface */
	__u32 pid;                       /* socket: the process it was found in */
	__s32 fd;                        /* socket: its descriptor in that process */
	char target[WEIR_TARGET_LEN];    /* cgroup: last known path below the mount, "/" for the
					  * mount; socket: like "udp 127.0.0.1:53"; else "" */
};

#define WEIR_SLOT_F_CLSACT_OURS (1 << 0)  /* this attachment created the clsact qdisc */
#define WEIR_SLOT_F_KEEPS_COUNTS (1 << 1) /* ATTACHING again: keep the counters if it fails */

WEIR_ASSERT(sizeof(struct weir_slot) == 408, "slot: layout");

/* Map `settings`: array of one element. ctl writes it, programs read it for every packet. */
struct weir_settings {
	__u32 skip_loopback; /* 1: programs on loopback devices ignore their packets */
	__u32 next_instance; /* number of the next attachment; programs ignore it */
	__u32 tune_list;     /* index of the active element of `tune_rules`: 0 or 1 */
	__u32 reserved[13];
};

WEIR_ASSERT(sizeof(struct weir_settings) == 64, "settings: layout");

/*
 * A flow as one attachment sees it. IPv4 addresses are mapped to IPv6 (RFC 4291, 2.5.5.2). Ports
 * are in network byte order, and 0 for protocols without ports. For ICMP and ICMPv6, src_port is
 * the type (high byte) and the code; dst_port is the identifier, 0 for types without one.
 */
struct weir_flow_key {
	__u32 src[4]; /* network byte order */
	__u32 dst[4];
	__u16 src_port;
	__u16 dst_port;
	__u32 owner; /* WEIR_FLOW_V6 | instance of the attachment << 8 | IP protocol */
};

#define WEIR_FLOW_V6 (1U << 31) /* the packets are IPv6, even if their addresses are mapped ones */
#define WEIR_INSTANCE_MAX 0x7fffff

WEIR_ASSERT(sizeof(struct weir_flow_key) == 40, "flow key: layout");

/* Map `flows`: LRU hash by struct weir_flow_key. Programs update it with atomic additions. */
struct weir_flow {
	__u64 packets;
	__u64 bytes;
	__u64 first;     /* jiffies64 */
	__u64 last;      /* jiffies64 */
	__u32 tcp_flags; /* all flags seen, bits as in byte 13 of the TCP header */
	__u32 reserved;
};

WEIR_ASSERT(sizeof(struct weir_flow) == 40, "flow: layout");

/*
 * Map `flow_cache`: per-CPU array, direct-mapped by a hash of the key. An entry fills one cache
 * line. Its counts are not yet in `flows`, so a flow is the sum of its element there and its
 * entries on all CPUs. In an empty entry packets is 0.
 */
struct weir_flow_entry {
	struct weir_flow_key key;
	__u64 bytes;
	__u32 packets;
	__u32 first; /* low 32 bits of jiffies */
	__u32 last;
	__u8 tcp_flags;
	__u8 misses; /* packets of other flows that hit this entry */
	__u16 reserved;
};

WEIR_ASSERT(sizeof(struct weir_flow_entry) == 64, "flow cache entry: one line");

#define WEIR_FLOW_CACHE 8192
#define WEIR_FLOWS_DEFAULT 65536
#define WEIR_FLOWS_MIN 1024
#define WEIR_FLOWS_MAX 4194304

/* Map `flow_stats`: per-CPU array of one element. */
struct weir_flow_stats {
	__u64 inserts;  /* flows added to `flows`; minus its current size: evicted flows */
	__u64 failures; /* packets that could not be counted in `flows` */
	__u64 failed_bytes;
	__u64 spills; /* cache entries moved to `flows` */
};

/*
 * Map `fragments`: LRU hash from an IP datagram to the ports in its first fragment. If the map is
 * full, the kernel evicts the oldest entry; later fragments of that datagram count for a flow
 * without ports.
 */
struct weir_fragment_key {
	__u32 src[4];
	__u32 dst[4];
	__u32 id; /* network byte order */
	__u32 owner;
};

#define WEIR_FRAGMENTS 4096

#include "bpf/abi/tune.h"
#include "bpf/abi/tcp.h"

/* ELF section of the socket filter; libbpf calls a handler for it (datapath/sockets/weave.c). */
#define WEIR_SOCKET_SECTION "weir/socket"

/* Placeholder constant, which the compiled expression replaces. It is not 0: keep every packet. */
#define WEIR_KEEP_MARKER 0x77656972

#define WEIR_EXPRESSION_LEN 512

/*
 * Configuration of a socket filter, in its read-only data. ctl reads it back from the pinned
 * program to show what the filter does.
 */
struct weir_socket_config {
	__u32 ip;   /* 1: sees IP packets */
	__u32 l4;   /* enum weir_l4 of all its packets */
	__u32 keep; /* 1: drop packets that do not match the expression */
	__u32 snap; /* bytes to keep of a packet, from where the program sees it; 0: all */
	char expression[WEIR_EXPRESSION_LEN]; /* source text, for display; "": no expression */
};

/* Map `meta`: array of one element. Written once, when the maps are created. */
struct weir_meta {
	__u32 magic;
	__u32 layout;
	__u64 created_at_ns;
	char created_by[32]; /* version of the ctl that created the maps */
	__u64 reserved[4];
};

WEIR_ASSERT(sizeof(struct weir_meta) == 80, "meta: layout");

#endif
