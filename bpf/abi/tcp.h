/* SPDX-License-Identifier: GPL-2.0 */
/* tcp.h - part of abi.h: TCP connections as sockops programs see them. */
#ifndef WEIR_BPF_ABI_TCP_H
#define WEIR_BPF_ABI_TCP_H

/*
 * Key of a connection as one attachment sees it. A socket cookie (SO_COOKIE) is never reused. It
 * stays the same when the connection goes to TIME-WAIT.
 */
struct weir_tcp_key {
	__u64 cookie;
	__u32 owner; /* instance of the attachment */
	__u32 reserved;
};

WEIR_ASSERT(sizeof(struct weir_tcp_key) == 16, "tcp key: layout");

enum weir_tcp_direction {
	WEIR_TCP_UNKNOWN = 0, /* older than the attachment */
	WEIR_TCP_ACTIVE = 1,  /* connect() */
	WEIR_TCP_PASSIVE = 2, /* accept() */
	WEIR_TCP_DIRECTIONS,
};

/* How a connection ended, from the last state and the error of its socket. */
enum weir_tcp_end {
	WEIR_TCP_OPEN = 0,
	WEIR_TCP_ACTIVE_CLOSE,   /* FIN both ways, local side first */
	WEIR_TCP_PASSIVE_CLOSE,  /* FIN both ways, peer first */
	WEIR_TCP_RESET_RECEIVED, /* RST from the peer */
	WEIR_TCP_RESET_SENT,     /* closed locally with unread data, or with a linger time of 0 */
	WEIR_TCP_REFUSED,        /* RST in answer to SYN */
	WEIR_TCP_TIMED_OUT,      /* too many retransmissions, or no answer to keep-alives */
	WEIR_TCP_UNREACHABLE,    /* given up after ICMP errors */
	WEIR_TCP_ABORTED,        /* killed, as by ss -K; or closed before it was established */
	WEIR_TCP_FAILED,         /* another error of the socket */
	WEIR_TCP_ENDS,
};

#define WEIR_TCP_F_V6 (1 << 0)       /* IPv6 addresses that are not mapped IPv4 */
#define WEIR_TCP_F_LOOPBACK (1 << 1) /* both ends are loopback addresses */
#define WEIR_TCP_F_ADOPTED (1 << 2)  /* older than its entry: adopted, or evicted before */

/* Measurements, named and counted as in struct tcp_info (include/uapi/linux/tcp.h). */
struct weir_tcp_measures {
	__u64 bytes_acked;    /* SYN and FIN count as one byte each */
	__u64 bytes_received; /* as above */
	__u64 delivery_rate;  /* bytes per second */
	__u32 srtt_us;        /* 0: not measured */
	__u32 min_rtt_us;     /* 0: not measured */
	__u32 cwnd;           /* segments */
	__u32 mss;            /* bytes of a segment sent */
	__u32 retransmits;    /* segments, total */
	__u32 segs_out;
	__u32 segs_in;
	__u32 data_segs_out;
	__u32 data_segs_in;
	__u32 delivered_ce; /* segments that the peer reported as ECN-marked (CE) */
	__u32 reordering;   /* reordering distance in segments that is not taken for loss */
	__u32 reord_seen;   /* reordering events */
};

WEIR_ASSERT(sizeof(struct weir_tcp_measures) == 72, "tcp measures: layout");

/*
 * A connection. Sockops programs write it without atomics: they hold the lock of the socket, so
 * their calls for one socket never overlap. Times are CLOCK_MONOTONIC in nanoseconds, 0 if unknown
 * or not yet. Three cache lines.
 */
struct weir_tcp {
	__u64 cookie;
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
	__u64 started;     /* connect() called; passive: same as established */
	__u64 established; /* handshake done */
	__u64 closed;
	__u32 pid;        /* process that called connect(); 0: unknown */
	__u32 latency_us; /* connect() to established; passive: SYN-ACK to ACK; 0: unknown */
	char command[16]; /* comm of pid */
	struct weir_tcp_measures measures; /* the last ones taken, see bpf/tcp/tcp.bpf.h */
	__u32 rtos;                        /* retransmission timeouts */
	__u32 lost;                        /* segments marked lost, total */
};

WEIR_ASSERT(sizeof(struct weir_tcp) == 192, "tcp: layout");

/*
 * Map `tcp`: mmapable array of sets; their number is a power of two. The key selects the set; a
 * connection may be in any place of its set. A tag is 0 for an empty place. Otherwise it holds the
 * owner, the low bits of the cookie, the time of the end, and two flags. While BUSY is set a
 * program is writing the place: do not read or take it. A reader copies a connection and then
 * checks that the tag has not changed.
 */
#define WEIR_TCP_WAYS 8

#define WEIR_TCP_TAG_CLOSED 1ULL
#define WEIR_TCP_TAG_BUSY 2ULL
#define WEIR_TCP_TAG_FLAGS 3ULL
#define WEIR_TCP_TAG_END_SHIFT 2
#define WEIR_TCP_TAG_COOKIE_SHIFT 21
#define WEIR_TCP_TAG_OWNER_SHIFT 41
#define WEIR_TCP_TAG(cookie, owner)                      \
	((__u64)(owner) << WEIR_TCP_TAG_OWNER_SHIFT |    \
	 ((__u64)(cookie) << WEIR_TCP_TAG_COOKIE_SHIFT & \
	  ((1ULL << WEIR_TCP_TAG_OWNER_SHIFT) - 1)))
