// SPDX-License-Identifier: GPL-2.0
/*
 * cost_xdp.bpf.c - parts of the XDP program, for bench_packets. It includes the program itself, so
 * it times the shipped code.
 */
#include "bpf/hooks/xdp.bpf.c"

SEC("xdp.frags")
int cost_empty(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

/* Finds the counters and increments one. */
SEC("xdp.frags")
int cost_lookup(struct xdp_md *ctx)
{
	struct weir_counters *c = slot_counters();

	(void)ctx;
	if (c)
		c->sizes[0]++;
	return XDP_PASS;
}

/* All counting, without parsing. */
SEC("xdp.frags")
int cost_count(struct xdp_md *ctx)
{
	struct weir_counters *c = slot_counters();

	if (c)
		count(c, WEIR_CLASS_OTHER_L3, ctx->data_end - ctx->data);
	return XDP_PASS;
}

/* The same, with the length of all buffers. */
SEC("xdp.frags")
int cost_count_len(struct xdp_md *ctx)
{
	struct weir_counters *c = slot_counters();

	if (c)
		count(c, WEIR_CLASS_OTHER_L3, frame_len(ctx));
	return XDP_PASS;
}

/* Only the parser for plain packets. */
SEC("xdp.frags")
int cost_parse(struct xdp_md *ctx)
{
	struct plain at = {};
	int class = parse_plain((void *)(long)ctx->data, (void *)(long)ctx->data_end,
				ctx->data_end - ctx->data, cfg_raw_ip, &at);

	return class == UNSURE ? XDP_ABORTED : XDP_PASS;
}

/* Only the general parser. */
SEC("xdp.frags")
int cost_parse_any(struct xdp_md *ctx)
{
	int class = weir_parse_any(ctx, ctx->data_end - ctx->data);

	return class == WEIR_CLASS_MALFORMED ? XDP_ABORTED : XDP_PASS;
}
