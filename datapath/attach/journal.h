/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal.h - changing one slot so that a kill at any moment can be mended.
 *
 * A record says what is under way before the kernel is changed. Whoever takes the lock next ends
 * what it finds: an attachment or detachment under way is taken out, a replacement is settled on
 * the program that runs.
 */
#ifndef WEIR_ATTACH_JOURNAL_H
#define WEIR_ATTACH_JOURNAL_H

#include "datapath/base/error.h"
#include "datapath/hooks/hook.h"
#include "datapath/state/slot.h"

/*
 * The beginning of every change: takes the lock (a fd), makes or opens the maps, and ends what
 * killed runs began. sizes as for pin_maps_make().
 */
int journal_begin(struct weir *weir, struct table_sizes sizes, int *ret_lock,
		  struct weir_error *err);

/* Ends what killed runs began. Call under the lock, before anything else. */
int journal_recover(struct weir *weir, struct weir_error *err);

/* The job's record is prepared by the caller; each writes the record to the map. */
int journal_attach(struct weir *weir, struct job *job, bool keeps_counts, struct weir_error *err);
int journal_replace(struct weir *weir, struct job *job, struct weir_error *err);

/* Takes the record from the map: detaching one slot may change another (who owns clsact). */
int journal_detach(struct weir *weir, uint32_t slot, struct weir_error *err);

/* The state of a slot as the kernel has it; enters its namespace. */
void journal_inspect(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		     struct live *ret_live);

/* The interface of a record, NULL where it or its namespace is gone, or it has none. */
const struct interface *journal_link(struct weir *weir, const struct weir_slot *record);

#endif
