/* SPDX-License-Identifier: GPL-2.0 */
/* slots.bpf.h - the slot table, for programs that may outlive their attachment. */
#ifndef WEIR_BPF_STATE_SLOTS_BPF_H
#define WEIR_BPF_STATE_SLOTS_BPF_H

#include "bpf/state/config.bpf.h"

/*
 * The slots. ctl writes them under the lock, anyone reads them. Of the programs, only those that
 * may outlive their attachment do. If it is full, attaching fails.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, WEIR_SLOTS);
	__type(key, __u32);
	__type(value, struct weir_slot);
} slots SEC(".maps");

/* Returns 1 if the slot still belongs to this program: the same attachment, and not detached. */
static __always_inline int slot_is_mine(void)
{
	const struct weir_slot *slot;
	__u32 key = cfg_slot;

	slot = bpf_map_lookup_elem(&slots, &key);
	return slot && slot->instance == cfg_instance && slot->state != WEIR_SLOT_FREE &&
	       slot->state != WEIR_SLOT_DETACHING;
}

#endif
