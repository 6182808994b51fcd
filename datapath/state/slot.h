/* SPDX-License-Identifier: GPL-2.0 */
/* slot.h - the table of attachments, and the journal it doubles as. */
#ifndef WEIR_STATE_SLOT_H
#define WEIR_STATE_SLOT_H

#include "datapath/state/context.h"
#include "datapath/state/target.h"

/* A copy of the table. 408 KiB: allocate it. */
struct slot_table {
	struct weir_slot slots[WEIR_SLOTS];
};

/* Reads all slots; a record that a writer was changing is read until it is whole. */
int slot_table_read(struct weir *weir, struct slot_table **ret_table, struct weir_error *err);

int slot_read(struct weir *weir, uint32_t slot, struct weir_slot *ret_record,
	      struct weir_error *err);
int slot_write(struct weir *weir, uint32_t slot, const struct weir_slot *record,
	       struct weir_error *err);

/* Counters of a slot at 0, for a new attachment. No program may run on it. */
int slot_clear_counters(struct weir *weir, uint32_t slot, struct weir_error *err);

/* The first free slot; -ENOSPC. Pure. */
int slot_find_free(const struct slot_table *table, uint32_t *ret_slot);

/* The slot of an attachment, -ENOENT. Pure. */
int slot_find(const struct slot_table *table, const struct target *target, enum weir_hook hook,
	      uint32_t *ret_slot);

#endif
