/* SPDX-License-Identifier: GPL-2.0 */
/* tcp.h - part of abi.h, which includes it: TCP connections, seen by sockops programs. */
#ifndef WEIR_BPF_ABI_TCP_H
#define WEIR_BPF_ABI_TCP_H

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
	WEIR_TCP_UNREACHABLE,    /* ICMP said so, and it was given up */
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
 * A connection. Written by sockops programs, whose calls for one socket never overlap, for they
 * hold its lock: no atomic is needed. Times are CLOCK_MONOTONIC in nanoseconds, 0 if unknown or
 * not yet. Three cache lines.
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
	__u64 started;     /* connect(); passive: established */
	__u64 established; /* handshake done */
	__u64 closed;
	__u32 pid;        /* that connected; 0: not known */
	__u32 latency_us; /* active: connect() on; passive: SYN-ACK to its ACK; 0: unknown */
	char command[16]; /* of pid */
	struct weir_tcp_measures measures; /* as of the last look, see bpf/tcp/tcp.bpf.h */
	__u32 rtos;                        /* retransmission timeouts */
	__u32 lost;                        /* segments ever taken for lost */
};

WEIR_ASSERT(sizeof(struct weir_tcp) == 192, "tcp: layout");

/*
 * Map `tcp`: array of sets, a power of two, that can be mapped into memory. Which set a connection
 * is in follows from its key; in the set it may be anywhere. A tag is 0 (nothing there), or owner,
 * as much of the cookie as there is room for, the time of the end, and two flags. BUSY: it is being
 * written, so neither read it nor take it. A reader copies a connection and then looks whether the
 * tag is still the same.
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
/* What WEIR_TCP_TAG() makes, of a tag. */
#define WEIR_TCP_TAG_KEY(tag) ((tag) & ~((1ULL << WEIR_TCP_TAG_COOKIE_SHIFT) - 1))

/*
 * Seconds, nearly, from the end of a connection that is CLOSED to a time in ns, modulo six days.
 * So what ended first is found without a look at the connections: those are eight lines of memory
 * that nobody has in a cache, which was a sixth of all that telemetry cost.
 */
#define WEIR_TCP_TAG_ENDS ((1ULL << (WEIR_TCP_TAG_COOKIE_SHIFT - WEIR_TCP_TAG_END_SHIFT)) - 1)
#define WEIR_TCP_TAG_END(time) (((time) >> 30 & WEIR_TCP_TAG_ENDS) << WEIR_TCP_TAG_END_SHIFT)
#define WEIR_TCP_TAG_AGE(tag, time) \
	((((time) >> 30) - ((tag) >> WEIR_TCP_TAG_END_SHIFT)) & WEIR_TCP_TAG_ENDS)
/* What ended first has most. A second more, for the clock of an end may be a moment ahead. */
#define WEIR_TCP_TAG_SPARE(tag, time) (WEIR_TCP_TAG_AGE(tag, (time) + (1ULL << 30)) + 1)

/*
 * Cookies follow one another, but each CPU gives out 4096 of its own (gen_cookie_next() in
 * include/linux/cookie.h). So eight of them are one set, each with a place of its own, and sets are
 * scattered, by the golden ratio, or CPUs that keep in step would all fill the same ones.
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

/* Connections there is room for: powers of two. */
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
	__u64 latency[WEIR_TCP_BUCKETS]; /* connections by latency_us */
	__u64 rtt[WEIR_TCP_BUCKETS];     /* connections that ended, by their last smoothed RTT */
};

WEIR_ASSERT(sizeof(struct weir_tcp_histograms) == 512, "tcp histograms: layout");

/* Map `tcp_stats`: per-CPU array of one element. Atomic, as above. */
struct weir_tcp_stats {
	__u64 evicted;     /* connections that made room for others in `tcp` */
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
	__u64 time; /* CLOCK_MONOTONIC, ns */
	struct weir_tcp_key key;
	__u32 kind; /* enum weir_tcp_event_kind */
	__u32 value;
	struct weir_tcp connection; /* as it was then */
};

WEIR_ASSERT(sizeof(struct weir_tcp_event) == 224, "tcp event: layout");

#define WEIR_TCP_EVENTS_SIZE (1 << 20) /* bytes */

#endif
