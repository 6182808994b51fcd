/* SPDX-License-Identifier: GPL-2.0 */
/*
 * abi.h - what the kernel programs and user space share: the layout of the pinned maps.
 *
 * This is the one header that bpf/, datapath/ and ctl/ all include; what has a concern of its own
 * is in abi_*.h, which it includes. Every structure is read by tools of other versions through
 * bpffs, so a change of a size, an offset or a number is a change of WEIR_LAYOUT. docs/maps.md
 * describes the maps that hold these structures.
 *
 * All integers are in host byte order. Times are CLOCK_REALTIME in nanoseconds.
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

/* Version of everything below. A ctl refuses maps of another layout. */
#define WEIR_LAYOUT 5
#define WEIR_MAGIC 0x77656972U /* "weir" */

/* Each object has a BTF tag that begins so; the compiler that made the object is behind. */
#define WEIR_COMPILER_TAG "weir:compiler="

/* Attachments that can exist at once on one machine. */
#define WEIR_SLOTS 1024

/* Names as the kernel bounds them: IFNAMSIZ, and NAME_MAX for a file in /run/netns, shortened. */
#define WEIR_IFNAME_LEN 16
#define WEIR_NETNS_LEN 64

/* What is no interface: a path below the cgroup2 mount, or a socket in words. */
#define WEIR_TARGET_LEN 256

/* Where a program sits. The numbers are stored in slots. */
enum weir_hook {
	WEIR_HOOK_XDP = 0,
	WEIR_HOOK_TC_INGRESS = 1,
	WEIR_HOOK_TC_EGRESS = 2,
	WEIR_HOOK_CGROUP_INGRESS = 3, /* packets to sockets of a cgroup */
	WEIR_HOOK_CGROUP_EGRESS = 4,  /* packets from them */
	WEIR_HOOK_SOCKOPS = 5,        /* events of their TCP connections */
	WEIR_HOOK_SOCKET_FILTER = 6,  /* what one socket receives */
	WEIR_HOOKS,
};

/* How a program was attached. */
enum weir_method {
	WEIR_METHOD_NONE = 0,
	WEIR_METHOD_LIBXDP = 1,      /* a component of libxdp's dispatcher */
	WEIR_METHOD_XDP_SINGLE = 2,  /* the only XDP program, by a pinned link */
	WEIR_METHOD_TCX = 3,         /* a pinned TCX link, kernel 6.6 and later */
	WEIR_METHOD_CLSACT = 4,      /* a direct-action filter on the clsact qdisc */
	WEIR_METHOD_CGROUP_LINK = 5, /* a pinned link of a cgroup */
	WEIR_METHOD_SOCKET = 6,      /* the filter of a socket, which holds it */
	WEIR_METHODS,
};

/* Which XDP path runs the program. */
enum weir_mode {
	WEIR_MODE_NONE = 0, /* not XDP */
	WEIR_MODE_NATIVE = 1,
	WEIR_MODE_GENERIC = 2,
	WEIR_MODES,
};

/* Features of a program, a bit each. */
enum weir_feature {
	WEIR_FEATURE_COUNTERS = 1 << 0,
	WEIR_FEATURE_FLOWS = 1 << 1,
	WEIR_FEATURE_TCP = 1 << 2,  /* sockops: connections, their times and events */
	WEIR_FEATURE_TUNE = 1 << 3, /* sockops: options of new connections */
};

/*
 * State of a slot. The states between FREE and ATTACHED are the journal: the record is written
 * before the kernel is changed, so that whoever takes the lock next knows what a killed writer
 * had begun, and ends it.
 */
enum weir_slot_state {
	WEIR_SLOT_FREE = 0,
	WEIR_SLOT_ATTACHING = 1,
	WEIR_SLOT_ATTACHED = 2,
	WEIR_SLOT_REPLACING = 3,
	WEIR_SLOT_DETACHING = 4,
};

/*
 * The layer-4 part of a packet's class. A fragment is a fragment whatever it carries, because
 * all but the first have no layer-4 header; so these seven add up to all IPv4 or IPv6 packets.
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
 * A packet has exactly one class, so the sum over all classes is the number of packets: totals
 * and per-protocol sums are formed by the reader and cost the packet nothing.
 */
