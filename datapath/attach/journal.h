/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal.h - changes one slot so that a kill at any moment can be repaired.
 *
 * The record is written before the kernel is changed. The next process that takes the lock
 * completes what it finds: it undoes an interrupted attach, finishes an interrupted detach, and
 * settles an interrupted replacement on the program that runs.
 */
#ifndef WEIR_ATTACH_JOURNAL_H
#define WEIR_ATTACH_JOURNAL_H

#include "datapath/base/error.h"
#include "datapath/hooks/hook.h"
#include "datapath/state/slot.h"

/*
 * Starts a change: takes the lock (a descriptor), opens or creates the maps, and recovers from
 * killed processes. sizes as for pin_maps_make().
 */
int journal_begin(struct weir *weir, struct table_sizes sizes, int *ret_lock,
		  struct weir_error *err);

/* Recovers from killed processes. Call it under the lock, before anything else. */
int journal_recover(struct weir *weir, struct weir_error *err);

/* The caller prepares the job's record; these functions write it to the map. */
int journal_attach(struct weir *weir, struct job *job, bool keeps_counts, struct weir_error *err);
int journal_replace(struct weir *weir, struct job *job, struct weir_error *err);

/*
 * Reads the record from the map, because detaching one slot may change another (who owns clsact).
 */
int journal_detach(struct weir *weir, uint32_t slot, struct weir_error *err);

/* Reads the state of a slot from the kernel, in its namespace. */
void journal_inspect(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		     struct live *ret_live);

/* Returns the interface of a record; NULL if it or its namespace is gone, or it has none. */
const struct interface *journal_link(struct weir *weir, const struct weir_slot *record);

#endif
