/* SPDX-License-Identifier: GPL-2.0 */
/*
 * abi.h - what the kernel programs and user space share: the layout of the pinned maps.
 *
 * This is the one header that bpf/, datapath/ and ctl/ all include. Every structure is read by
 * tools of other versions through bpffs, so a change of a size, an offset or a number is a change
 * of WEIR_LAYOUT. docs/maps.md describes the maps that hold these structures.
 *
 * All integers are in host byte order. Times are CLOCK_REALTIME in nanoseconds.
 */
#ifndef WEIR_ABI_H
#define WEIR_ABI_H

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
#define WEIR_LAYOUT 1
#define WEIR_MAGIC 0x77656972U /* "weir" */

/* Attachments that can exist at once on one machine. */
#define WEIR_SLOTS 1024

/* Names as the kernel bounds them: IFNAMSIZ, and NAME_MAX for a file in /run/netns, shortened. */
#define WEIR_IFNAME_LEN 16
#define WEIR_NETNS_LEN 64

/* Where a program sits. The numbers are stored in slots. */
enum weir_hook {
	WEIR_HOOK_XDP = 0,
	WEIR_HOOK_TC_INGRESS = 1,
	WEIR_HOOK_TC_EGRESS = 2,
	WEIR_HOOKS,
};

/* How a program was attached. */
enum weir_method {
	WEIR_METHOD_NONE = 0,
	WEIR_METHOD_LIBXDP = 1,     /* a component of libxdp's dispatcher */
	WEIR_METHOD_XDP_SINGLE = 2, /* the only XDP program, by a pinned link */
	WEIR_METHOD_TCX = 3,        /* a pinned TCX link, kernel 6.6 and later */
	WEIR_METHOD_CLSACT = 4,     /* a direct-action filter on the clsact qdisc */
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

/* Room for our own drop reasons: none exists yet, every packet passes. */
#define WEIR_DROPS 8

struct weir_count {
	__u64 packets;
	__u64 bytes;
};

/*
 * Map `counters`: per-CPU array, one element per slot. Written only by the slot's program, read
 * by anyone. An update needs no atomic operation: a CPU runs XDP, tc ingress and tc egress with
 * bottom halves off, so nothing else on that CPU writes the same element.
 *
 * The hot path touches two cache lines: the class, and the line of sizes and generation.
 */
struct weir_counters {
	__u64 sizes[WEIR_SIZES]; /* packets by size bucket */
	__u64 generation;        /* program that counts on this CPU, see xdp.bpf.c */
	struct weir_count classes[WEIR_CLASSES]; /* by enum weir_class: frames as handled */
	struct weir_count wire_extra;            /* wire totals minus handled totals (GSO, GRO) */
	struct weir_count drops[WEIR_DROPS];     /* by drop reason; what is not here passed */
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
	__u32 state; /* enum weir_slot_state */
	__u8 hook;   /* enum weir_hook */
	__u8 method; /* enum weir_method */
	__u8 mode;   /* enum weir_mode */
	__u8 flags;  /* WEIR_SLOT_F_* */
	__u64 netns_cookie;
	__u32 ifindex;
	__u32 features;       /* WEIR_FEATURE_* */
	__u32 program_id;     /* 0 until published */
	__u32 old_program_id; /* while REPLACING: the program that is to go */
	__u64 attached_at_ns;
	__u64 generation; /* 1 for the first program of a slot, +1 for each replacement */
	__u32 link_id;    /* pinned link, 0 if none */
	__u32 reserved;
	char ifname[WEIR_IFNAME_LEN];    /* last known */
	char netns_name[WEIR_NETNS_LEN]; /* last known, "" if it has no name */
};

#define WEIR_SLOT_F_CLSACT_OURS (1 << 0)  /* the clsact qdisc was made by this attachment */
#define WEIR_SLOT_F_KEEPS_COUNTS (1 << 1) /* ATTACHING: again, so a failure frees nothing */

WEIR_ASSERT(sizeof(struct weir_slot) == 136, "slot: layout");

/* Map `settings`: array of one element. Written by ctl, read by programs for each packet. */
struct weir_settings {
	__u32 skip_loopback; /* 1: programs on loopback devices ignore their traffic */
	__u32 reserved[15];
};

WEIR_ASSERT(sizeof(struct weir_settings) == 64, "settings: layout");

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
