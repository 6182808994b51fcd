// SPDX-License-Identifier: GPL-2.0
/*
 * probe_ext.bpf.c - whether this kernel lets a program replace a function of another.
 *
 * libxdp's dispatcher is made of such replacements. Loaded only to see if it works, never
 * attached.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "bpf/base/license.bpf.h"

__attribute__((noinline)) int weir_probe_slot(struct xdp_md *ctx)
{
	volatile int ret = XDP_PASS;

	return ctx ? ret : XDP_ABORTED;
}

SEC("xdp")
int weir_probe_target(struct xdp_md *ctx)
{
	return weir_probe_slot(ctx);
}

SEC("freplace/weir_probe_slot")
int weir_probe_ext(struct xdp_md *ctx)
{
	return ctx ? XDP_PASS : XDP_ABORTED;
}
