/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tcp.bpf.h - TCP connections: a table that remembers them, histograms, events.
 *
 * Callbacks of one socket come one after the other, for they hold its lock, so an entry needs no
 * atomic. What is per CPU does: the lock lets other sockets' callbacks interrupt.
 *
 * What changes with every segment is copied into the entry when something is retransmitted, at the
 * end, and of the connection whose RTT a CPU happens to measure first in a jiffy. A reader asks the
 * kernel for what is live (sock_diag). So a round trip costs two short calls and no look-up.
 */
#ifndef WEIR_TCP_BPF_H
#define WEIR_TCP_BPF_H

#include "config.bpf.h"
#include "tcp_entry.bpf.h"

/* Full: the least recently used connection goes. Size by ctl attach --tcp-entries. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, WEIR_TCP_DEFAULT);
	__type(key, struct weir_tcp_key);
	__type(value, struct weir_tcp);
} tcp SEC(".maps");

/* Written by programs, and by ctl before a slot is used. It cannot be full. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WEIR_SLOTS);
	__type(key, __u32);
	__type(value, struct weir_tcp_histograms);
} tcp_histograms SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weir_tcp_stats);
} tcp_stats SEC(".maps");

/* Written by programs, read by one reader. Full: the newest event is lost, and counted. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, WEIR_TCP_EVENTS_SIZE);
} tcp_events SEC(".maps");

/* Written by the reader of events every second. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} tcp_lease SEC(".maps");

/* Calls wanted of a connection that is not there yet, and of one that is. */
#define TCP_FLAGS_BEFORE \
	(BPF_SOCK_OPS_STATE_CB_FLAG | BPF_SOCK_OPS_RETRANS_CB_FLAG | BPF_SOCK_OPS_RTO_CB_FLAG)
#define TCP_FLAGS (TCP_FLAGS_BEFORE | BPF_SOCK_OPS_RTT_CB_FLAG)

static __always_inline struct weir_tcp_stats *tcp_counts(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&tcp_stats, &zero);
}

static __always_inline void tcp_tally(__u64 *buckets, __u32 us)
{
	__u32 bucket = 0;

	for (__u32 step = 16; step; step /= 2) {
		if (us >> step) {
			us >>= step;
			bucket += step;
		}
	}
	bucket += us;
	if (bucket >= WEIR_TCP_BUCKETS)
		bucket = WEIR_TCP_BUCKETS - 1;
	__sync_fetch_and_add(&buckets[bucket], 1);
}

static __always_inline struct weir_tcp_histograms *tcp_slot_histograms(void)
{
	__u32 slot = cfg_slot;

	return bpf_map_lookup_elem(&tcp_histograms, &slot);
}

/* --- events --- */

static __always_inline int tcp_events_wanted(void)
{
	__u32 zero = 0;
	const __u64 *lease = bpf_map_lookup_elem(&tcp_lease, &zero);

	return lease && bpf_jiffies64() < *lease;
}

/* Waking the reader costs more than all the rest: once, when the ring is half full. */
static __always_inline __u64 tcp_wakeup(void)
{
	return bpf_ringbuf_query(&tcp_events, BPF_RB_AVAIL_DATA) < WEIR_TCP_EVENTS_SIZE / 2
		       ? BPF_RB_NO_WAKEUP
		       : BPF_RB_FORCE_WAKEUP;
}

static __noinline void tcp_write_event(const struct weir_tcp_key *key, const struct weir_tcp *e,
				       __u32 kind, __u32 value)
{
	struct weir_tcp_stats *counts = tcp_counts();
	struct weir_tcp_event *event = bpf_ringbuf_reserve(&tcp_events, sizeof(*event), 0);

	if (!event) {
		if (counts)
			__sync_fetch_and_add(&counts->events_lost, 1);
		return;
	}
	event->time = bpf_ktime_get_boot_ns();
	event->key = *key;
	event->kind = kind;
	event->value = value;
	__builtin_memcpy(&event->connection, e, sizeof(*e));
	bpf_ringbuf_submit(event, tcp_wakeup());
	if (counts)
		__sync_fetch_and_add(&counts->events, 1);
}

static __always_inline void tcp_event(const struct weir_tcp_key *key, const struct weir_tcp *e,
				      __u32 kind, __u32 value)
{
	if (tcp_events_wanted())
		tcp_write_event(key, e, kind, value);
}

/* --- entries --- */

static __always_inline int tcp_left_out(const struct weir_tcp *e)
{
	const struct weir_settings *s;
	__u32 zero = 0;

	if (!(e->flags & WEIR_TCP_F_LOOPBACK))
		return 0;
	s = bpf_map_lookup_elem(&settings, &zero);
	return s && s->skip_loopback;
}

