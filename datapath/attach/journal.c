// SPDX-License-Identifier: GPL-2.0
/* journal.c - see journal.h. */
#include <bpf/bpf.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include "datapath/attach/journal.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/hooks/table.h"
#include "datapath/kernel/cgroup.h"
#include "datapath/state/pin.h"
#include "datapath/state/tcp_table.h"

const struct interface *journal_link(struct weir *weir, const struct weir_slot *record)
{
	struct netns *ns;
	const struct interfaces *interfaces;

	if (weir_target_kind(record) != WEIR_TARGET_INTERFACE)
		return NULL;
	ns = netns_find(&weir->netns, record->netns_cookie);
	if (!ns || netns_interfaces(&weir->netns, ns, &interfaces) < 0)
		return NULL;
	return interfaces_by_index(interfaces, record->ifindex);
}

/*
 * Calls `remove` in the namespace of the slot. A deleted namespace has taken its programs with it.
 */
static int remove_from_kernel(struct weir *weir, uint32_t slot, const struct weir_slot *record,
			      uint32_t keep, struct weir_error *err)
{
	struct netns *ns;
	int ret;

	if (weir_target_kind(record) != WEIR_TARGET_INTERFACE)
		return hook_ops(record->hook)->remove(weir, slot, record, keep, err);
	ns = netns_find(&weir->netns, record->netns_cookie);
	if (!ns)
		return hook_pins_remove(weir, slot, err);
	ret = netns_enter(&weir->netns, ns);
	if (ret)
		return weir_error_set(err, ret, "cannot enter the network namespace of '%s': %s",
				      record->ifname, weir_error_text(ret));
	ret = hook_ops(record->hook)->remove(weir, slot, record, keep, err);
	netns_leave(&weir->netns);
	return ret;
}

/* The hook looks up sockets itself. If the path of a cgroup cannot be read, its link decides. */
static void inspect_here(struct weir *weir, uint32_t slot, const struct weir_slot *record,
			 struct live *ret_live)
{
	char path[WEIR_TARGET_LEN];
	bool exists = weir_target_kind(record) != WEIR_TARGET_CGROUP ||
		      cgroup_path(record->object_id, path, sizeof(path)) != -ESTALE;

	hook_ops(record->hook)->inspect(weir, slot, record, exists, ret_live);
}

static void inspect_interface(struct weir *weir, uint32_t slot, const struct weir_slot *record,
			      struct live *ret_live)
{
	struct netns *ns = netns_find(&weir->netns, record->netns_cookie);
	bool exists = journal_link(weir, record) != NULL;

	if (!ns) {
		*ret_live = (struct live){ .state = WEIR_STATE_GONE };
		snprintf(ret_live->detail, sizeof(ret_live->detail),
			 "its network namespace no longer exists");
		return;
	}
	if (netns_enter(&weir->netns, ns) < 0) {
		*ret_live = (struct live){ .state = WEIR_STATE_GONE };
		snprintf(ret_live->detail, sizeof(ret_live->detail),
			 "its network namespace cannot be entered");
		return;
	}
	hook_ops(record->hook)->inspect(weir, slot, record, exists, ret_live);
	netns_leave(&weir->netns);
}

void journal_inspect(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		     struct live *ret_live)
{
	if (weir_target_kind(record) == WEIR_TARGET_INTERFACE)
		inspect_interface(weir, slot, record, ret_live);
	else
		inspect_here(weir, slot, record, ret_live);
}

/*
 * Frees a slot; `record` is its former content. The connections are removed first: if the process
 * is killed in between, the record is still there to recover from.
 */
static int free_slot(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		     struct weir_error *err)
{
	int ret = 0;

	if ((record->features | record->old_features) & WEIR_FEATURE_TCP)
		ret = tcp_table_forget(weir, record->instance);
	if (ret)
		return weir_error_set(err, ret, "cannot clear the TCP table: %s",
				      weir_error_text(ret));
	return slot_write(weir, slot, &(struct weir_slot){}, err);
}

static int publish(struct weir *weir, uint32_t slot, struct weir_slot *record,
		   struct weir_error *err)
{
	record->state = WEIR_SLOT_ATTACHED;
	record->old_program_id = 0;
	record->old_features = 0;
	record->flags &= (__u8)~WEIR_SLOT_F_KEEPS_COUNTS;
	return slot_write(weir, slot, record, err);
}

