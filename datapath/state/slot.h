/* SPDX-License-Identifier: GPL-2.0 */
/* slot.h - the table of attachments, which is also the journal. */
#ifndef WEIR_STATE_SLOT_H
#define WEIR_STATE_SLOT_H

#include "datapath/state/context.h"
#include "datapath/state/target.h"

/* A copy of the table. It has 408 KiB, so allocate it. */
struct slot_table {
	struct weir_slot slots[WEIR_SLOTS];
};

/* Reads all slots. Rereads a record that a writer is changing until it is consistent. */
int slot_table_read(struct weir *weir, struct slot_table **ret_table, struct weir_error *err);

int slot_read(struct weir *weir, uint32_t slot, struct weir_slot *ret_record,
	      struct weir_error *err);
int slot_write(struct weir *weir, uint32_t slot, const struct weir_slot *record,
	       struct weir_error *err);

/* Clears the counters of a slot for a new attachment. No program may be using it. */
int slot_clear_counters(struct weir *weir, uint32_t slot, struct weir_error *err);

/* Finds the first free slot. Returns -ENOSPC if all are taken. No side effects. */
int slot_find_free(const struct slot_table *table, uint32_t *ret_slot);

/* Finds the slot of an attachment. Returns -ENOENT if it is not in the table. No side effects. */
int slot_find(const struct slot_table *table, const struct target *target, enum weir_hook hook,
	      uint32_t *ret_slot);

#endif
