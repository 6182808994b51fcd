/* SPDX-License-Identifier: GPL-2.0 */
/* rates.h - computes rates from snapshots of counters. */
#ifndef CTL_COUNTERS_RATES_H
#define CTL_COUNTERS_RATES_H

#include "datapath/weir.h"

struct rate {
	bool known; /* false: the attachment is not in the earlier snapshot */
	double packets_per_second;
	double bits_per_second;
};

/* Same order as the later snapshot. */
struct rates {
	struct rate *items;
	size_t count;
	double seconds;
};

void rates_free(struct rates *rates);

/*
 * Computes rates between two snapshots, by the rule of datapath/base/growth.h, for attachments in
 * both of them. Returns 0 or -ENOMEM.
 */
int rates_compute(const struct weir_snapshot *before, const struct weir_snapshot *after,
		  struct rates *ret_rates);

/* Sets all totals to 0 after a reset by this process. The next reading continues from there. */
void snapshot_reset(struct weir_snapshot *snapshot);

/* Returns true if packets can get that verdict at that hook. */
bool verdict_possible(enum weir_hook hook, enum weir_verdict verdict);

/* Sorts by attachment; see ctl/attach/labels.h. */
void snapshot_sort(struct weir_snapshot *snapshot);

#endif
