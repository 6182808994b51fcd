/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tune.bpf.h - sets options of new TCP connections from the first matching entry of a list.
 *
 * The list holds arguments of setsockopt(2). The program itself knows only the options that the
 * kernel asks for by callback (initial window, SYN timeout, ECN), and the traffic class, whose name
 * depends on the address family. It counts the result of each option by entry.
 *
 * Programs of nested cgroups run from the inside out. The innermost that has an entry for a
 * connection decides. It stores its choice with the socket, so the connection keeps that entry
 * until it is established.
 */
#ifndef WEIR_BPF_TUNE_TUNE_BPF_H
#define WEIR_BPF_TUNE_TUNE_BPF_H

#include <bpf/bpf_endian.h>
#include "bpf/state/config.bpf.h"
#include "bpf/base/bound.bpf.h"

const volatile __u64 cfg_cgroup; /* id of the cgroup the program is attached to */
const volatile __u32 cfg_depth;  /* depth of that cgroup below the mount, plus 1 */

/* Written by ctl tune, read by programs for each connection. If it is full, ctl tune add fails. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct weir_tune_list);
} tune_rules SEC(".maps");

/*
 * One element per entry. ctl sets it to 0 for a new entry; otherwise only programs write it. They
 * add atomically: an incoming connection may interrupt a process that connects.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WEIR_TUNE_RULES);
	__type(key, __u32);
	__type(value, struct weir_tune_stats);
} tune_stats SEC(".maps");

/* Freed with the socket. If memory runs out, the connection is not tuned. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct weir_tune_socket);
} tune_sockets SEC(".maps");

#define TUNE_AF_INET 2
#define TUNE_AF_INET6 10
#define TUNE_SOL_IPV6 41
#define TUNE_IPV6_TCLASS 67 /* include/uapi/linux/in6.h */
#define TUNE_MAPPED bpf_htonl(0xffff)

/* The properties of a connection that entries are compared with. */
struct tune_ends {
	__u32 remote[4]; /* network byte order; IPv4 as mapped IPv6 */
	__u32 local_port;
	__u32 remote_port;
};

struct tune_search {
	struct weir_tune_list *list;
	struct weir_tune_rule *found;
	struct tune_ends ends;
	__u32 number; /* of the entry to find; 0: the first match */
};

struct tune_work {
	struct bpf_sock_ops *ctx;
	struct weir_tune_rule *rule;
	struct weir_tune_stats *stats;
	__u32 stage;
	__u32 v6; /* 1: the connection uses IPv6 packets */
};

/*
 * Reads all addresses before it chooses one, as volatile. A compiler that chooses first merges the
 * reads into one at a computed context offset, which the verifier rejects.
 */
static __always_inline void tune_ends_of(struct bpf_sock_ops *ctx, struct tune_ends *ends)
{
	const volatile struct bpf_sock_ops *at = ctx;
	__u32 v4 = at->remote_ip4, family = at->family;
	__u32 v6_0 = at->remote_ip6[0], v6_1 = at->remote_ip6[1];
	__u32 v6_2 = at->remote_ip6[2], v6_3 = at->remote_ip6[3];

	ends->local_port = at->local_port;
	ends->remote_port = bpf_ntohl(at->remote_port);
	ends->remote[0] = family == TUNE_AF_INET6 ? v6_0 : 0;
	ends->remote[1] = family == TUNE_AF_INET6 ? v6_1 : 0;
	ends->remote[2] = family == TUNE_AF_INET6 ? v6_2 : TUNE_MAPPED;
	ends->remote[3] = family == TUNE_AF_INET6 ? v6_3 : v4;
}

static __always_inline int tune_is_mapped(const struct tune_ends *ends)
{
	return !(ends->remote[0] | ends->remote[1]) && ends->remote[2] == TUNE_MAPPED;
}

static __always_inline int tune_is_loopback(const struct tune_ends *ends)
{
	if (tune_is_mapped(ends))
		return bpf_ntohl(ends->remote[3]) >> 24 == 127;
	return !(ends->remote[0] | ends->remote[1] | ends->remote[2]) &&
	       ends->remote[3] == bpf_htonl(1);
}

