// SPDX-License-Identifier: GPL-2.0
/* xdp.bpf.c - the XDP hook: parse, count, pass. */
#include "bpf/counters/counters.bpf.h"
#include "bpf/flows/flows.bpf.h"
#include "bpf/kernel/kernel.bpf.h"
#include "bpf/packet/parse_plain.bpf.h"
#include "bpf/base/license.bpf.h"

/* Anything but a plain packet. Rare, so a function of its own (see bpf/flows/flows.bpf.h). */
__noinline int weir_parse_any(struct xdp_md *ctx, __u32 len)
{
	struct cursor c = { .ctx = ctx, .source = FROM_XDP, .len = len };
	struct pkt pkt = {};

	parse(&c, cfg_raw_ip, &pkt);
	if (cfg_flows)
		weir_flow_any(&pkt, len);
	return pkt.class;
}

/*
 * Length of the frame, all its buffers together. The helper costs as much as all the counting, so
 * where the kernel lets us see the xdp_buff, only frames with fragments pay for it.
 */
static __always_inline __u32 frame_len(struct xdp_md *ctx)
{
	const struct xdp_buff *xdp;

	if (!cfg_kernel_ctx)
		return bpf_xdp_get_buff_len(ctx);
	xdp = bpf_cast_to_kern_ctx(ctx);
	if (xdp->flags & XDP_FLAGS_HAS_FRAGS)
		return bpf_xdp_get_buff_len(ctx);
	return ctx->data_end - ctx->data;
}

/*
 * Whether this program is to count. Replacing a program inside libxdp's dispatcher is attach new,
 * then detach old, so for a moment both run on a packet. Each CPU hands over by itself: the new
 * program takes the CPU's counters when it first runs there, and the old one, behind it, sees it
 * and keeps still: no packet is counted twice or not at all.
 *
 * One that runs behind the old one leaves its first packet to it. If the old one was gone before
 * this CPU saw a packet again, that packet is missed: one at most, on every tenth replacement.
 */
static __always_inline int take_turn(struct weir_counters *c)
{
	__u64 before = c->generation;

	if (!cfg_generation || before == cfg_generation)
		return 1;
	if (before > cfg_generation)
		return 0;
	c->generation = cfg_generation;
	return before == 0 || !cfg_runs_last;
}

static __always_inline int handle(struct xdp_md *ctx)
{
	struct weir_counters *counts;
	struct plain at = {};
	__u32 len;
	int class;

	if (skipped())
		return XDP_PASS;
	counts = slot_counters();
	if (!counts || !take_turn(counts))
		return XDP_PASS;
	len = frame_len(ctx);
	class = parse_plain((void *)(long)ctx->data, (void *)(long)ctx->data_end, len, cfg_raw_ip,
			    &at);
	if (class == UNSURE || (cfg_flows && !flow_plain(&at, class, len)))
		class = weir_parse_any(ctx, len);
	count(counts, class, len);
	return XDP_PASS;
}

/* Whether it takes fragments is decided with the mode: datapath/hooks/object.c. */
SEC("xdp")
int weir_xdp(struct xdp_md *ctx)
{
	return handle(ctx);
}
