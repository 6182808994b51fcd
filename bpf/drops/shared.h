/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shared.h - types shared by drops.bpf.c and its reader. The maps are not pinned and end with the
 * process, so this is not part of the ABI. Integers are in host byte order, except addresses and
 * ports.
 */
#ifndef WEIR_BPF_DROPS_SHARED_H
#define WEIR_BPF_DROPS_SHARED_H

#include <linux/types.h>

/* The tracepoint that reported a drop. */
enum drop_source {
	DROP_KERNEL,        /* skb:kfree_skb */
	DROP_XDP_EXCEPTION, /* xdp:xdp_exception */
	DROP_XDP_REDIRECT,  /* xdp:xdp_redirect_err */
};

/*
 * Map `drops`: per-CPU hash. The last four members are 0 unless drops are counted by flow.
 * Addresses are as in struct weir_flow_key of bpf/abi/abi.h.
 */
struct drop_key {
	__u64 netns;    /* cookie; 0: unknown */
	__u64 location; /* kernel address; XDP: program id */
	__u32 ifindex;  /* 0: unknown */
	__u32 reason;   /* enum skb_drop_reason; XDP: the action or the errno */
	__s32 stack;    /* id in map `stacks`; -1: no stack */
	__u16 l3;       /* EtherType; 0: unknown */
	__u8 l4;        /* IP protocol; 0 if the EtherType is not IPv4 or IPv6 */
	__u8 source;    /* enum drop_source */
	__u32 src[4];
	__u32 dst[4];
	__u16 src_port; /* ICMP: type << 8 | code, as in struct weir_flow_key */
	__u16 dst_port;
	__u32 reserved;
};

_Static_assert(sizeof(struct drop_key) == 72, "drop key: no padding");

struct drop_count {
	__u64 packets;
	__u64 bytes; /* from the link header if there is one, else what was left of the packet */
};

/* Ring buffer `events`. */
struct drop_event {
	__u64 time; /* CLOCK_MONOTONIC, ns */
	__u64 bytes;
	struct drop_key key;
};

/* Map `stats`: per-CPU array of one element. */
struct drop_stats {
	__u64 drops;     /* all drops seen */
	__u64 uncounted; /* drops that found no room in `drops` */
	__u64 uncounted_bytes;
	__u64 events;      /* written to the ring buffer */
	__u64 events_left; /* skipped: above the rate limit, or no room */
	__u64 window;      /* the second of CLOCK_MONOTONIC that `in_window` counts */
	__u64 in_window;
};

#define DROP_STACK_DEPTH 24

#endif
