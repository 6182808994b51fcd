// SPDX-License-Identifier: GPL-2.0
/*
 * feature_ext.bpf.c - tests if this kernel lets a program replace a function of another.
 *
 * libxdp's dispatcher is built from such replacements. ctl loads it to see if that works, and never
 * attaches it.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "bpf/base/license.bpf.h"

__attribute__((noinline)) int weir_feature_slot(struct xdp_md *ctx)
{
	volatile int ret = XDP_PASS;

	return ctx ? ret : XDP_ABORTED;
}

SEC("xdp")
int weir_feature_target(struct xdp_md *ctx)
{
	return weir_feature_slot(ctx);
}

SEC("freplace/weir_feature_slot")
int weir_feature_ext(struct xdp_md *ctx)
{
	return ctx ? XDP_PASS : XDP_ABORTED;
}
