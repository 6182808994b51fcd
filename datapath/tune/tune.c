// SPDX-License-Identifier: GPL-2.0
/* tune.c - adds, lists and deletes entries; see tune.h. */
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/kernel/cgroup.h"
#include "datapath/state/pin.h"
#include "datapath/state/slot.h"
#include "datapath/tune/list.h"

/* Returns true if the slot's program uses the list. */
static bool is_tuned(const struct weir_slot *record)
{
	return record->state == WEIR_SLOT_ATTACHED && record->hook == WEIR_HOOK_SOCKOPS &&
	       record->features & WEIR_FEATURE_TUNE;
}

static int count_programs(struct weir *weir, size_t *ret_count, struct weir_error *err)
{
	_cleanup_free_ struct slot_table *table = NULL;
	int ret = slot_table_read(weir, &table, err);
	size_t count = 0;

	if (ret)
		return ret;
	for (size_t i = 0; i < WEIR_SLOTS; i++)
		count += is_tuned(&table->slots[i]);
	*ret_count = count;
	return 0;
}

/* --- adding --- */

static int publish(struct weir *weir, const struct weir_tune_rule *rule, uint32_t before,
		   struct weir_tune_added *added, struct weir_error *err)
{
	_cleanup_free_ struct weir_tune_list *list = NULL;
	_cleanup_close_ int lock = -1;
	struct weir_tune_rule *place;
	int ret = pin_lock(weir, &lock, err);

	if (!ret)
		ret = pin_maps_make(weir, (struct table_sizes){}, err);
	if (!ret)
		ret = tune_list_read(weir, &list, err);
	if (ret)
		return ret;
	ret = tune_list_insert(list, rule, before, &place);
	if (ret == -ENOSPC)
		return weir_error_set(err, ENOSPC, "the list is full (%d entries)",
				      WEIR_TUNE_RULES);
	if (ret)
		return weir_error_set(err, ENOENT, "there is no entry %u", before);
	ret = tune_stats_clear(weir, place->stats, err);
	if (!ret)
		ret = tune_list_write(weir, list, err);
	if (!ret)
		ret = count_programs(weir, &added->programs, err);
	added->number = place->number;
	return ret;
}

static int attach(struct weir *weir, const char *path, struct weir_changes *ret_changes,
		  struct weir_error *err)
{
	struct weir_attach_request request = {
		.cgroup = path,
		.hooks = 1U << WEIR_HOOK_SOCKOPS,
		.more_features = WEIR_FEATURE_TUNE,
	};

	return weir_attach(weir, &request, ret_changes, err);
}

/* Detaches what was attached for an entry that could not be added. */
static void take_back(struct weir *weir, const char *path, const struct weir_changes *changes)
{
	struct weir_detach_request request = { .cgroup = path, .hooks = 1U << WEIR_HOOK_SOCKOPS };
	struct weir_changes ignored = {};

	if (!changes->count || changes->items[0].action != WEIR_ACTION_ATTACH)
		return;
	/* the earlier failure is the one to report */
	if (weir_detach(weir, &request, &ignored, NULL) == 0)
		weir_changes_free(&ignored);
}

static void added_free(struct weir_tune_added *added)
{
	weir_changes_free(&added->changes);
}

int weir_tune_add(struct weir *weir, const struct weir_tune_request *request,
		  struct weir_tune_added *ret_added, struct weir_error *err)
{
	_cleanup_(cgroup_close) struct cgroup cgroup = { .fd = -1 };
	_cleanup_(added_free) struct weir_tune_added added = {};
	struct weir_tune_rule rule = request->rule;
	int ret = tune_complete(&rule, err);

	if (!ret && request->cgroup)
		ret = cgroup_open(request->cgroup, &cgroup, err);
	if (!ret)
		ret = tune_trial(&rule, err);
	if (!ret && request->cgroup)
		ret = attach(weir, request->cgroup, &added.changes, err);
	if (ret)
		return ret;
	rule.cgroup_id = cgroup.id;
	ret = publish(weir, &rule, request->before, &added, err);
	if (ret) {
		take_back(weir, request->cgroup, &added.changes);
		return ret;
	}
	*ret_added = added;
	added = (struct weir_tune_added){};
	return 0;
}

/* --- deleting --- */

static int no_entry(uint32_t number, struct weir_error *err)
{
	return weir_error_set(err, ENOENT, "there is no entry %u; nothing was deleted", number);
}

int weir_tune_delete(struct weir *weir, const uint32_t *numbers, size_t count, size_t *ret_deleted,
		     struct weir_error *err)
{
	_cleanup_free_ struct weir_tune_list *list = NULL;
	_cleanup_close_ int lock = -1;
	uint32_t missing, before;
	int ret = pin_maps_read(weir, err); /* without maps there is nothing to delete */

