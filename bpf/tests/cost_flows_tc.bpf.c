// SPDX-License-Identifier: GPL-2.0
/* cost_flows_tc.bpf.c - the tc program with three ways to count flows, for bench_flows. */
#include "bpf/hooks/tc.bpf.c"
#include "bpf/tests/cost_flows.h"

/* The way of weir; without flows if cfg_flows is 0. */
SEC("tc")
int flows_ours(struct __sk_buff *ctx)
{
	change_flow(DATA(ctx), END(ctx));
	return handle(ctx);
}

/* cfg_flows is 0 for the other ways. */
SEC("tc")
int flows_lru(struct __sk_buff *ctx)
{
	change_flow(DATA(ctx), END(ctx));
	count_flow(&lru, 1, DATA(ctx), END(ctx));
	return handle(ctx);
}

SEC("tc")
int flows_lru_percpu(struct __sk_buff *ctx)
{
	change_flow(DATA(ctx), END(ctx));
	count_flow(&lru_percpu, 0, DATA(ctx), END(ctx));
	return handle(ctx);
}
