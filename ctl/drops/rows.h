/* SPDX-License-Identifier: GPL-2.0 */
/* rows.h - drops put together by what somebody wants to tell apart. Pure. */
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

extern const struct choices drop_by_choices; /* of a list, whose mask is of enum drop_by */

/* Merges what differs only in other things; the rest of a row becomes unknown. */
void drop_rows_merge(struct weir_drops *drops, unsigned int by);

/* Packets of all rows. */
uint64_t drop_rows_total(const struct weir_drops *drops);

#endif