enum weir_class {
	WEIR_CLASS_ARP = 0,
	WEIR_CLASS_OTHER_L3,
	WEIR_CLASS_MALFORMED,
	WEIR_CLASS_IPV4,                              /* + enum weir_l4 */
	WEIR_CLASS_IPV6 = WEIR_CLASS_IPV4 + WEIR_L4S, /* + enum weir_l4 */
	WEIR_CLASSES = WEIR_CLASS_IPV6 + WEIR_L4S,
};

/* Upper bounds of the RMON size buckets (RFC 2819), L2 bytes without FCS; the last is open. */
#define WEIR_SIZE_BOUNDS                      \
	{                                     \
		64, 127, 255, 511, 1023, 1518 \
	}
#define WEIR_SIZES 7

/* Room for our own drop reasons. */
#define WEIR_DROPS 8

/* Why a program dropped a packet; the numbers are indexes of `drops` below. */
enum weir_drop {
	WEIR_DROP_SOCKET_FILTER = 0, /* the expression of a socket's filter does not hold */
	WEIR_DROP_REASONS,
};

WEIR_ASSERT(WEIR_DROP_REASONS <= WEIR_DROPS, "no room for the drop reasons");

struct weir_count {
	__u64 packets;
	__u64 bytes;
};

/*
 * Map `counters`: per-CPU array, one element per slot. Written only by the slot's program, read
 * by anyone. At XDP, tc ingress and tc egress an update needs no atomic operation: a CPU runs
 * them with bottom halves off, so nothing else on that CPU writes the same element. At cgroup and
 * socket hooks it does: a process that sends may be interrupted, or another take its turn.
 *
 * The hot path touches two cache lines: the class, and the line of sizes and generation.
 */
struct weir_counters {
	__u64 sizes[WEIR_SIZES]; /* packets by size bucket */
	__u64 generation;        /* program that counts on this CPU, see bpf/hooks/xdp.bpf.c */
	struct weir_count classes[WEIR_CLASSES]; /* by enum weir_class: frames as handled */
	struct weir_count wire_extra;            /* wire totals minus handled totals (GSO, GRO) */
	struct weir_count drops[WEIR_DROPS];     /* by enum weir_drop; what is not here passed */
	__u64 reserved[4];
};

WEIR_ASSERT(sizeof(struct weir_counters) == 512, "counters: layout");
WEIR_ASSERT(__builtin_offsetof(struct weir_counters, classes) == 64, "counters: hot lines");

/*
 * Map `slots`: array, one element per slot. Names an attachment, so that a reader needs the maps
 * alone. Written by ctl under the lock; a reader that may meet a writer reads until two reads
 * agree.
 */
struct weir_slot {
	__u32 state;          /* enum weir_slot_state */
	__u8 hook;            /* enum weir_hook */
	__u8 method;          /* enum weir_method */
	__u8 mode;            /* enum weir_mode */
	__u8 flags;           /* WEIR_SLOT_F_* */
	__u64 netns_cookie;   /* of an interface or a socket; 0: a cgroup, which spans them */
	__u32 ifindex;        /* 0: no interface */
	__u16 features;       /* WEIR_FEATURE_* */
	__u16 old_features;   /* while REPLACING */
	__u32 program_id;     /* 0 until published */
	__u32 old_program_id; /* while REPLACING: the program that is to go */
	__u64 attached_at_ns;
	__u64 generation; /* 1 for the first program of a slot, +1 for each replacement */
	__u32 link_id;    /* pinned link, 0 if none */
	__u32 instance;   /* number of the attachment, never of two slots: owner of its flows */
	char ifname[WEIR_IFNAME_LEN];    /* last known */
	char netns_name[WEIR_NETNS_LEN]; /* last known, "" if it has no name */
	__u64 object_id;                 /* cgroup id, or cookie of the socket; 0: an interface */
	__u32 pid;                       /* socket: process that had it when it was attached to */
	__s32 fd;                        /* socket: the process's number for it */
	char target[WEIR_TARGET_LEN];    /* cgroup: last known path below the mount, "/" for the
					  * mount; socket: "udp 127.0.0.1:53"; else "" */
};

#define WEIR_SLOT_F_CLSACT_OURS (1 << 0)  /* the clsact qdisc was made by this attachment */
#define WEIR_SLOT_F_KEEPS_COUNTS (1 << 1) /* ATTACHING: again, so a failure frees nothing */

WEIR_ASSERT(sizeof(struct weir_slot) == 408, "slot: layout");

