// SPDX-License-Identifier: GPL-2.0
/* detach.c - detaches targets, by their current names, or by the last name of a deleted one. */
#include <errno.h>
#include <string.h>
#include "datapath/attach/changes.h"
#include "datapath/attach/journal.h"
#include "datapath/attach/plan.h"
#include "datapath/base/cleanup.h"
#include "datapath/kernel/cgroup.h"
#include "datapath/sockets/filter.h"
#include "datapath/state/pin.h"

/* Updates the records to current names, which are those that users enter. */
static void refresh_names(struct weir *weir, struct slot_table *table)
{
	for (uint32_t i = 0; i < WEIR_SLOTS; i++) {
		struct weir_slot *record = &table->slots[i];
		const struct interface *interface;
		char path[WEIR_TARGET_LEN];

		if (record->state == WEIR_SLOT_FREE)
			continue;
		interface = journal_link(weir, record);
		if (interface)
			memcpy(record->ifname, interface->name, sizeof(record->ifname));
		if (weir_target_kind(record) == WEIR_TARGET_CGROUP &&
		    cgroup_path(record->object_id, path, sizeof(path)) == 0)
			memcpy(record->target, path, sizeof(record->target));
	}
}

/* Replaces alternative names by the names in the records. */
static int canonical_names(struct weir *weir, const struct weir_detach_request *request,
			   const char ***ret_names, struct weir_error *err)
{
	_cleanup_free_ const char **names = calloc(request->interface_count + 1, sizeof(*names));
	const struct interfaces *interfaces;
	int ret = netns_home_interfaces(weir, &interfaces, err);

	if (!names)
		return weir_error_set(err, ENOMEM, "out of memory");
	if (ret)
		return ret;
	for (size_t i = 0; i < request->interface_count; i++) {
		const struct interface *interface = interfaces_by_name(interfaces,
								       request->interfaces[i]);

		names[i] = interface ? interface->name : request->interfaces[i];
	}
	*ret_names = TAKE_PTR(names);
	return 0;
}

/*
 * Converts the cgroup of a request to its path in the records. A deleted cgroup is found by its
 * last path.
 */
static int canonical_cgroup(const char *path, char *ret_path, size_t size, struct weir_error *err)
{
	_cleanup_(cgroup_close) struct cgroup cgroup = { .fd = -1 };
	int ret = cgroup_open(path, &cgroup, err);

	if (ret && ret != -ENOENT)
		return ret;
	if (ret)
		snprintf(ret_path, size, "%s%s", path[0] == '/' ? "" : "/", path);
	else
		memcpy(ret_path, cgroup.path, sizeof(cgroup.path));
	return 0;
}

static int run(struct weir *weir, const struct plan *plan, const struct slot_table *table,
	       struct weir_changes *changes, struct weir_error *err)
{
	struct weir_error first_err = {};
	int first = 0;

	if (changes_reserve(changes, plan->count) < 0)
		return weir_error_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < plan->count; i++) {
		uint32_t slot = plan->items[i].slot;
		int ret = journal_detach(weir, slot, first ? NULL : &first_err);

		if (!ret)
			changes_add(changes, WEIR_ACTION_DETACH, slot, &table->slots[slot]);
		else if (!first)
			first = ret;
	}
	if (!first)
		return 0;
	return weir_error_set(err, first, "%.800s; %zu of %zu programs were detached",
			      first_err.text, changes->count, plan->count);
}

static int no_socket(const struct weir_socket_choice *choice, struct weir_error *err)
{
	if (choice->pid)
		return weir_error_set(err, ENOENT,
				      "nothing is attached to descriptor %d of process %u; nothing "
				      "was detached",
				      choice->fd, choice->pid);
	return weir_error_set(err, ENOENT,
			      "nothing is attached to a %s with port %u; nothing was detached",
			      choice->listening ? "listener" : "socket", choice->port);
}

