/* SPDX-License-Identifier: GPL-2.0 */
/* entry.bpf.h - fills an entry of the TCP table from the kernel's socket. */
#ifndef WEIR_BPF_TCP_ENTRY_BPF_H
#define WEIR_BPF_TCP_ENTRY_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "bpf/abi/abi.h"
#include "bpf/kernel/kernel.bpf.h"

#define AF_INET 2

/* include/net/tcp_states.h */
enum {
	TCP_STATE_ESTABLISHED = 1,
	TCP_STATE_SYN_SENT = 2,
	TCP_STATE_SYN_RECV = 3,
	TCP_STATE_CLOSE = 7,
	TCP_STATE_CLOSE_WAIT = 8,
	TCP_STATE_LAST_ACK = 9,
	TCP_STATE_LISTEN = 10,
};

/* include/uapi/asm-generic/errno.h; x86, arm64 and riscv use it, some architectures do not */
enum {
	ERR_PIPE = 32,
	ERR_NET_UNREACHABLE = 101,
	ERR_ABORTED = 103,
	ERR_RESET = 104,
	ERR_TIMED_OUT = 110,
	ERR_REFUSED = 111,
	ERR_HOST_UNREACHABLE = 113,
};

#define TCP_MAPPED bpf_htonl(0xffff)

static __always_inline int tcp_is_loopback4(__u32 address)
{
	return (address & bpf_htonl(0xff000000)) == bpf_htonl(0x7f000000);
}

static __always_inline int tcp_is_loopback6(const struct ipv6_words *a)
{
	return !a->words[0] && !a->words[1] && !a->words[2] && a->words[3] == bpf_htonl(1);
}

static __always_inline int tcp_is_mapped(const struct ipv6_words *a)
{
	return !a->words[0] && !a->words[1] && a->words[2] == TCP_MAPPED;
}

/*
 * Returns WEIR_TCP_F_V6 and WEIR_TCP_F_LOOPBACK as they apply. IPv6 sockets keep mapped addresses
 * in both forms.
 */
static __always_inline __u8 tcp_kind(const struct sock_common *sk)
{
	__u8 v6 = 0;

	if (sk->skc_family != AF_INET && !tcp_is_mapped(&sk->skc_v6_daddr))
		v6 = WEIR_TCP_F_V6;
	if (v6 ? tcp_is_loopback6(&sk->skc_v6_rcv_saddr) && tcp_is_loopback6(&sk->skc_v6_daddr)
	       : tcp_is_loopback4(sk->skc_rcv_saddr) && tcp_is_loopback4(sk->skc_daddr))
		return v6 | WEIR_TCP_F_LOOPBACK;
	return v6;
}

/* The kernel fills in the mapped local address only after it has sent the SYN. */
static __always_inline void tcp_addresses(struct weir_tcp *e, const struct sock_common *sk)
{
	if (!(e->flags & WEIR_TCP_F_V6)) {
		e->local[2] = e->remote[2] = TCP_MAPPED;
		e->local[3] = sk->skc_rcv_saddr;
		e->remote[3] = sk->skc_daddr;
		return;
	}
	e->local[0] = sk->skc_v6_rcv_saddr.words[0];
	e->local[1] = sk->skc_v6_rcv_saddr.words[1];
	e->local[2] = sk->skc_v6_rcv_saddr.words[2];
	e->local[3] = sk->skc_v6_rcv_saddr.words[3];
	e->remote[0] = sk->skc_v6_daddr.words[0];
	e->remote[1] = sk->skc_v6_daddr.words[1];
	e->remote[2] = sk->skc_v6_daddr.words[2];
	e->remote[3] = sk->skc_v6_daddr.words[3];
}

/* Stores the properties that never change: addresses, ports, namespace, cgroup. */
static __always_inline void tcp_identify(struct weir_tcp *e, const struct tcp_sock *tp)
{
	const struct sock *sk = &tp->inet_conn.icsk_inet.sk;
	const struct sock_common *common = &sk->__sk_common;

	tcp_addresses(e, common);
	e->local_port = common->skc_num;
	e->remote_port = bpf_ntohs(common->skc_dport);
	e->netns_cookie = common->skc_net.net->net_cookie;
	e->cgroup_id = sk->sk_cgrp_data.cgroup->kn->id;
}

/* Returns the CLOCK_MONOTONIC time that the kernel noted for the packet or timer being handled. */
static __always_inline __u64 tcp_packet_time(const struct tcp_sock *tp)
{
	return bpf_core_field_exists(tp->tcp_clock_cache) ? tp->tcp_clock_cache
							  : bpf_ktime_get_ns();
}

