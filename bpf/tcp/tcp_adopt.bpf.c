// SPDX-License-Identifier: GPL-2.0
/*
 * tcp_adopt.bpf.c - enables callbacks for connections older than the attachment.
 *
 * ctl runs it once for each attachment and network namespace, over all TCP sockets there, and never
 * attaches it. The iterator holds the lock of the socket, so no callback finds a half-made entry.
 */
#include "bpf/tcp/tcp.bpf.h"
#include "bpf/base/license.bpf.h"

#define SOL_TCP 6
#define OPT_CB_FLAGS 1008 /* TCP_BPF_SOCK_OPS_CB_FLAGS, since Linux 6.12 */
#define CGROUP_DEPTH 64

/* The attachment to adopt for, and the results. ctl sets and reads them around each run. */
__u64 adopt_cgroup_id;
__u32 adopt_owner;
__u32 adopted;
__u32 refused;
int refused_error;

static __always_inline int is_below(const struct tcp_sock *tp)
{
	const struct cgroup *cgroup = tp->inet_conn.icsk_inet.sk.sk_cgrp_data.cgroup;
	const struct cgroup_subsys_state *parent;

	for (int i = 0; cgroup && i < CGROUP_DEPTH; i++) {
		if (cgroup->kn->id == adopt_cgroup_id)
			return 1;
		parent = cgroup->self.parent;
		if (!parent)
			return 0;
		cgroup = parent->cgroup;
	}
	return 0;
}

static __always_inline int turn_on(struct tcp_sock *tp)
{
	int flags = 0, ret;

	ret = bpf_getsockopt(tp, SOL_TCP, OPT_CB_FLAGS, &flags, sizeof(flags));
	if (!ret) {
		flags |= TCP_FLAGS;
		ret = bpf_setsockopt(tp, SOL_TCP, OPT_CB_FLAGS, &flags, sizeof(flags));
	}
	if (ret) {
		refused++;
		refused_error = ret;
	}
	return ret;
}

SEC("iter/tcp")
int weir_tcp_adopt(struct bpf_iter__tcp *ctx)
{
	struct weir_tcp_key key = { .owner = adopt_owner };
	struct sock_common *common = ctx->sk_common;
	struct tcp_place place = {};
	struct tcp_sock *tp;
	__u8 state;

	if (!common)
		return 0;
	state = common->skc_state;
	tp = bpf_skc_to_tcp_sock(common);
	if (!tp || state == TCP_STATE_LISTEN || state == TCP_STATE_CLOSE || !is_below(tp))
		return 0;
	key.cookie = bpf_get_socket_cookie(tp);
	if (tcp_find(&key, &place))
		return 0;
	if (turn_on(tp) == 0 && tcp_begin_late(&key, tp))
		adopted++;
	return 0;
}
