// SPDX-License-Identifier: GPL-2.0
/* xdp.bpf.c - the XDP hook: parse, count, pass. */
#include "bpf/counters/counters.bpf.h"
#include "bpf/flows/flows.bpf.h"
#include "bpf/kernel/kernel.bpf.h"
#include "bpf/packet/parse_plain.bpf.h"
#include "bpf/base/license.bpf.h"

/*
 * Handles all but plain packets. They are rare, so this is a global function (see
 * bpf/flows/flows.bpf.h).
 */
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
 * Length of the frame in all its buffers. The helper costs as much as all the counting. Where the
 * kernel lets the program read the xdp_buff, only frames with fragments call it.
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
 * Returns 1 if this program counts this packet. Replacing a program in libxdp's dispatcher means
 * attaching the new one and then detaching the old one, so for a moment both run. Each CPU hands
 * over separately. When the new program first runs on a CPU, it puts its generation into the CPU's
 * counters. The old program runs after it, sees the new generation and stops counting. So every
 * packet is counted once.
 *
 * If the new program runs after the old one (cfg_runs_last), it leaves its first packet on each CPU
 * to the old program. If the old one was detached before that packet, the packet is not counted: at
 * most one per CPU, on every tenth replacement.
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

/* datapath/hooks/xdp.c sets the flag for fragments, depending on the mode. */
SEC("xdp")
int weir_xdp(struct xdp_md *ctx)
{
	return handle(ctx);
}