static __always_inline int tune_matches(const struct weir_tune_rule *rule,
					const struct tune_ends *ends)
{
	return (!rule->cgroup_id || rule->cgroup_id == cfg_cgroup) &&
	       ends->local_port >= rule->local_min && ends->local_port <= rule->local_max &&
	       ends->remote_port >= rule->remote_min && ends->remote_port <= rule->remote_max &&
	       (ends->remote[0] & rule->mask[0]) == rule->remote[0] &&
	       (ends->remote[1] & rule->mask[1]) == rule->remote[1] &&
	       (ends->remote[2] & rule->mask[2]) == rule->remote[2] &&
	       (ends->remote[3] & rule->mask[3]) == rule->remote[3];
}

/* Callback of bpf_loop(); 1 ends the loop. */
static long tune_look_at(__u32 i, struct tune_search *search)
{
	struct weir_tune_rule *rule;

	if (i >= WEIR_TUNE_RULES)
		return 1;
	rule = &search->list->rules[BOUND(i, WEIR_TUNE_RULES)];
	if (search->number ? rule->number != search->number : !tune_matches(rule, &search->ends))
		return 0;
	search->found = rule;
	return 1;
}

/*
 * Finds the entry `number` if it still exists, or the first match if `number` is 0. Returns NULL
 * otherwise.
 */
static __always_inline struct weir_tune_rule *tune_find(struct bpf_sock_ops *ctx, __u32 number)
{
	struct tune_search search = { .number = number };
	const struct weir_settings *s;
	__u32 key = 0, count;

	s = bpf_map_lookup_elem(&settings, &key);
	if (!s)
		return NULL;
	key = s->tune_list & 1;
	search.list = bpf_map_lookup_elem(&tune_rules, &key);
	if (!search.list || !search.list->count)
		return NULL;
	tune_ends_of(ctx, &search.ends);
	if (s->skip_loopback && tune_is_loopback(&search.ends))
		return NULL;
	count = search.list->count;
	bpf_loop(count, tune_look_at, &search, 0);
	return search.found;
}

static __always_inline void tune_count(struct weir_tune_stats *stats, __u32 option, long error)
{
	struct weir_tune_count *count;

	if (option >= WEIR_TUNE_SETTINGS)
		return;
	count = &stats->options[BOUND(option, WEIR_TUNE_SETTINGS)];
	if (!error) {
		__sync_fetch_and_add(&count->set, 1);
		return;
	}
	__sync_fetch_and_add(&count->errors, 1);
	count->last_error = (__s32)-error;
}

static __always_inline long tune_set(const struct tune_work *work, struct weir_tune_setting *set)
{
	__u32 level = set->level, name = set->name;

	if (set->option == WEIR_TUNE_CONGESTION)
		return bpf_setsockopt(work->ctx, level, name, work->rule->congestion,
				      sizeof(work->rule->congestion));
	/* an IPv4 connection of an IPv6 socket needs IP_TOS too, but the kernel refuses it */
	if (set->option == WEIR_TUNE_TOS && work->v6) {
		level = TUNE_SOL_IPV6;
		name = TUNE_IPV6_TCLASS;
	}
	return bpf_setsockopt(work->ctx, level, name, &set->value, sizeof(set->value));
}

/* Callback of bpf_loop(): sets an option if it belongs to the stage. */
static long tune_apply_one(__u32 i, struct tune_work *work)
{
	struct weir_tune_setting *set;

	if (i >= WEIR_TUNE_SETTINGS)
		return 1;
	set = &work->rule->settings[BOUND(i, WEIR_TUNE_SETTINGS)];
	if (set->stage == work->stage)
		tune_count(work->stats, set->option, tune_set(work, set));
	return 0;
}

static __always_inline void tune_apply(struct bpf_sock_ops *ctx, struct weir_tune_rule *rule,
				       __u32 stage)
{
	struct tune_work work = { .ctx = ctx, .rule = rule, .stage = stage };
	struct tune_ends ends;
	__u32 key = rule->stats;

	work.stats = bpf_map_lookup_elem(&tune_stats, &key);
	if (!work.stats)
		return;
	tune_ends_of(ctx, &ends);
	work.v6 = !tune_is_mapped(&ends);
	bpf_loop(rule->setting_count, tune_apply_one, &work, 0);
}