	if (ret == -ENOENT && !count) {
		*ret_deleted = 0;
		return 0;
	}
	if (ret == -ENOENT)
		return no_entry(numbers[0], err);
	if (!ret)
		ret = pin_lock(weir, &lock, err);
	if (!ret)
		ret = tune_list_read(weir, &list, err);
	if (ret)
		return ret;
	before = list->count;
	if (!count) {
		memset(list->rules, 0, sizeof(list->rules));
		list->count = 0;
		list->generation++;
	} else if (tune_list_remove(list, numbers, count, &missing) < 0) {
		return no_entry(missing, err);
	}
	ret = tune_list_write(weir, list, err);
	if (!ret)
		*ret_deleted = before - list->count;
	return ret;
}

/* --- reading --- */

void weir_tune_entries_free(struct weir_tune_entries *entries)
{
	free(entries->items);
	*entries = (struct weir_tune_entries){};
}

static int fill_entry(struct weir *weir, const struct weir_tune_rule *rule,
		      struct weir_tune_entry *entry, struct weir_error *err)
{
	entry->rule = *rule;
	if (rule->cgroup_id &&
	    cgroup_path(rule->cgroup_id, entry->cgroup, sizeof(entry->cgroup)) < 0) {
		entry->cgroup[0] = '\0';
		entry->gone = true;
	}
	return tune_stats_read(weir, rule->stats, &entry->stats, err);
}

int weir_tune_list(struct weir *weir, struct weir_tune_entries *ret_entries, struct weir_error *err)
{
	_cleanup_(weir_tune_entries_free) struct weir_tune_entries entries = {};
	_cleanup_free_ struct weir_tune_list *list = NULL;
	int ret = pin_maps_read(weir, err);

	if (ret == -ENOENT) {
		*ret_entries = (struct weir_tune_entries){};
		return 0;
	}
	if (!ret)
		ret = tune_list_read(weir, &list, err);
	if (!ret)
		ret = count_programs(weir, &entries.programs, err);
	if (ret)
		return ret;
	entries.items = calloc(list->count + 1, sizeof(*entries.items));
	if (!entries.items)
		return weir_error_set(err, ENOMEM, "out of memory");
	for (uint32_t i = 0; i < list->count && !ret; i++) {
		ret = fill_entry(weir, &list->rules[i], &entries.items[i], err);
		entries.count++;
	}
	if (ret)
		return ret;
	*ret_entries = entries;
	entries = (struct weir_tune_entries){};
	return 0;
}

/* --- cgroups --- */

/* Returns true if `inner` is the cgroup `outer` or below it. */
static bool is_below(const char *inner, const char *outer)
{
	size_t len = strcmp(outer, "/") == 0 ? 0 : strlen(outer);

	return strncmp(inner, outer, len) == 0 && (!inner[len] || inner[len] == '/');
}

struct seen {
	uint64_t id;
	size_t length; /* of the path: among ancestors, a longer path is deeper */
};

static int deeper_first(const void *a, const void *b)
{
	size_t x = ((const struct seen *)a)->length, y = ((const struct seen *)b)->length;

	return x < y ? 1 : x > y ? -1 : 0;
}

static size_t find_seen(const struct slot_table *table, const char *path, struct seen *seen)
{
	size_t count = 0;

	for (size_t i = 0; i < WEIR_SLOTS; i++) {
		const struct weir_slot *record = &table->slots[i];
		char at[WEIR_TARGET_LEN];

		if (!is_tuned(record) || cgroup_path(record->object_id, at, sizeof(at)) < 0 ||
		    !is_below(path, at))
			continue;
		seen[count++] = (struct seen){ record->object_id,
					       strcmp(at, "/") == 0 ? 0 : strlen(at) };
	}
	qsort(seen, count, sizeof(*seen), deeper_first);
	return count;
}

int weir_tune_cgroups(struct weir *weir, const char *path, uint64_t **ret_cgroups,
		      size_t *ret_count, struct weir_error *err)
{
	_cleanup_(cgroup_close) struct cgroup cgroup = { .fd = -1 };
	_cleanup_free_ struct slot_table *table = NULL;
	_cleanup_free_ struct seen *seen = calloc(WEIR_SLOTS, sizeof(*seen));
	_cleanup_free_ uint64_t *cgroups = calloc(WEIR_SLOTS, sizeof(*cgroups));
	size_t count = 0;
	int ret = cgroup_open(path, &cgroup, err);

	if (ret)
		return ret;
	if (!seen || !cgroups)
		return weir_error_set(err, ENOMEM, "out of memory");
	ret = pin_maps_read(weir, err);
	if (!ret)
		ret = slot_table_read(weir, &table, err);
	if (ret && ret != -ENOENT)
		return ret;
	if (!ret)
		count = find_seen(table, cgroup.path, seen);
	for (size_t i = 0; i < count; i++)
		cgroups[i] = seen[i].id;
	*ret_cgroups = TAKE_PTR(cgroups);
	*ret_count = count;
	return 0;
}
