/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shared.h - types shared by health.bpf.c and its reader. Not part of the ABI, see
 * bpf/drops/shared.h.
 */
#ifndef WEIR_BPF_HEALTH_SHARED_H
#define WEIR_BPF_HEALTH_SHARED_H

#include <linux/types.h>

#define HEALTH_BUCKETS 24 /* bucket i: below 2^i µs; the last is open */
#define HEALTH_REASONS 64 /* values of enum sk_rst_reason; the last counts all higher ones */

/* Map `health`: per-CPU array of one element. */
struct health_counts {
	__u64 raised;  /* when NET_RX was raised; 0: it has started since */
	__u64 entered; /* when it started; 0: it is not running */
	__u64 wait[HEALTH_BUCKETS];
	__u64 run[HEALTH_BUCKETS];
	__u64 resets_received;
	__u64 resets_sent[HEALTH_REASONS]; /* by reason; all in [0] before Linux 6.10 */
	__u64 tx_timeouts;
};

#endif