/* Map `settings`: array of one element. Written by ctl, read by programs for each packet. */
struct weir_settings {
	__u32 skip_loopback; /* 1: programs on loopback devices ignore their traffic */
	__u32 next_instance; /* for the next attachment; programs do not look at it */
	__u32 tune_list;     /* the element of `tune_rules` that is in force: 0 or 1 */
	__u32 reserved[13];
};

WEIR_ASSERT(sizeof(struct weir_settings) == 64, "settings: layout");

/*
 * Who talks to whom, seen by one attachment. IPv4 as mapped IPv6 (RFC 4291, 2.5.5.2). Ports in
 * network byte order; 0 where the protocol has none. ICMP and ICMPv6: src_port holds type (high
 * byte) and code, dst_port the identifier of types that have one.
 */
struct weir_flow_key {
	__u32 src[4]; /* network byte order */
	__u32 dst[4];
	__u16 src_port;
	__u16 dst_port;
	__u32 owner; /* WEIR_FLOW_V6 | instance of the attachment << 8 | IP protocol */
};

#define WEIR_FLOW_V6 (1U << 31) /* of an IPv6 packet, be its addresses mapped ones or not */
#define WEIR_INSTANCE_MAX 0x7fffff

WEIR_ASSERT(sizeof(struct weir_flow_key) == 40, "flow key: layout");

/* Map `flows`: LRU hash by struct weir_flow_key. Updated by programs with atomic additions. */
struct weir_flow {
	__u64 packets;
	__u64 bytes;
	__u64 first;     /* jiffies64 */
	__u64 last;      /* jiffies64 */
	__u32 tcp_flags; /* seen; bits as in the TCP header's byte 13 */
	__u32 reserved;
};

WEIR_ASSERT(sizeof(struct weir_flow) == 40, "flow: layout");

/*
 * Map `flow_cache`: per-CPU array, direct-mapped by a hash of the key; one cache line. Counts in
 * an entry are not in `flows` yet: a flow is the sum of both, over all CPUs. packets == 0 is an
 * empty entry.
 */
struct weir_flow_entry {
	struct weir_flow_key key;
	__u64 bytes;
	__u32 packets;
	__u32 first; /* low 32 bits of jiffies */
	__u32 last;
	__u8 tcp_flags;
	__u8 misses; /* packets of other flows that met this entry */
	__u16 reserved;
};

WEIR_ASSERT(sizeof(struct weir_flow_entry) == 64, "flow cache entry: one line");

#define WEIR_FLOW_CACHE 8192
#define WEIR_FLOWS_DEFAULT 65536
#define WEIR_FLOWS_MIN 1024
#define WEIR_FLOWS_MAX 4194304

/* Map `flow_stats`: per-CPU array of one element. */
struct weir_flow_stats {
	__u64 inserts;  /* flows that came into `flows`; less those there now: evicted */
	__u64 failures; /* packets of flows that found no place in it */
	__u64 failed_bytes;
	__u64 spills; /* cache entries that went to the table */
};

/*
 * Map `fragments`: LRU hash from an IP datagram to the ports that its first fragment told. Full:
 * the oldest goes, and fragments behind it count for a flow without ports.
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

/* The section of a socket's program, which has a handler of ours (datapath/sockets/weave.c). */
#define WEIR_SOCKET_SECTION "weir/socket"

/* An immediate value that stands where the expression goes; not 0, so it keeps everything. */
#define WEIR_KEEP_MARKER 0x77656972

#define WEIR_EXPRESSION_LEN 512

/*
 * What the program of a socket is told, in its read-only data: from the pinned program ctl finds
 * out again what a filter does.
 */
struct weir_socket_config {
	__u32 ip;   /* 1: packets of IP */
	__u32 l4;   /* enum weir_l4 of all of them */
	__u32 keep; /* 1: the expression decides */
	__u32 snap; /* bytes of a packet that are kept, as the program sees it; 0: all */
	char expression[WEIR_EXPRESSION_LEN]; /* for people; "" for none */
};

/* Map `meta`: array of one element. Written once, when the maps are made. */
struct weir_meta {
	__u32 magic;
	__u32 layout;
	__u64 created_at_ns;
	char created_by[32]; /* version of the ctl that made the maps */
	__u64 reserved[4];
};

WEIR_ASSERT(sizeof(struct weir_meta) == 80, "meta: layout");

#endif
