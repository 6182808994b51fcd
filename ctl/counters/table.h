/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - prints counters as tables. */
#ifndef CTL_COUNTERS_TABLE_H
#define CTL_COUNTERS_TABLE_H

#include <stdio.h>
#include "ctl/attach/labels.h"
#include "ctl/counters/rates.h"

struct counters_view {
	const struct weir_snapshot *snapshot;
	const struct rates *rates; /* NULL: no rate columns */
	bool per_cpu;
	bool protocols;
	bool sizes;
	bool verdicts;
	bool color;
};

/* Prints the totals, and then a table for each requested breakdown. Returns 0 or -ENOMEM. */
int out_counters(const struct counters_view *view, FILE *out);

#endif