/* The part of a tag that WEIR_TCP_TAG() sets. */
#define WEIR_TCP_TAG_KEY(tag) ((tag) & ~((1ULL << WEIR_TCP_TAG_COOKIE_SHIFT) - 1))

/*
 * The end time of a CLOSED connection is stored in the tag, in units of 2^30 ns (about one second)
 * modulo six days. So programs find the oldest closed connection from the tags alone. Reading eight
 * connections instead means eight cache misses, which cost a sixth of all telemetry.
 */
#define WEIR_TCP_TAG_ENDS ((1ULL << (WEIR_TCP_TAG_COOKIE_SHIFT - WEIR_TCP_TAG_END_SHIFT)) - 1)
#define WEIR_TCP_TAG_END(time) (((time) >> 30 & WEIR_TCP_TAG_ENDS) << WEIR_TCP_TAG_END_SHIFT)
#define WEIR_TCP_TAG_AGE(tag, time) \
	((((time) >> 30) - ((tag) >> WEIR_TCP_TAG_END_SHIFT)) & WEIR_TCP_TAG_ENDS)
/*
 * Highest for the connection that ended first. Adds a second, as the clock of an end may be ahead.
 */
#define WEIR_TCP_TAG_SPARE(tag, time) (WEIR_TCP_TAG_AGE(tag, (time) + (1ULL << 30)) + 1)

/*
 * Cookies are consecutive, but each CPU takes batches of 4096 (gen_cookie_next() in
 * include/linux/cookie.h). Eight consecutive cookies share one set, each with a preferred place.
 * The multiplication by the golden ratio scatters the sets: otherwise CPUs that advance in step
 * would all fill the same ones.
 */
#define WEIR_TCP_AT(cookie, owner) ((__u64)(cookie) + ((__u64)(owner) << 9))
#define WEIR_TCP_SET(cookie, owner, sets)                                                     \
	((__u32)((__u64)((__u32)(WEIR_TCP_AT(cookie, owner) / WEIR_TCP_WAYS) * 2654435761U) * \
			 (sets) >>                                                            \
		 32))
#define WEIR_TCP_WAY(cookie, owner) ((__u32)WEIR_TCP_AT(cookie, owner) % WEIR_TCP_WAYS)

struct weir_tcp_set {
	__u64 tags[WEIR_TCP_WAYS];
	struct weir_tcp connections[WEIR_TCP_WAYS];
};

WEIR_ASSERT(sizeof(struct weir_tcp_set) == 1600, "tcp set: whole cache lines");
WEIR_ASSERT(WEIR_INSTANCE_MAX < 1ULL << (64 - WEIR_TCP_TAG_OWNER_SHIFT), "tcp tag: owner");

/* Number of connections in `tcp`: powers of two. */
#define WEIR_TCP_DEFAULT 16384
#define WEIR_TCP_MIN 1024
#define WEIR_TCP_MAX 1048576

/* Logarithmic buckets: 0 counts 0 µs, i counts values below 2^i µs, the last is open. */
#define WEIR_TCP_BUCKETS 32

/*
 * Map `tcp_histograms`: per-CPU array, one element per slot. Programs add atomically, because they
 * may be interrupted or preempted.
 */
struct weir_tcp_histograms {
	__u64 latency[WEIR_TCP_BUCKETS]; /* connections by latency_us */
	__u64 rtt[WEIR_TCP_BUCKETS];     /* closed connections by their last smoothed RTT */
};

WEIR_ASSERT(sizeof(struct weir_tcp_histograms) == 512, "tcp histograms: layout");

/* Map `tcp_stats`: per-CPU array of one element. Atomic, as above. */
struct weir_tcp_stats {
	__u64 evicted;     /* connections evicted from `tcp` to make room */
	__u64 failures;    /* connections that found no room in `tcp` */
	__u64 events;      /* events written to `tcp_events` */
	__u64 events_lost; /* events dropped because `tcp_events` was full */
};

enum weir_tcp_event_kind {
	WEIR_TCP_EVENT_CONNECT = 0, /* value: latency in µs */
	WEIR_TCP_EVENT_ACCEPT,      /* value: latency in µs */
	WEIR_TCP_EVENT_CLOSE,
	WEIR_TCP_EVENT_RETRANSMIT, /* value: segments */
	WEIR_TCP_EVENT_RTO,        /* value: the timeout that expired, in jiffies */
	WEIR_TCP_EVENT_KINDS,
};

/*
 * Map `tcp_events`: ring buffer. Programs write events only while somebody reads: `tcp_lease`, an
 * array of one __u64, holds the time (jiffies64) until which events are wanted.
 */
struct weir_tcp_event {
	__u64 time; /* CLOCK_MONOTONIC, ns */
	struct weir_tcp_key key;
	__u32 kind; /* enum weir_tcp_event_kind */
	__u32 value;
	struct weir_tcp connection; /* at the time of the event */
};

WEIR_ASSERT(sizeof(struct weir_tcp_event) == 224, "tcp event: layout");

#define WEIR_TCP_EVENTS_SIZE (1 << 20) /* bytes */

#endif
