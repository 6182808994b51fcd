/* SPDX-License-Identifier: GPL-2.0 */
/* verdicts.h - what the attached programs themselves dropped between two readings. */
#ifndef WEIR_DROPS_VERDICTS_H
#define WEIR_DROPS_VERDICTS_H

#include "datapath/drops/drops.h"

struct verdicts {
	struct weir_drop_verdict *items;
	size_t count;
	uint32_t counters_id; /* of the map they stand in, another after a purge; 0: none */
};

/*
 * Of the maps that are pinned now, whichever the context had open. here: only of attachments in
 * its namespace. None, and no error, without attachments.
 */
int verdicts_read(struct weir *weir, bool here, struct verdicts *ret_verdicts,
		  struct weir_error *err);
void verdicts_free(struct verdicts *verdicts);

/* Keeps what grew. Pure. */
void verdicts_subtract(struct verdicts *now, const struct verdicts *before);

#endif
