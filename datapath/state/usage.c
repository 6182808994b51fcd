// SPDX-License-Identifier: GPL-2.0
/* usage.c - fill level of the shared maps. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/state/pin.h"
#include "datapath/state/slot.h"
#include "datapath/state/state.h"

static_assert(WEIR_MAPS <= WEIR_MAP_USAGES, "more maps than usages");

/*
 * Counts the keys of a hash map. If the current key is deleted meanwhile, the kernel starts over at
 * the first one, so the loop is bounded.
 */
static int count_keys(int fd, const struct bpf_map_info *info, uint64_t *ret_count)
{
	_cleanup_free_ char *key = calloc(2, info->key_size);
	uint64_t count = 0;
	void *at = NULL;

	if (!key)
		return -ENOMEM;
	while (count < info->max_entries) {
		char *next = key + (at == key ? info->key_size : 0);

		if (bpf_map_get_next_key(fd, at, next) < 0) {
			if (errno != ENOENT)
				return -errno;
			break;
		}
		at = next;
		count++;
	}
	*ret_count = count;
	return 0;
}

static int count_slots(struct weir *weir, uint64_t *ret_count, struct weir_error *err)
{
	_cleanup_free_ struct slot_table *table = NULL;
	int ret = slot_table_read(weir, &table, err);

	if (ret)
		return ret;
	*ret_count = 0;
	for (int i = 0; i < WEIR_SLOTS; i++)
		*ret_count += table->slots[i].state != WEIR_SLOT_FREE;
	return 0;
}

static bool is_hash(uint32_t type)
{
	return type == BPF_MAP_TYPE_HASH || type == BPF_MAP_TYPE_LRU_HASH ||
	       type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

static int read_map(struct weir *weir, enum weir_map map, struct weir_map_usages *usages,
		    struct weir_error *err)
{
	struct weir_map_usage *usage = &usages->items[usages->count];
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	int ret;

	if (bpf_obj_get_info_by_fd(weir->maps[map], &info, &len) < 0)
		return weir_error_set(err, errno, "cannot inspect map '%s': %s", pin_map_name(map),
				      weir_error_text(errno));
	if (map != WEIR_MAP_SLOTS && (!is_hash(info.type) || map == WEIR_MAP_FLOWS))
		return 0;
	usage->name = pin_map_name(map);
	usage->capacity = info.max_entries;
	if (map == WEIR_MAP_SLOTS)
		ret = count_slots(weir, &usage->entries, err);
	else
		ret = count_keys(weir->maps[map], &info, &usage->entries);
	if (ret)
		return map == WEIR_MAP_SLOTS ? ret
					     : weir_error_set(err, ret, "cannot read map '%s': %s",
							      usage->name, weir_error_text(ret));
	usages->count++;
	return 0;
}

int weir_map_usages_read(struct weir *weir, struct weir_map_usages *ret_usages,
			 struct weir_error *err)
{
	struct weir_map_usages usages = {};
	int ret = pin_maps_read(weir, err);

	if (ret == -ENOENT) {
		*ret_usages = usages;
		return 0;
	}
	for (int map = 0; map < WEIR_MAPS && !ret; map++)
		ret = read_map(weir, map, &usages, err);
	if (ret)
		return ret;
	*ret_usages = usages;
	return 0;
}
