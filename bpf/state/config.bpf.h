/* SPDX-License-Identifier: GPL-2.0 */
/*
 * config.bpf.h - configuration of a program: constants of one attachment, and live settings.
 *
 * A program is loaded for one attachment. Its constants are read-only data known to the verifier,
 * which removes the code of features that are off.
 */
#ifndef WEIR_BPF_STATE_CONFIG_BPF_H
#define WEIR_BPF_STATE_CONFIG_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "bpf/abi/abi.h"

const volatile __u32 cfg_slot;       /* index into the counters */
const volatile __u32 cfg_flows;      /* 1: count flows too */
const volatile __u32 cfg_instance;   /* owner of the flows, at most WEIR_INSTANCE_MAX */
const volatile __u32 cfg_raw_ip;     /* 1: frames begin with the IP header (tun, wireguard) */
const volatile __u32 cfg_loopback;   /* 1: the interface is a loopback device */
const volatile __u32 cfg_kernel_ctx; /* 1: the kernel has bpf_cast_to_kern_ctx() */
const volatile __u64 cfg_generation; /* of this program in its slot; 0: it is always alone */
const volatile __u32 cfg_runs_last;  /* 1: runs after the generation it replaces */

/* Live settings. One element; written by ctl, read by programs. It cannot be full. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weir_settings);
} settings SEC(".maps");

/* Returns 1 if the packet is not to be counted. Only loopback devices pay for the lookup. */
static __always_inline int skipped(void)
{
	const struct weir_settings *s;
	__u32 zero = 0;

	if (!cfg_loopback)
		return 0;
	s = bpf_map_lookup_elem(&settings, &zero);
	return s && s->skip_loopback;
}

#endif
