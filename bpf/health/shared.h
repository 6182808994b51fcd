/* SPDX-License-Identifier: GPL-2.0 */
/* shared.h - what health.bpf.c and its reader share; no part of the ABI, as bpf/drops/shared.h. */
#ifndef WEIR_BPF_HEALTH_SHARED_H
#define WEIR_BPF_HEALTH_SHARED_H

#include <linux/types.h>

#define HEALTH_BUCKETS 24 /* bucket i: below 2^i microseconds; the last is open */
#define HEALTH_REASONS 64 /* of enum sk_rst_reason; higher ones count as the last */

/* Map `health`: per-CPU array of one element. */
struct health_counts {
	__u64 raised;  /* when NET_RX was asked for; 0: it has begun since */
	__u64 entered; /* when it began; 0: it does not run */
	__u64 wait[HEALTH_BUCKETS];
	__u64 run[HEALTH_BUCKETS];
	__u64 resets_received;
	__u64 resets_sent[HEALTH_REASONS]; /* by reason; all in 0 where the kernel tells none */
	__u64 tx_timeouts;
};

#endif
