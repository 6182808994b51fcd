/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tcp.bpf.h - TCP connections: a table, histograms, events.
 *
 * Callbacks hold the lock of their socket, so those of one socket never overlap, and an entry needs
 * no atomics. Per-CPU data does: callbacks of other sockets may interrupt this one.
 *
 * Values that change with every segment are copied into the entry when a segment is retransmitted,
 * and at the end. For live values, a reader asks the kernel (sock_diag). So a round trip costs
 * nothing.
 */
#ifndef WEIR_BPF_TCP_TCP_BPF_H
#define WEIR_BPF_TCP_TCP_BPF_H

#include "bpf/state/config.bpf.h"
#include "bpf/tcp/table.bpf.h"

/* Written by programs, and by ctl before a slot is used. It cannot be full. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WEIR_SLOTS);
	__type(key, __u32);
	__type(value, struct weir_tcp_histograms);
} tcp_histograms SEC(".maps");

/*
 * Written by programs, consumed by one reader. If it is full, the newest event is lost and counted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, WEIR_TCP_EVENTS_SIZE);
} tcp_events SEC(".maps");

/* The reader of events writes it every second. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} tcp_lease SEC(".maps");

/*
 * Callbacks to enable for a connection. The RTT callback alone would cost 1 %, so it is not among
 * them.
 */
#define TCP_FLAGS \
	(BPF_SOCK_OPS_STATE_CB_FLAG | BPF_SOCK_OPS_RETRANS_CB_FLAG | BPF_SOCK_OPS_RTO_CB_FLAG)

/*
 * Returns the number of significant bits of a nonzero value without a branch, which would be
 * mispredicted. It spreads the highest bit downwards; the product with a de Bruijn sequence has the
 * index in its upper five bits.
 */
const __u8 tcp_bits[32] = { 1, 10, 2,  11, 14, 22, 3,  30, 12, 15, 17, 19, 23, 26, 4, 31,
			    9, 13, 21, 29, 16, 18, 25, 8,  20, 28, 24, 7,  27, 6,  5, 32 };

