// SPDX-License-Identifier: GPL-2.0
/* slot.c - see slot.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <time.h>
#include "datapath/base/cleanup.h"
#include "datapath/state/slot.h"

#define MAX_READINGS 1000

static int read_failed(struct weir *weir, struct weir_error *err)
{
	return weir_error_set(err, errno, "cannot read '%s/maps/slots': %s", weir->root,
			      weir_error_text(errno));
}

static int read_all(struct weir *weir, struct slot_table *table)
{
	_cleanup_free_ __u32 *keys = calloc(WEIR_SLOTS, sizeof(*keys));
	__u32 count = WEIR_SLOTS, next;

	if (!keys)
		return -1;
	/* ENOENT: the batch reached the end of the map */
	if (bpf_map_lookup_batch(weir->maps[WEIR_MAP_SLOTS], NULL, &next, keys, table->slots,
				 &count, NULL) < 0 &&
	    errno != ENOENT)
		return -1;
	return 0;
}

int slot_table_read(struct weir *weir, struct slot_table **ret_table, struct weir_error *err)
{
	_cleanup_free_ struct slot_table *table = calloc(1, sizeof(*table));
	_cleanup_free_ struct slot_table *again = calloc(1, sizeof(*again));
	int tries = 0;

	if (!table || !again)
		return weir_error_set(err, ENOMEM, "out of memory");
	/* The kernel copies a record word by word. Two equal readings are consistent. */
	do {
		if (++tries > MAX_READINGS)
			return weir_error_set(err, EBUSY, "'%s/maps/slots' keeps changing",
					      weir->root);
		if (read_all(weir, table) < 0 || read_all(weir, again) < 0)
			return read_failed(weir, err);
	} while (memcmp(table, again, sizeof(*table)) != 0);
	for (uint32_t i = 0; i < WEIR_SLOTS; i++) {
		if (table->slots[i].hook >= WEIR_HOOKS || table->slots[i].method >= WEIR_METHODS ||
		    table->slots[i].mode >= WEIR_MODES)
			return weir_error_set(err, EPROTO,
					      "slot %u in '%s' has a type that this ctl does not "
					      "know: use a newer ctl",
					      i, weir->root);
	}
	*ret_table = TAKE_PTR(table);
	return 0;
}

int slot_read(struct weir *weir, uint32_t slot, struct weir_slot *ret_record,
	      struct weir_error *err)
{
	struct weir_slot record;

	if (bpf_map_lookup_elem(weir->maps[WEIR_MAP_SLOTS], &slot, &record) < 0)
		return read_failed(weir, err);
	*ret_record = record;
	return 0;
}

int slot_write(struct weir *weir, uint32_t slot, const struct weir_slot *record,
	       struct weir_error *err)
{
	if (bpf_map_update_elem(weir->maps[WEIR_MAP_SLOTS], &slot, record, BPF_ANY) < 0)
		return weir_error_set(err, errno, "cannot write '%s/maps/slots': %s", weir->root,
				      weir_error_text(errno));
	return 0;
}

/* Zeroes a per-CPU element of a map. */
static int clear(struct weir *weir, enum weir_map map, size_t size, uint32_t slot)
{
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ void *zeros = NULL;

	if (cpus < 0)
		return cpus;
	zeros = calloc((size_t)cpus, size);
	if (!zeros)
		return -ENOMEM;
	return bpf_map_update_elem(weir->maps[map], &slot, zeros, BPF_ANY) < 0 ? -errno : 0;
}

int slot_clear_counters(struct weir *weir, uint32_t slot, struct weir_error *err)
{
	int ret = clear(weir, WEIR_MAP_COUNTERS, sizeof(struct weir_counters), slot);

	if (!ret)
		ret = clear(weir, WEIR_MAP_TCP_HISTOGRAMS, sizeof(struct weir_tcp_histograms),
			    slot);
	if (ret)
		return weir_error_set(err, ret, "cannot clear the counters of slot %u: %s", slot,
				      weir_error_text(ret));
	if (bpf_map_delete_elem(weir->maps[WEIR_MAP_BASELINES], &slot) < 0 && errno != ENOENT)
		return weir_error_set(err, errno, "cannot clear the baseline of slot %u: %s", slot,
				      weir_error_text(errno));
	return 0;
}

int slot_find_free(const struct slot_table *table, uint32_t *ret_slot)
{
	for (uint32_t i = 0; i < WEIR_SLOTS; i++) {
		if (table->slots[i].state == WEIR_SLOT_FREE) {
			*ret_slot = i;
			return 0;
		}
	}
	return -ENOSPC;
}

int slot_find(const struct slot_table *table, const struct target *target, enum weir_hook hook,
	      uint32_t *ret_slot)
{
	for (uint32_t i = 0; i < WEIR_SLOTS; i++) {
		const struct weir_slot *slot = &table->slots[i];

		if (slot->state != WEIR_SLOT_FREE && slot->netns_cookie == target->netns_cookie &&
		    slot->ifindex == target->ifindex && slot->object_id == target->object_id &&
		    slot->hook == hook) {
			*ret_slot = i;
			return 0;
		}
	}
	return -ENOENT;
}
