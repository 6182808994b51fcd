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
#define WEIR_LAYOUT 3
#define WEIR_MAGIC 0x77656972U /* "weir" */

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
	__u64 generation;        /* program that counts on this CPU, see xdp.bpf.c */
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

/*
 * Options that `ctl tune` sets on TCP connections. The units are those of weir_tune_setting.asked,
 * which is what the user gave; where the kernel takes another one, weir_tune_setting.value has it.
 */
enum weir_tune_option {
	WEIR_TUNE_CONGESTION = 0, /* weir_tune_rule.congestion */
	WEIR_TUNE_INITCWND,       /* packets */
	WEIR_TUNE_CWND_CLAMP,     /* packets */
	WEIR_TUNE_INITRWND,       /* segments */
	WEIR_TUNE_RTO_MIN,        /* us */
	WEIR_TUNE_RTO_MAX,        /* us; the kernel takes ms */
	WEIR_TUNE_SYN_RTO,        /* us; the kernel takes jiffies */
	WEIR_TUNE_DELACK_MAX,     /* us */
	WEIR_TUNE_SNDBUF,         /* bytes; the kernel doubles it */
	WEIR_TUNE_RCVBUF,         /* bytes; the kernel doubles it */
	WEIR_TUNE_WINDOW_CLAMP,   /* bytes */
	WEIR_TUNE_PACING,         /* bytes per second */
	WEIR_TUNE_NOTSENT_LOWAT,  /* bytes */
	WEIR_TUNE_NODELAY,        /* 1 */
	WEIR_TUNE_KEEPALIVE,      /* 1 */
	WEIR_TUNE_KEEPIDLE,       /* us; the kernel takes seconds */
	WEIR_TUNE_KEEPINTVL,      /* us; the kernel takes seconds */
	WEIR_TUNE_KEEPCNT,        /* probes */
	WEIR_TUNE_USER_TIMEOUT,   /* us; the kernel takes ms */
	WEIR_TUNE_TOS,            /* byte of the IPv4 header, or traffic class of IPv6 */
	WEIR_TUNE_MARK,           /* SO_MARK */
	WEIR_TUNE_ECN,            /* 1 */
	WEIR_TUNE_OPTIONS,
};

/* When an option is set: the first that a connection has of these. */
enum weir_tune_stage {
	WEIR_TUNE_AT_START = 0,       /* connect, before the SYN; or accepted */
	WEIR_TUNE_AT_ESTABLISHED = 1, /* what the handshake sets anew */
	WEIR_TUNE_BY_RWND = 2,        /* answers to questions of the kernel, see bpf_sock_ops.op */
	WEIR_TUNE_BY_TIMEOUT = 3,
	WEIR_TUNE_BY_ECN = 4,
};

struct weir_tune_setting {
	__u8 option; /* enum weir_tune_option */
	__u8 stage;  /* enum weir_tune_stage */
	__u16 level; /* of setsockopt(2); 0 for answers */
	__u32 name;  /* of setsockopt(2), those of BPF included; 0 for answers */
	__u32 value; /* as the kernel takes it */
	__u32 asked; /* as the user gave it */
};

WEIR_ASSERT(sizeof(struct weir_tune_setting) == 16, "tune setting: layout");

#define WEIR_TUNE_RULES 64
#define WEIR_TUNE_SETTINGS 24
#define WEIR_CONGESTION_LEN 16 /* TCP_CA_NAME_MAX */

WEIR_ASSERT((int)WEIR_TUNE_OPTIONS <= WEIR_TUNE_SETTINGS, "tune: room for every option");

/* Which connections, and what they get. */
struct weir_tune_rule {
	__u32 number;    /* by which the user calls it; never of two entries of a list */
	__u32 stats;     /* its element of `tune_stats` */
	__u64 cgroup_id; /* only for the program of that cgroup; 0: of any */
	__u32 remote[4]; /* network byte order; IPv4 as mapped IPv6 */
	__u32 mask[4];   /* all 0: any address */
	__u16 local_min; /* ports, host byte order, inclusive */
	__u16 local_max;
	__u16 remote_min;
	__u16 remote_max;
	__u32 setting_count;
	__u32 reserved;
	char congestion[WEIR_CONGESTION_LEN];
	struct weir_tune_setting settings[WEIR_TUNE_SETTINGS];
};