static __always_inline void tcp_tally(__u64 *buckets, __u32 us)
{
	__u32 bucket;

	us |= us >> 1;
	us |= us >> 2;
	us |= us >> 4;
	us |= us >> 8;
	us |= us >> 16;
	bucket = tcp_bits[BOUND(us * 0x07c4acddU >> 27, 32)];
	if (bucket >= WEIR_TCP_BUCKETS)
		bucket = WEIR_TCP_BUCKETS - 1;
	__sync_fetch_and_add(&buckets[BOUND(bucket, WEIR_TCP_BUCKETS)], 1);
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

/*
 * Waking the reader costs more than everything else, so do that once, when the ring is half full.
 */
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
	event->time = bpf_ktime_get_ns();
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

static __always_inline int tcp_left_out(__u8 flags)
{
	const struct weir_settings *s;
	__u32 zero = 0;

	if (!(flags & WEIR_TCP_F_LOOPBACK))
		return 0;
	s = bpf_map_lookup_elem(&settings, &zero);
	return s && s->skip_loopback;
}

/*
 * Adds an entry with all its constant values. Returns 0 if the connection is excluded, or there is
 * no room.
 */
static __always_inline int tcp_begin(const struct weir_tcp_key *key, const struct tcp_sock *tp,
				     __u64 time, struct tcp_place *place)
{
	__u8 flags = tcp_kind(&tp->inet_conn.icsk_inet.sk.__sk_common);

	if (tcp_left_out(flags) || !tcp_claim(key, time, place))
		return 0;
	__builtin_memset(place->e, 0, sizeof(*place->e));
	place->e->cookie = key->cookie;
	place->e->flags = flags;
	tcp_identify(place->e, tp);
	return 1;
}

/*
 * Adds a connection that is older than the attachment or was evicted, with what is known about it.
 */
static __noinline int tcp_begin_late(const struct weir_tcp_key *key, const struct tcp_sock *tp)
{
	struct tcp_place place = {};

	if (!tcp_begin(key, tp, bpf_ktime_get_ns(), &place))
		return 0;
	place.e->state = tp->inet_conn.icsk_inet.sk.__sk_common.skc_state;
	place.e->flags |= WEIR_TCP_F_ADOPTED;
	tcp_publish(key, &place);
	return 1;
}

/* Finds a connection, adding it if necessary. Returns 0 if it is excluded or there is no room. */
static __always_inline int tcp_seek(const struct weir_tcp_key *key, const struct tcp_sock *tp,
				    struct tcp_place *place)
{
	if (!tcp_find(key, place) && (!tcp_begin_late(key, tp) || !tcp_find(key, place)))
		return 0;
	return !tcp_left_out(place->e->flags);
}

/* --- callbacks --- */

static __always_inline void tcp_want(struct bpf_sock_ops *ctx)
{
	/* keep the flags of other programs */
	bpf_sock_ops_cb_flags_set(ctx, ctx->bpf_sock_ops_cb_flags | TCP_FLAGS);
}

static __always_inline void tcp_established(const struct weir_tcp_key *key,
					    const struct weir_tcp *e, __u32 kind)
{
	struct weir_tcp_histograms *h = tcp_slot_histograms();

	if (h && e->latency_us)
		tcp_tally(h->latency, e->latency_us);
	tcp_event(key, e, kind, e->latency_us);
}

static __always_inline void tcp_on_connect(struct weir_tcp *e, __u64 time)
{
	e->state = TCP_STATE_SYN_SENT;
	e->direction = WEIR_TCP_ACTIVE;
	e->started = time;
	tcp_process(e);
}

/*
 * The first RTT sample is the time from SYN-ACK to ACK. There is no sample after a SYN cookie. In
 * that case, and with data in the SYN, the clock cached in the socket may not be set.
 */
static __always_inline __u64 tcp_begin_time(const struct tcp_sock *tp, __u32 op)
{
	return op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB && tp->srtt_us >> 3 ? tcp_packet_time(tp)
									     : bpf_ktime_get_ns();
}

static __always_inline void tcp_on_passive(struct weir_tcp *e, const struct tcp_sock *tp,
					   __u64 time)
{
	e->state = TCP_STATE_ESTABLISHED;
	e->direction = WEIR_TCP_PASSIVE;
	e->latency_us = e->measures.srtt_us = tp->srtt_us >> 3;
	e->started = e->established = time;
}

static __always_inline void tcp_on_active(struct bpf_sock_ops *ctx, const struct weir_tcp_key *key,
					  struct weir_tcp *e, const struct tcp_sock *tp)
{
	e->state = TCP_STATE_ESTABLISHED;
	e->established = tcp_packet_time(tp);
	if (e->started)
		e->latency_us = (e->established - e->started) / 1000;
	e->measures.srtt_us = tp->srtt_us >> 3;
	if (e->flags & WEIR_TCP_F_ADOPTED)
		tcp_want(ctx);
	tcp_established(key, e, WEIR_TCP_EVENT_CONNECT);
}

static __always_inline void tcp_on_close(struct bpf_sock_ops *ctx, const struct weir_tcp_key *key,
					 struct tcp_place *place, const struct tcp_sock *tp)
{
	struct weir_tcp_histograms *h = tcp_slot_histograms();
	struct weir_tcp *e = place->e;

	e->state = TCP_STATE_CLOSE;
	e->end = tcp_end(ctx->args[0], tp);
	e->closed = tcp_end_time(e->end, tp);
	tcp_measure(ctx, e, tp);
	tcp_publish_closed(key, place);
	if (h && e->measures.srtt_us)
		tcp_tally(h->rtt, e->measures.srtt_us);
	tcp_event(key, e, WEIR_TCP_EVENT_CLOSE, 0);
}

static __always_inline void tcp_on_retransmit(struct bpf_sock_ops *ctx,
					      const struct weir_tcp_key *key, struct weir_tcp *e,
					      const struct tcp_sock *tp)
{
	tcp_measure(ctx, e, tp);
	tcp_event(key, e, WEIR_TCP_EVENT_RETRANSMIT, ctx->args[1]);
}

static __always_inline void tcp_on_rto(struct bpf_sock_ops *ctx, const struct weir_tcp_key *key,
				       struct weir_tcp *e, const struct tcp_sock *tp)
{
	e->rtos++;
	tcp_measure(ctx, e, tp);
	tcp_event(key, e, WEIR_TCP_EVENT_RTO, ctx->args[1]);
}

/*
 * All callbacks that add an entry share this code, as do those that need one: it is rarely in the
 * cache.
 */
static __always_inline void tcp_on_begin(struct bpf_sock_ops *ctx, const struct weir_tcp_key *key,
					 const struct tcp_sock *tp, __u32 op)
{
	struct tcp_place place = {};
	__u64 time = tcp_begin_time(tp, op);

	if (!tcp_begin(key, tp, time, &place))
		return;
	if (op == BPF_SOCK_OPS_TCP_CONNECT_CB)
		tcp_on_connect(place.e, time);
	else
		tcp_on_passive(place.e, tp, time);
	tcp_publish(key, &place);
	tcp_want(ctx);
	if (op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		tcp_established(key, place.e, WEIR_TCP_EVENT_ACCEPT);
}

static __always_inline void tcp_on_later(struct bpf_sock_ops *ctx, const struct weir_tcp_key *key,
					 const struct tcp_sock *tp, __u32 op)
{
	struct tcp_place place = {};

	if (!tcp_seek(key, tp, &place))
		return;
	switch (op) {
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
		tcp_on_active(ctx, key, place.e, tp);
		break;
	case BPF_SOCK_OPS_STATE_CB:
		tcp_on_close(ctx, key, &place, tp);
		break;
	case BPF_SOCK_OPS_RETRANS_CB:
		tcp_on_retransmit(ctx, key, place.e, tp);
		break;
	case BPF_SOCK_OPS_RTO_CB:
		tcp_on_rto(ctx, key, place.e, tp);
		break;
	}
}

/*
 * Returns NULL for early callbacks of an incoming connection, which have a request instead of a
 * socket.
 */
static __always_inline const struct tcp_sock *tcp_socket(struct bpf_sock_ops *ctx)
{
	struct bpf_sock_ops_kern *kernel;
	struct bpf_sock *sk;

	if (!ctx->is_fullsock)
		return NULL;
	/* a call costs 10 to 30 ns on machines with mitigations for returns */
	if (cfg_kernel_ctx) {
		kernel = bpf_cast_to_kern_ctx(ctx);
		return bpf_rdonly_cast(kernel->sk, bpf_core_type_id_kernel(struct tcp_sock));
	}
	sk = ctx->sk;
	return sk ? bpf_skc_to_tcp_sock(sk) : NULL;
}

static __always_inline __u64 tcp_cookie(struct bpf_sock_ops *ctx, const struct tcp_sock *tp)
{
	__u64 cookie = (__u64)tp->inet_conn.icsk_inet.sk.__sk_common.skc_cookie.counter;

	/* no cookie has been assigned yet */
	return cookie ? cookie : bpf_get_socket_cookie(ctx);
}

/* Handles the callbacks that need the kernel's socket and the table. */
static __always_inline void tcp_look(struct bpf_sock_ops *ctx, __u32 op)
{
	struct weir_tcp_key key = { .owner = cfg_instance };
	const struct tcp_sock *tp = tcp_socket(ctx);

	if (!tp)
		return;
	key.cookie = tcp_cookie(ctx, tp);
	switch (op) {
	case BPF_SOCK_OPS_TCP_CONNECT_CB:
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		tcp_on_begin(ctx, &key, tp, op);
		break;
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
	case BPF_SOCK_OPS_STATE_CB:
	case BPF_SOCK_OPS_RETRANS_CB:
	case BPF_SOCK_OPS_RTO_CB:
		tcp_on_later(ctx, &key, tp, op);
		break;
	}
}

/*
 * Most callbacks return here: replies to the kernel, and intermediate states on the way to the end.
 */
static __always_inline void tcp_observe(struct bpf_sock_ops *ctx)
{
	__u32 op = ctx->op;

	if (op == BPF_SOCK_OPS_STATE_CB &&
	    (ctx->args[1] != TCP_STATE_CLOSE || ctx->args[0] == TCP_STATE_LISTEN))
		return;
	if (op >= BPF_SOCK_OPS_TCP_CONNECT_CB)
		tcp_look(ctx, op);
}

#endif