/* Whether there was room. */
static __noinline int tcp_insert(const struct weir_tcp_key *key, const struct weir_tcp *fresh)
{
	struct weir_tcp_stats *counts = tcp_counts();
	int ret = bpf_map_update_elem(&tcp, key, fresh, BPF_NOEXIST);

	/* a socket may connect again after it was disconnected */
	if (ret == -17) /* EEXIST */
		ret = bpf_map_update_elem(&tcp, key, fresh, BPF_ANY);
	else if (!ret && counts)
		__sync_fetch_and_add(&counts->inserts, 1);
	if (ret && counts)
		__sync_fetch_and_add(&counts->failures, 1);
	return !ret;
}

/* Makes an entry of `fresh`, which is all 0; 0: it is to be left out, or there is no room. */
static __always_inline int tcp_begin(const struct weir_tcp_key *key, const struct tcp_sock *tp,
				     struct weir_tcp *fresh)
{
	tcp_identify(fresh, tp);
	if (tcp_left_out(fresh))
		return 0;
	if (fresh->direction == WEIR_TCP_ACTIVE)
		tcp_process(fresh);
	if (fresh->direction == WEIR_TCP_UNKNOWN)
		fresh->flags |= WEIR_TCP_F_ADOPTED;
	else
		fresh->started = bpf_ktime_get_boot_ns();
	if (fresh->direction == WEIR_TCP_PASSIVE)
		fresh->established = fresh->started;
	return tcp_insert(key, fresh);
}

/* One that is older than we are, or that was evicted: as far as it can be known. */
static __noinline int tcp_begin_late(const struct weir_tcp_key *key, const struct tcp_sock *tp)
{
	struct weir_tcp fresh = {
		.state = tp->inet_conn.icsk_inet.sk.__sk_common.skc_state,
		.direction = WEIR_TCP_UNKNOWN,
	};

	tcp_measure(&fresh, tp);
	return tcp_begin(key, tp, &fresh);
}

/* NULL: to be left out, or no room. */
static __always_inline struct weir_tcp *tcp_find(const struct weir_tcp_key *key,
						 const struct tcp_sock *tp)
{
	struct weir_tcp *e = bpf_map_lookup_elem(&tcp, key);

	if (!e && tcp_begin_late(key, tp))
		e = bpf_map_lookup_elem(&tcp, key);
	return e && tcp_left_out(e) ? NULL : e;
}

/* --- callbacks --- */

static __always_inline void tcp_want(struct bpf_sock_ops *ctx, int flags)
{
	/* other programs have flags of their own */
	bpf_sock_ops_cb_flags_set(ctx, ctx->bpf_sock_ops_cb_flags | flags);
}

static __always_inline void tcp_on_connect(struct bpf_sock_ops *ctx, const struct weir_tcp_key *key,
					   const struct tcp_sock *tp)
{
	struct weir_tcp fresh = { .state = TCP_STATE_SYN_SENT, .direction = WEIR_TCP_ACTIVE };

	if (tcp_begin(key, tp, &fresh))
		tcp_want(ctx, TCP_FLAGS_BEFORE);
}

static __always_inline void tcp_established(const struct weir_tcp_key *key,
					    const struct weir_tcp *e, __u32 kind)
{
	struct weir_tcp_histograms *h = tcp_slot_histograms();

	if (h && e->latency_us)
		tcp_tally(h->latency, e->latency_us);
	tcp_event(key, e, kind, e->latency_us);
}

static __always_inline void tcp_on_active(struct bpf_sock_ops *ctx, const struct weir_tcp_key *key,
					  const struct tcp_sock *tp)
{
	struct weir_tcp *e = tcp_find(key, tp);

	if (!e)
		return;
	tcp_want(ctx, TCP_FLAGS);
	e->state = TCP_STATE_ESTABLISHED;
	e->established = bpf_ktime_get_boot_ns();
	if (e->started)
		e->latency_us = (e->established - e->started) / 1000;
	e->measures.srtt_us = tp->srtt_us >> 3;
	tcp_established(key, e, WEIR_TCP_EVENT_CONNECT);
}

/* The RTT so far is that of SYN-ACK and its ACK; after a SYN cookie it is not known. */
static __always_inline void tcp_on_passive(struct bpf_sock_ops *ctx, const struct weir_tcp_key *key,
					   const struct tcp_sock *tp)
{
	struct weir_tcp fresh = {
		.state = TCP_STATE_ESTABLISHED,
		.direction = WEIR_TCP_PASSIVE,
		.latency_us = tp->srtt_us >> 3,
		.measures.srtt_us = tp->srtt_us >> 3,
	};

	if (!tcp_begin(key, tp, &fresh))
		return;
	tcp_want(ctx, TCP_FLAGS);
	tcp_established(key, &fresh, WEIR_TCP_EVENT_ACCEPT);
}

