/* SPDX-License-Identifier: GPL-2.0 */
/* verdicts.h - packets dropped by attached programs between two readings. */
#ifndef WEIR_DROPS_VERDICTS_H
#define WEIR_DROPS_VERDICTS_H

#include "datapath/drops/drops.h"

struct verdicts {
	struct weir_drop_verdict *items;
	size_t count;
	uint32_t counters_id; /* id of the map, which changes after a purge; 0: no map */
};

/*
 * Reads the maps that are pinned now, even if the context has others open. here: only attachments
 * in its namespace. The list is empty if there are no attachments.
 */
int verdicts_read(struct weir *weir, bool here, struct verdicts *ret_verdicts,
		  struct weir_error *err);
void verdicts_free(struct verdicts *verdicts);

/* Leaves the differences in `now`. No side effects. */
void verdicts_subtract(struct verdicts *now, const struct verdicts *before);

#endif
