/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shared.h - what drops.bpf.c and its reader share. The maps are not pinned and end with the
 * process, so this is no part of the ABI. Integers are in host byte order but for addresses and
 * ports.
 */
#ifndef WEIR_BPF_DROPS_SHARED_H
#define WEIR_BPF_DROPS_SHARED_H

#include <linux/types.h>

/* What told of a drop. */
enum drop_source {
	DROP_KERNEL,        /* skb:kfree_skb */
	DROP_XDP_EXCEPTION, /* xdp:xdp_exception */
	DROP_XDP_REDIRECT,  /* xdp:xdp_redirect_err */
};

/*
 * Map `drops`: per-CPU hash. The last four are 0 unless flows are told apart. Addresses as in
 * struct weir_flow_key of bpf/abi/abi.h.
 */
struct drop_key {
	__u64 netns;    /* cookie; 0: not known */
	__u64 location; /* address in the kernel; XDP: id of the program */
	__u32 ifindex;  /* 0: not known */
	__u32 reason;   /* enum skb_drop_reason; XDP: the action, or the errno */
	__s32 stack;    /* of map `stacks`; -1: none */
	__u16 l3;       /* EtherType; 0: not known */
	__u8 l4;        /* IP protocol; 0 unless the EtherType is one of IP */
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
	__u64 bytes; /* from the link header on where there is one, else what was left of it */
};

/* Ring buffer `events`. */
struct drop_event {
	__u64 time; /* CLOCK_MONOTONIC, ns */
	__u64 bytes;
	struct drop_key key;
};

/* Map `stats`: per-CPU array of one element. */
struct drop_stats {
	__u64 drops;     /* all that were seen */
	__u64 uncounted; /* found no place in `drops` */
	__u64 uncounted_bytes;
	__u64 events;      /* into the ring buffer */
	__u64 events_left; /* not: over the limit, or no room */
	__u64 window;      /* second of CLOCK_MONOTONIC that `in_window` counts */
	__u64 in_window;
};

#define DROP_STACK_DEPTH 24

#endif