/*
 * Measures as tcp_get_info() in net/ipv4/tcp.c does. Members that bpf_tcp_sock has are read from
 * there. Each load from the kernel's socket is guarded against faults, which takes six times the
 * code and a jump that is usually mispredicted, because this code is rarely in the cache.
 */
static __always_inline void tcp_measure(struct bpf_sock_ops *ctx, struct weir_tcp *e,
					const struct tcp_sock *tp)
{
	struct weir_tcp_measures *m = &e->measures;
	struct bpf_sock *sk = ctx->sk;
	struct bpf_tcp_sock *tcp = sk ? bpf_tcp_sock(sk) : NULL;
	__u32 min_rtt, interval;

	if (!tcp)
		return;
	min_rtt = tcp->rtt_min;
	interval = tcp->rate_interval_us;
	m->bytes_acked = tcp->bytes_acked;
	m->bytes_received = tcp->bytes_received;
	m->mss = tcp->mss_cache;
	m->delivery_rate = interval ? (__u64)tcp->rate_delivered * m->mss * 1000000 / interval : 0;
	m->srtt_us = tcp->srtt_us >> 3;
	m->min_rtt_us = min_rtt == ~0U ? 0 : min_rtt;
	m->cwnd = tcp->snd_cwnd;
	m->retransmits = tcp->total_retrans;
	m->segs_out = tcp->segs_out;
	m->segs_in = tcp->segs_in;
	m->data_segs_out = tcp->data_segs_out;
	m->data_segs_in = tcp->data_segs_in;
	m->delivered_ce = tcp->delivered_ce;
	m->reordering = tp->reordering;
	m->reord_seen = tp->reord_seen;
	e->lost = tp->lost;
}

/* Records the process that calls connect(), by its first thread. */
static __always_inline void tcp_process(struct weir_tcp *e)
{
	const struct task_struct *task = bpf_get_current_task_btf();
	const struct task_struct *leader = task->group_leader;

	e->pid = (__u32)task->tgid;
	((__u64 *)e->command)[0] = ((const __u64 *)leader->comm)[0];
	((__u64 *)e->command)[1] = ((const __u64 *)leader->comm)[1];
}

/*
 * Returns the ICMP error of a connection that was never established, if it arrived while the
 * process held the lock of the socket, as in connect(): tcp_v4_err() in net/ipv4/tcp_ipv4.c.
 * Reading SO_ERROR clears the first of the two places, not the second.
 */
static __always_inline int tcp_soft_error(const struct sock *sk)
{
	const struct sock_exterr_skb *queued;

	if (sk->sk_err_soft || !sk->sk_error_queue.qlen)
		return sk->sk_err_soft;
	queued = (const void *)sk->sk_error_queue.next->cb;
	return (int)queued->ee.ee_errno;
}

/* Returns why a socket goes from state `old` to CLOSE. */
static __always_inline __u8 tcp_end(__u8 old, const struct tcp_sock *tp)
{
	int established = old != TCP_STATE_SYN_SENT && old != TCP_STATE_SYN_RECV;
	const struct sock *sk = &tp->inet_conn.icsk_inet.sk;
	int error = sk->sk_err;

	if (!error && !established)
		error = tcp_soft_error(sk);
	switch (error) {
	case 0:
		break;
	case ERR_RESET:
	case ERR_PIPE: /* reset received in CLOSE-WAIT: tcp_reset() in net/ipv4/tcp_input.c */
		return WEIR_TCP_RESET_RECEIVED;
	case ERR_REFUSED:
		return WEIR_TCP_REFUSED;
	case ERR_TIMED_OUT:
		return WEIR_TCP_TIMED_OUT;
	case ERR_NET_UNREACHABLE:
	case ERR_HOST_UNREACHABLE:
		return WEIR_TCP_UNREACHABLE;
	case ERR_ABORTED:
		return WEIR_TCP_ABORTED;
	default:
		return WEIR_TCP_FAILED;
	}
	if (!established)
		return WEIR_TCP_ABORTED;
	if (old == TCP_STATE_ESTABLISHED || old == TCP_STATE_CLOSE_WAIT)
		return WEIR_TCP_RESET_SENT;
	return old == TCP_STATE_LAST_ACK ? WEIR_TCP_PASSIVE_CLOSE : WEIR_TCP_ACTIVE_CLOSE;
}

/* These ends are caused by neither a packet nor a timer. */
static __always_inline __u64 tcp_end_time(__u8 end, const struct tcp_sock *tp)
{
	return end == WEIR_TCP_RESET_SENT || end == WEIR_TCP_ABORTED || end == WEIR_TCP_FAILED
		       ? bpf_ktime_get_ns()
		       : tcp_packet_time(tp);
}

#endif