/*
 * Selects the slots of the chosen sockets. If none of them has a slot, selects those that were
 * attached to this descriptor of this process; their sockets may be closed.
 */
static int plan_sockets(struct weir *weir, const struct slot_table *table,
			const struct weir_socket_choice *choice, struct plan *plan,
			struct weir_error *err)
{
	_cleanup_(socket_list_free) struct socket_list list = {};
	int ret = socket_choose(weir, choice, &list, NULL);
	bool live;

	plan->items = calloc(WEIR_SLOTS, sizeof(*plan->items));
	if (!plan->items || ret == -ENOMEM)
		return weir_error_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < list.count; i++) {
		const struct target target = { .netns_cookie = list.items[i].netns_cookie,
					       .object_id = list.items[i].cookie };
		struct operation op = { .action = WEIR_ACTION_DETACH,
					.hook = WEIR_HOOK_SOCKET_FILTER };

		if (slot_find(table, &target, op.hook, &op.slot) == 0)
			plan->items[plan->count++] = op;
	}
	live = plan->count > 0;
	for (uint32_t i = 0; i < WEIR_SLOTS && choice->pid && !live; i++) {
		const struct weir_slot *record = &table->slots[i];

		if (record->state != WEIR_SLOT_FREE && record->hook == WEIR_HOOK_SOCKET_FILTER &&
		    record->pid == choice->pid && record->fd == choice->fd)
			plan->items[plan->count++] = (struct operation){
				.action = WEIR_ACTION_DETACH, .slot = i, .hook = record->hook
			};
	}
	return plan->count ? 0 : no_socket(choice, err);
}

/* If nothing was ever attached, detach creates no pins. */
static int never_attached(const struct weir_detach_request *request,
			  struct weir_changes *ret_changes, struct weir_error *err)
{
	if (request->cgroup)
		return weir_error_set(err, ENOENT, "nothing is attached to cgroup '%s'",
				      request->cgroup[0] ? request->cgroup : "/");
	if (request->sockets)
		return no_socket(request->sockets, err);
	if (request->interface_count)
		return weir_error_set(err, ENOENT, "nothing is attached to '%s'",
				      request->interfaces[0]);
	*ret_changes = (struct weir_changes){};
	return 0;
}

int weir_detach(struct weir *weir, const struct weir_detach_request *request,
		struct weir_changes *ret_changes, struct weir_error *err)
{
	_cleanup_(weir_changes_free) struct weir_changes changes = {};
	_cleanup_free_ struct slot_table *table = NULL;
	_cleanup_free_ const char **names = NULL;
	_cleanup_(plan_free) struct plan plan = {};
	_cleanup_close_ int lock = -1;
	struct weir_detach_request named = *request;
	char path[WEIR_TARGET_LEN];
	bool everywhere = request->all && !weir->netns_named;
	int ret = pin_maps_read(weir, err);

	if (ret == -ENOENT)
		return never_attached(request, ret_changes, err);
	if (!ret)
		ret = journal_begin(weir, (struct table_sizes){}, &lock, err);
	if (!ret)
		ret = slot_table_read(weir, &table, err);
	netns_forget_interfaces(&weir->netns);
	if (!ret)
		ret = canonical_names(weir, request, &names, err);
	if (ret)
		return ret;
	named.interfaces = names;
	if (request->cgroup) {
		ret = canonical_cgroup(request->cgroup, path, sizeof(path), err);
		if (ret)
			return ret;
		named.cgroup = path;
	}
	refresh_names(weir, table);
	if (request->sockets)
		ret = plan_sockets(weir, table, request->sockets, &plan, err);
	else
		ret = plan_detach(table, everywhere ? 0 : weir->netns.home, &named, &plan, err);
	if (!ret)
		ret = run(weir, &plan, table, &changes, err);
	if (ret)
		return ret;
	*ret_changes = changes;
	changes = (struct weir_changes){};
	return 0;
}