WEIR_ASSERT(sizeof(struct weir_tune_rule) == 464, "tune rule: layout");

/*
 * Map `tune_rules`: array of two. The one in force is never written: a change fills the other and
 * then points weir_settings.tune_list at it, once no program is reading it any more.
 */
struct weir_tune_list {
	__u64 generation; /* +1 for each change */
	__u32 count;
	__u32 next_number; /* for the next entry; numbers are not given again */
	struct weir_tune_rule rules[WEIR_TUNE_RULES]; /* the first that matches is taken */
};

WEIR_ASSERT(sizeof(struct weir_tune_list) == 16 + WEIR_TUNE_RULES * 464, "tune list: layout");

struct weir_tune_count {
	__u64 set;
	__u64 errors;     /* what the kernel refused for a connection */
	__s32 last_error; /* errno of one of those, positive; 0: none */
	__u32 reserved;
};

/* Map `tune_stats`: per-CPU array, an element per entry. */
struct weir_tune_stats {
	__u64 hits; /* connections */
	__u64 reserved;
	struct weir_tune_count options[WEIR_TUNE_SETTINGS]; /* by enum weir_tune_option */
};

WEIR_ASSERT(sizeof(struct weir_tune_stats) == 592, "tune stats: layout");

/* Map `tune_sockets`: socket storage. Which entry a connection got, and of which program. */
struct weir_tune_socket {
	__u32 depth;  /* of the program's cgroup below the mount, + 1; 0: none */
	__u32 number; /* of the entry */
};

/* --- TCP connections, seen by sockops programs --- */

/*
 * A connection as one attachment sees it. The socket's cookie (SO_COOKIE) is never used twice, and
 * stays that of the connection when only its TIME-WAIT is left.
 */
struct weir_tcp_key {
	__u64 cookie;
	__u32 owner; /* instance of the attachment */
	__u32 reserved;
};

WEIR_ASSERT(sizeof(struct weir_tcp_key) == 16, "tcp key: layout");

enum weir_tcp_direction {
	WEIR_TCP_UNKNOWN = 0, /* it was there before we were */
	WEIR_TCP_ACTIVE = 1,  /* connect() */
	WEIR_TCP_PASSIVE = 2, /* accept() */
	WEIR_TCP_DIRECTIONS,
};

/* Why a connection is no more, as the socket's last state and its error tell. */
enum weir_tcp_end {
	WEIR_TCP_OPEN = 0,
	WEIR_TCP_ACTIVE_CLOSE,   /* FIN both ways, ours first */
	WEIR_TCP_PASSIVE_CLOSE,  /* FIN both ways, the peer's first */
	WEIR_TCP_RESET_RECEIVED, /* RST of the peer */
	WEIR_TCP_RESET_SENT,     /* closed here with data unread, or with a linger time of 0 */
	WEIR_TCP_REFUSED,        /* RST in answer to SYN */
	WEIR_TCP_TIMED_OUT,      /* too many retransmissions, or no answer to keep-alives */
	WEIR_TCP_UNREACHABLE,    /* ICMP said so until it was given up */
	WEIR_TCP_ABORTED,        /* by a third party, as ss -K does; or before it was established */
	WEIR_TCP_FAILED,         /* another error of the socket */
	WEIR_TCP_ENDS,
};

#define WEIR_TCP_F_V6 (1 << 0)       /* addresses are IPv6 and not mapped ones */
#define WEIR_TCP_F_LOOPBACK (1 << 1) /* both ends are loopback addresses */
#define WEIR_TCP_F_ADOPTED (1 << 2)  /* older than its entry: adopted, or back after an eviction */

/* What is measured; named and counted as in struct tcp_info (include/uapi/linux/tcp.h). */
struct weir_tcp_measures {
	__u64 bytes_acked;    /* SYN and FIN count as one each */
	__u64 bytes_received; /* as above */
	__u64 delivery_rate;  /* bytes per second */
	__u32 srtt_us;        /* 0: not measured */
	__u32 min_rtt_us;     /* 0: not measured */
	__u32 cwnd;           /* segments */
	__u32 mss;            /* bytes of a segment that is sent */
	__u32 retransmits;    /* segments, in total */
	__u32 segs_out;
	__u32 segs_in;
	__u32 data_segs_out;
	__u32 data_segs_in;
	__u32 delivered_ce; /* segments that the peer said came with a congestion mark (ECN) */
	__u32 reordering;   /* segments, the distance that is taken for reordering, not loss */
	__u32 reord_seen;   /* times that reordering was seen */
};

