/* SPDX-License-Identifier: GPL-2.0 */
/* rates.h - what is worked out of snapshots of counters before anything is rendered. */
#ifndef CTL_COUNTERS_RATES_H
#define CTL_COUNTERS_RATES_H

#include "datapath/weir.h"

struct rate {
	bool known; /* false: the earlier snapshot does not have the attachment */
	double packets_per_second;
	double bits_per_second;
};

/* By index of the later snapshot. */
struct rates {
	struct rate *items;
	size_t count;
	double seconds;
};

void rates_free(struct rates *rates);

/*
 * Rates between two snapshots, by the rule of datapath/base/growth.h, of attachments that are in
 * both. 0 or -ENOMEM.
 */
int rates_compute(const struct weir_snapshot *before, const struct weir_snapshot *after,
		  struct rates *ret_rates);

/* Sets the totals to 0, from which the next reading continues, after a reset by this process. */
void snapshot_reset(struct weir_snapshot *snapshot);

/* Whether packets can meet such an end at that hook at all. */
bool verdict_possible(enum weir_hook hook, enum weir_verdict verdict);

/* In the order of their attachments, see ctl/attach/labels.h. */
void snapshot_sort(struct weir_snapshot *snapshot);

#endif