int journal_attach(struct weir *weir, struct job *job, bool keeps_counts, struct weir_error *err)
{
	struct weir_slot before = *job->record;
	int ret;

	job->record->state = WEIR_SLOT_ATTACHING;
	job->record->features = (__u16)job->features;
	job->record->attached_at_ns = clock_ns(CLOCK_REALTIME);
	job->record->program_id = 0;
	job->record->link_id = 0;
	job->record->flags = keeps_counts ? WEIR_SLOT_F_KEEPS_COUNTS : 0;
	ret = keeps_counts ? 0 : slot_clear_counters(weir, job->slot, err);
	if (!ret)
		ret = slot_write(weir, job->slot, job->record, err);
	if (ret)
		return ret;
	ret = hook_ops(job->record->hook)->attach(weir, job, err);
	if (!ret)
		ret = publish(weir, job->slot, job->record, err);
	if (ret) {
		hook_ops(job->record->hook)->remove(weir, job->slot, job->record, 0, NULL);
		if (keeps_counts)
			slot_write(weir, job->slot, &before, NULL);
		else
			free_slot(weir, job->slot, job->record, NULL);
	}
	return ret;
}

int journal_replace(struct weir *weir, struct job *job, struct weir_error *err)
{
	struct weir_slot before = *job->record;
	int ret;

	job->record->state = WEIR_SLOT_REPLACING;
	job->record->old_program_id = before.program_id;
	job->record->old_features = before.features;
	job->record->features = (__u16)job->features;
	job->record->generation++;
	ret = slot_write(weir, job->slot, job->record, err);
	if (ret)
		return ret;
	ret = hook_ops(job->record->hook)->replace(weir, job, err);
	if (ret) {
		slot_write(weir, job->slot, &before, NULL);
		return ret;
	}
	return publish(weir, job->slot, job->record, err);
}

int journal_detach(struct weir *weir, uint32_t slot, struct weir_error *err)
{
	struct weir_slot leaving;
	int ret = slot_read(weir, slot, &leaving, err);

	if (ret)
		return ret;
	leaving.state = WEIR_SLOT_DETACHING;
	ret = slot_write(weir, slot, &leaving, err);
	if (!ret)
		ret = remove_from_kernel(weir, slot, &leaving, 0, err);
	return ret ? ret : free_slot(weir, slot, &leaving, err);
}

/* --- recovery --- */

static int recover_replacing(struct weir *weir, uint32_t slot, struct weir_slot *record,
			     struct weir_error *err)
{
	struct live live;
	int ret;

	record->program_id = 0; /* accept whatever program runs */
	journal_inspect(weir, slot, record, &live);
	record->program_id = live.program_id ? live.program_id : record->old_program_id;
	if (record->program_id == record->old_program_id) {
		record->generation--;
		record->features = record->old_features;
	}
	ret = remove_from_kernel(weir, slot, record, record->program_id, err);
	return ret ? ret : publish(weir, slot, record, err);
}

static int recover_slot(struct weir *weir, uint32_t slot, struct weir_slot *record,
			struct weir_error *err)
{
	int ret;

	if (record->state == WEIR_SLOT_REPLACING)
		return recover_replacing(weir, slot, record, err);
	ret = remove_from_kernel(weir, slot, record, 0, err);
	if (ret)
		return ret;
	if (record->state == WEIR_SLOT_ATTACHING && (record->flags & WEIR_SLOT_F_KEEPS_COUNTS))
		return publish(weir, slot, record, err);
	return free_slot(weir, slot, record, err);
}

/* Removes pins of free slots, left by a process that was killed between two steps. */
static void drop_stray_pins(struct weir *weir, const struct slot_table *table, const char *dir)
{
	_cleanup_closedir_ DIR *d = NULL;
	struct dirent *entry;
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/%s", weir->root, dir);
	d = opendir(path);
	while (d && (entry = readdir(d))) {
		unsigned int slot;
		int used = 0;

		if (sscanf(entry->d_name, "slot_%u%n", &slot, &used) != 1 || slot >= WEIR_SLOTS)
			continue;
		if (table->slots[slot].state == WEIR_SLOT_FREE || entry->d_name[used])
			unlinkat(dirfd(d), entry->d_name, 0);
	}
}

int journal_recover(struct weir *weir, struct weir_error *err)
{
	_cleanup_free_ struct slot_table *table = NULL;
	int ret = slot_table_read(weir, &table, err);

	for (uint32_t i = 0; i < WEIR_SLOTS && !ret; i++) {
		struct weir_slot *record = &table->slots[i];

		if (record->state == WEIR_SLOT_FREE || record->state == WEIR_SLOT_ATTACHED)
			continue;
		ret = recover_slot(weir, i, record, err);
		if (!ret)
			ret = slot_read(weir, i, record, err);
	}
	if (ret)
		return ret;
	drop_stray_pins(weir, table, "links");
	drop_stray_pins(weir, table, "programs");
	return 0;
}

int journal_begin(struct weir *weir, struct table_sizes sizes, int *ret_lock,
		  struct weir_error *err)
{
	_cleanup_close_ int lock = -1;
	int ret = pin_lock(weir, &lock, err);

	if (!ret)
		ret = pin_maps_make(weir, sizes, err);
	if (!ret)
		ret = journal_recover(weir, err);
	if (ret)
		return ret;
	*ret_lock = TAKE_FD(lock);
	return 0;
}