WEIR_ASSERT(sizeof(struct weir_tcp_measures) == 72, "tcp measures: layout");

/*
 * Map `tcp`: LRU hash by struct weir_tcp_key. Written by sockops programs, whose calls for one
 * socket never overlap, for they hold its lock: no atomic is needed. Times are CLOCK_BOOTTIME in
 * nanoseconds, 0 if unknown or not yet.
 */
struct weir_tcp {
	__u32 local[4]; /* network byte order; IPv4 as mapped IPv6 */
	__u32 remote[4];
	__u16 local_port; /* host byte order */
	__u16 remote_port;
	__u8 state;     /* as in include/net/tcp_states.h: 1 is ESTABLISHED */
	__u8 direction; /* enum weir_tcp_direction */
	__u8 end;       /* enum weir_tcp_end */
	__u8 flags;     /* WEIR_TCP_F_* */
	__u64 netns_cookie;
	__u64 cgroup_id;   /* of the socket */
	__u64 started;     /* connect(); passive: established */
	__u64 established; /* handshake done */
	__u64 closed;
	__u32 pid;        /* that connected; 0: not known */
	__u32 latency_us; /* active: connect() on; passive: SYN-ACK to its ACK; 0: unknown */
	char command[16]; /* of pid */
	struct weir_tcp_measures measures; /* as of the last look, see tcp.bpf.h */
	__u32 rtos;                        /* retransmission timeouts */
	__u32 lost;                        /* segments ever taken for lost */
};

WEIR_ASSERT(sizeof(struct weir_tcp) == 184, "tcp: layout");

#define WEIR_TCP_DEFAULT 16384
#define WEIR_TCP_MIN 1024
#define WEIR_TCP_MAX 1048576

/* Buckets of powers of two: 0 counts what is 0 µs, i what is below 2^i, the last is open. */
#define WEIR_TCP_BUCKETS 32

/*
 * Map `tcp_histograms`: per-CPU array, one element per slot. Additions are atomic, for a program
 * may be interrupted or preempted.
 */
struct weir_tcp_histograms {
	__u64 refreshed; /* jiffies64 of the last look at a connection on this CPU */
	__u64 latency[WEIR_TCP_BUCKETS]; /* connections by latency_us */
	__u64 rtt[WEIR_TCP_BUCKETS];     /* round-trip measurements by smoothed RTT */
};

WEIR_ASSERT(sizeof(struct weir_tcp_histograms) == 520, "tcp histograms: layout");

/* Map `tcp_stats`: per-CPU array of one element. Atomic, as above. */
struct weir_tcp_stats {
	__u64 inserts;     /* connections that came into `tcp`; less those there now: evicted */
	__u64 failures;    /* that found no place in it */
	__u64 events;      /* written */
	__u64 events_lost; /* for want of room */
};

enum weir_tcp_event_kind {
	WEIR_TCP_EVENT_CONNECT = 0, /* value: latency in µs */
	WEIR_TCP_EVENT_ACCEPT,      /* value: latency in µs */
	WEIR_TCP_EVENT_CLOSE,
	WEIR_TCP_EVENT_RETRANSMIT, /* value: segments */
	WEIR_TCP_EVENT_RTO,        /* value: the timeout that ran out, in jiffies */
	WEIR_TCP_EVENT_KINDS,
};

/*
 * Map `tcp_events`: ring buffer. Programs write while somebody reads, which `tcp_lease` tells: an
 * array of one __u64, up to which time (jiffies64) events are wanted.
 */
struct weir_tcp_event {
	__u64 time; /* CLOCK_BOOTTIME, ns */
	struct weir_tcp_key key;
	__u32 kind; /* enum weir_tcp_event_kind */
	__u32 value;
	struct weir_tcp connection; /* as it was then */
};

WEIR_ASSERT(sizeof(struct weir_tcp_event) == 216, "tcp event: layout");

#define WEIR_TCP_EVENTS_SIZE (1 << 20) /* bytes */

/* The section of a socket's program, which has a handler of ours (datapath/weave.c). */
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
