// SPDX-License-Identifier: GPL-2.0
/* sockops.bpf.c - events of the TCP connections of a cgroup. */
#include "bpf/state/config.bpf.h"
#include "bpf/tune/tune.bpf.h"
#include "bpf/tcp/tcp.bpf.h"
#include "bpf/base/license.bpf.h"

const volatile __u32 cfg_tcp;  /* 1: remember connections */
const volatile __u32 cfg_tune; /* 1: set options of new connections */

SEC("sockops")
int weir_sockops(struct bpf_sock_ops *ctx)
{
	if (cfg_tune)
		tune(ctx);
	if (cfg_tcp)
		tcp_observe(ctx);
	return 1;
}