static __always_inline void tcp_on_close(const struct weir_tcp_key *key, const struct tcp_sock *tp,
					 __u8 old)
{
	struct weir_tcp *e = tcp_find(key, tp);

	if (!e)
		return;
	e->state = TCP_STATE_CLOSE;
	e->closed = bpf_ktime_get_boot_ns();
	e->end = tcp_end(old, tp);
	tcp_measure(e, tp);
	tcp_event(key, e, WEIR_TCP_EVENT_CLOSE, 0);
}

static __always_inline void tcp_on_retransmit(const struct weir_tcp_key *key,
					      const struct tcp_sock *tp, __u32 segments)
{
	struct weir_tcp *e = tcp_find(key, tp);

	if (!e)
		return;
	tcp_measure(e, tp);
	tcp_event(key, e, WEIR_TCP_EVENT_RETRANSMIT, segments);
}

static __always_inline void tcp_on_rto(const struct weir_tcp_key *key, const struct tcp_sock *tp,
				       __u32 jiffies)
{
	struct weir_tcp *e = tcp_find(key, tp);

	if (!e)
		return;
	e->rtos++;
	tcp_measure(e, tp);
	tcp_event(key, e, WEIR_TCP_EVENT_RTO, jiffies);
}

/* The look-up keeps busy connections from being evicted, too. */
static __always_inline void tcp_refresh(const struct weir_tcp_key *key, const struct tcp_sock *tp)
{
	struct weir_tcp *e = tcp_find(key, tp);

	if (!e)
		return;
	e->state = tp->inet_conn.icsk_inet.sk.__sk_common.skc_state;
	tcp_measure(e, tp);
}

/* Whether the addresses are such, and left out. */
static __always_inline int tcp_skips(const struct bpf_sock_ops *ctx)
{
	const struct weir_settings *s;
	__u32 zero = 0;

	s = bpf_map_lookup_elem(&settings, &zero);
	if (!s || !s->skip_loopback)
		return 0;
	if (ctx->family == AF_INET)
		return tcp_is_loopback4(ctx->remote_ip4);
	if (ctx->remote_ip6[0] || ctx->remote_ip6[1])
		return 0;
	return ctx->remote_ip6[2] == TCP_MAPPED
		       ? tcp_is_loopback4(ctx->remote_ip6[3])
		       : !ctx->remote_ip6[2] && ctx->remote_ip6[3] == bpf_htonl(1);
}

/* Returns whether this CPU has not looked at a connection in this jiffy. */
static __always_inline int tcp_on_rtt(struct bpf_sock_ops *ctx)
{
	struct weir_tcp_histograms *h = tcp_slot_histograms();
	__u64 now = bpf_jiffies64();

	if (!h || tcp_skips(ctx))
		return 0;
	tcp_tally(h->rtt, ctx->srtt_us >> 3);
	if (h->refreshed == now)
		return 0;
	h->refreshed = now;
	return 1;
}

/* What needs the kernel's socket and the table. */
static __always_inline void tcp_look(struct bpf_sock_ops *ctx, __u32 op)
{
	struct weir_tcp_key key = { .owner = cfg_instance };
	struct bpf_sock *sk = ctx->sk;
	const struct tcp_sock *tp;

	/* early calls for a connection that comes in have a request instead of a socket */
	if (!ctx->is_fullsock || !sk)
		return;
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp)
		return;
	key.cookie = bpf_get_socket_cookie(ctx);
	switch (op) {
	case BPF_SOCK_OPS_TCP_CONNECT_CB:
		tcp_on_connect(ctx, &key, tp);
		break;
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
		tcp_on_active(ctx, &key, tp);
		break;
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		tcp_on_passive(ctx, &key, tp);
		break;
	case BPF_SOCK_OPS_STATE_CB:
		tcp_on_close(&key, tp, ctx->args[0]);
		break;
	case BPF_SOCK_OPS_RETRANS_CB:
		tcp_on_retransmit(&key, tp, ctx->args[1]);
		break;
	case BPF_SOCK_OPS_RTO_CB:
		tcp_on_rto(&key, tp, ctx->args[1]);
		break;
	case BPF_SOCK_OPS_RTT_CB:
		tcp_refresh(&key, tp);
		break;
	}
}

/* Most calls are over here: RTT measurements, and states on the way to the end. */
static __always_inline void tcp_observe(struct bpf_sock_ops *ctx)
{
	__u32 op = ctx->op;

	if (op == BPF_SOCK_OPS_RTT_CB && !tcp_on_rtt(ctx))
		return;
	if (op == BPF_SOCK_OPS_STATE_CB &&
	    (ctx->args[1] != TCP_STATE_CLOSE || ctx->args[0] == TCP_STATE_LISTEN))
		return;
	if (op >= BPF_SOCK_OPS_TCP_CONNECT_CB)
		tcp_look(ctx, op);
}

#endif
