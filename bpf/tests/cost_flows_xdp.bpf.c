// SPDX-License-Identifier: GPL-2.0
/* cost_flows_xdp.bpf.c - the XDP program with three ways to count flows, for bench_flows. */
#include "bpf/hooks/xdp.bpf.c"
#include "bpf/tests/cost_flows.h"

/* The way of weir; without flows if cfg_flows is 0. */
SEC("xdp")
int flows_ours(struct xdp_md *ctx)
{
	change_flow(DATA(ctx), END(ctx));
	return handle(ctx);
}

/* cfg_flows is 0 for the other ways. */
SEC("xdp")
int flows_lru(struct xdp_md *ctx)
{
	change_flow(DATA(ctx), END(ctx));
	count_flow(&lru, 1, DATA(ctx), END(ctx));
	return handle(ctx);
}

SEC("xdp")
int flows_lru_percpu(struct xdp_md *ctx)
{
	change_flow(DATA(ctx), END(ctx));
	count_flow(&lru_percpu, 0, DATA(ctx), END(ctx));
	return handle(ctx);
}