static __always_inline void tune_hit(const struct weir_tune_rule *rule)
{
	struct weir_tune_stats *stats;
	__u32 key = rule->stats;

	stats = bpf_map_lookup_elem(&tune_stats, &key);
	if (stats)
		__sync_fetch_and_add(&stats->hits, 1);
}

/* Entry for a new or accepted connection, unless the program of an inner cgroup has chosen one. */
static __always_inline struct weir_tune_rule *tune_begin(struct bpf_sock_ops *ctx)
{
	struct weir_tune_socket *socket;
	struct weir_tune_rule *rule;
	struct bpf_sock *sk = ctx->sk;

	if (!sk)
		return NULL;
	rule = tune_find(ctx, 0);
	socket = bpf_sk_storage_get(&tune_sockets, sk, NULL,
				    rule ? BPF_SK_STORAGE_GET_F_CREATE : 0);
	if (!socket || socket->depth > cfg_depth)
		return NULL;
	/* a socket may connect again after a failure */
	socket->depth = rule ? cfg_depth : 0;
	socket->number = rule ? rule->number : 0;
	if (rule)
		tune_hit(rule);
	return rule;
}

/* The entry that this program chose when the connection began. */
static __always_inline struct weir_tune_rule *tune_begun(struct bpf_sock_ops *ctx)
{
	struct weir_tune_socket *socket;
	struct bpf_sock *sk = ctx->sk;

	if (!sk)
		return NULL;
	socket = bpf_sk_storage_get(&tune_sockets, sk, NULL, 0);
	if (!socket || socket->depth != cfg_depth || !socket->number)
		return NULL;
	return tune_find(ctx, socket->number);
}

/*
 * Replies to a callback of the kernel. An incoming connection has no socket yet, so its entry is
 * looked up again. The program of an inner cgroup, or a foreign one, may have replied already.
 */
static __always_inline void tune_answer(struct bpf_sock_ops *ctx, __u32 stage)
{
	struct weir_tune_stats *stats;
	struct weir_tune_rule *rule;
	__u32 key;

	if ((int)ctx->reply > 0)
		return;
	rule = ctx->is_fullsock ? tune_begun(ctx) : tune_find(ctx, 0);
	if (!rule)
		return;
	key = rule->stats;
	stats = bpf_map_lookup_elem(&tune_stats, &key);
	if (!stats)
		return;
	for (__u32 i = 0; i < WEIR_TUNE_SETTINGS; i++) {
		const struct weir_tune_setting *set = &rule->settings[i];

		if (i >= rule->setting_count)
			break;
		if (set->stage != stage)
			continue;
		ctx->reply = set->value;
		tune_count(stats, set->option, 0);
		break;
	}
}

static __always_inline void tune(struct bpf_sock_ops *ctx)
{
	struct weir_tune_rule *rule;

	switch (ctx->op) {
	case BPF_SOCK_OPS_TCP_CONNECT_CB:
		rule = tune_begin(ctx);
		if (rule)
			tune_apply(ctx, rule, WEIR_TUNE_AT_START);
		break;
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
		rule = tune_begun(ctx);
		if (rule)
			tune_apply(ctx, rule, WEIR_TUNE_AT_ESTABLISHED);
		break;
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		rule = tune_begin(ctx);
		if (!rule)
			break;
		tune_apply(ctx, rule, WEIR_TUNE_AT_START);
		tune_apply(ctx, rule, WEIR_TUNE_AT_ESTABLISHED);
		break;
	case BPF_SOCK_OPS_RWND_INIT:
		tune_answer(ctx, WEIR_TUNE_BY_RWND);
		break;
	case BPF_SOCK_OPS_TIMEOUT_INIT:
		tune_answer(ctx, WEIR_TUNE_BY_TIMEOUT);
		break;
	case BPF_SOCK_OPS_NEEDS_ECN:
		tune_answer(ctx, WEIR_TUNE_BY_ECN);
		break;
	}
}

#endif
