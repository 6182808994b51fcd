// SPDX-License-Identifier: GPL-2.0
/*
 * tune_trial.bpf.c - tries the options of a new entry on one socket that ctl made.
 *
 * The kernel accepts some options from BPF programs only, and refuses them others. An iterator over
 * the TCP sockets of a namespace may set the same options as a sockops program, through the same
 * code (net/core/filter.c), and needs neither a connection nor a cgroup. ctl runs it and never
 * attaches it.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "bpf/abi/abi.h"
#include "bpf/kernel/kernel.bpf.h"
#include "bpf/base/license.bpf.h"

const volatile __u64 cfg_cookie; /* SO_COOKIE of the socket to use */
const volatile struct weir_tune_rule cfg_rule;

/* Result of each setting: 0, or the negative errno of the refusal. */
long results[WEIR_TUNE_SETTINGS];
__u32 tried; /* number of settings tried; 0: the socket was not found */

SEC("iter/tcp")
int weir_tune_trial(struct bpf_iter__tcp *ctx)
{
	struct sock_common *sk = ctx->sk_common;
	struct tcp_sock *tp;

	if (!sk || (__u64)sk->skc_cookie.counter != cfg_cookie)
		return 0;
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp)
		return 0;
	for (__u32 i = 0; i < WEIR_TUNE_SETTINGS; i++) {
		char congestion[WEIR_CONGESTION_LEN];
		__u32 value = cfg_rule.settings[i].value;
		__u32 level = cfg_rule.settings[i].level, name = cfg_rule.settings[i].name;

		if (i >= cfg_rule.setting_count)
			break;
		tried++;
		if (cfg_rule.settings[i].stage > WEIR_TUNE_AT_ESTABLISHED)
			continue;
		if (cfg_rule.settings[i].option != WEIR_TUNE_CONGESTION) {
			results[i] = bpf_setsockopt(tp, level, name, &value, sizeof(value));
			continue;
		}
		for (int k = 0; k < WEIR_CONGESTION_LEN; k++)
			congestion[k] = cfg_rule.congestion[k];
		results[i] = bpf_setsockopt(tp, level, name, congestion, sizeof(congestion));
	}
	return 0;
}
