/* SPDX-License-Identifier: GPL-2.0 */
/* rows.h - sums up drops by chosen keys. No side effects. */
#ifndef CTL_DROPS_ROWS_H
#define CTL_DROPS_ROWS_H

#include "ctl/frame/choices.h"
#include "datapath/drops/drops.h"

enum drop_by {
	DROP_BY_REASON = 1 << 0,
	DROP_BY_INTERFACE = 1 << 1,
	DROP_BY_NETNS = 1 << 2,
	DROP_BY_PROTO = 1 << 3,
	DROP_BY_LOCATION = 1 << 4,
	DROP_BY_ALL = (1 << 5) - 1,
};

extern const struct choices drop_by_choices; /* words of a list; the mask is of enum drop_by */

/* Merges rows that are equal in these keys. The other keys become unknown. */
void drop_rows_merge(struct weir_drops *drops, unsigned int by);

/* Returns the packets of all rows. */
uint64_t drop_rows_total(const struct weir_drops *drops);

#endif
