// SPDX-License-Identifier: GPL-2.0
/* plan.c - see plan.h. */
#include <errno.h>
#include <fnmatch.h>
#include <net/if.h>
#include <string.h>
#include "datapath/attach/plan.h"
#include "datapath/base/cleanup.h"

void plan_free(struct plan *plan)
{
	free(plan->items);
	*plan = (struct plan){};
}

static int plan_add(struct plan *plan, const struct operation *op)
{
	struct operation *grown = realloc(plan->items, (plan->count + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	plan->items = grown;
	grown[plan->count++] = *op;
	return 0;
}

static bool is_glob(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

static bool named(const struct interfaces *interfaces, const struct interface *interface,
		  const char *name)
{
	if (is_glob(name) && interface_matches(interface, name))
		return true;
	return interfaces_by_name(interfaces, name) == interface;
}

static int check_names(const struct interfaces *interfaces,
		       const struct weir_attach_request *request, struct weir_error *err)
{
	for (size_t i = 0; i < request->interface_count; i++) {
		const char *name = request->interfaces[i];
		bool found = interfaces_by_name(interfaces, name) != NULL;

		for (size_t j = 0; j < interfaces->count && !found && is_glob(name); j++)
			found = interface_matches(&interfaces->items[j], name);
		if (!found)
			return weir_error_set(
				err, ENODEV,
				is_glob(name) ? "no interface matches '%s'; nothing was attached"
					      : "no interface '%s'; nothing was attached",
				name);
	}
	return 0;
}

static bool wanted(const struct interfaces *interfaces, const struct interface *interface,
		   const struct weir_attach_request *request)
{
	if (request->all)
		return !request->skip_loopback || !(interface->flags & IFF_LOOPBACK);
	for (size_t i = 0; i < request->interface_count; i++) {
		if (named(interfaces, interface, request->interfaces[i]))
			return true;
	}
	return false;
}

int plan_select(const struct interfaces *interfaces, const struct weir_attach_request *request,
		const struct interface ***ret_interfaces, size_t *ret_count, struct weir_error *err)
{
	_cleanup_free_ const struct interface **chosen = NULL;
	size_t count = 0;
	int ret = check_names(interfaces, request, err);

	if (ret)
		return ret;
	chosen = calloc(interfaces->count + 1, sizeof(*chosen));
	if (!chosen)
		return weir_error_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < interfaces->count; i++) {
		if (wanted(interfaces, &interfaces->items[i], request))
			chosen[count++] = &interfaces->items[i];
	}
	if (!count)
		return weir_error_set(err, ENODEV,
				      "no interface to attach to: --skip-loopback excludes all");
	*ret_interfaces = TAKE_PTR(chosen);
	*ret_count = count;
	return 0;
}

uint32_t plan_features(const struct weir_attach_request *request, enum weir_hook hook,
		       uint32_t present)
{
	const struct weir_hook_info *info = weir_hook_info(hook);

	if (request->more_features)
		return present | request->more_features;
	if (request->features)
		return request->features | (info->features & WEIR_FEATURE_COUNTERS);
	if (present)
		return present;
	return info->default_features;
}

static enum weir_action action_for(const struct slot_table *table, const struct operation *op,
				   const struct weir_attach_request *request, plan_state state,
				   void *arg)
{
	uint32_t present = table->slots[op->slot].features;

	if (state(op->slot, arg) != WEIR_STATE_ATTACHED)
		return WEIR_ACTION_REATTACH;
	/* a filter cannot be compared before it is loaded, so replace it */
	if (request->sockets && (request->sockets->keep || request->sockets->snap))
		return WEIR_ACTION_REPLACE;
	if (request->replace || plan_features(request, op->hook, present) != present)
		return WEIR_ACTION_REPLACE;
	return WEIR_ACTION_NONE;
}

static size_t count_free(const struct slot_table *table)
{
	size_t n = 0;

	for (size_t i = 0; i < WEIR_SLOTS; i++)
		n += table->slots[i].state == WEIR_SLOT_FREE;
	return n;
}

int plan_attach(const struct slot_table *table, const struct target *targets, size_t count,
		const struct weir_attach_request *request, plan_state state, void *arg,
		struct plan *ret_plan, struct weir_error *err)
{
	_cleanup_(plan_free) struct plan plan = {};
	size_t fresh = 0, room = count_free(table);

	for (size_t i = 0; i < count; i++) {
		for (int hook = 0; hook < WEIR_HOOKS; hook++) {
			struct operation op = { .target = &targets[i], .hook = hook };

			if (!(request->hooks >> hook & 1))
				continue;
			op.action = WEIR_ACTION_ATTACH;
			if (slot_find(table, &targets[i], hook, &op.slot) == 0)
				op.action = action_for(table, &op, request, state, arg);
			else
				fresh++;
			if (plan_add(&plan, &op) < 0)
				return weir_error_set(err, ENOMEM, "out of memory");
		}
	}
	if (fresh > room)
		return weir_error_set(err, ENOSPC,
				      "cannot attach %zu programs: %zu of %d slots are "
				      "free (`ctl status` lists them, `ctl detach` frees one); "
				      "nothing was attached",
				      fresh, room, WEIR_SLOTS);
	*ret_plan = plan;
	plan = (struct plan){};
	return 0;
}

static bool record_named(const struct weir_slot *record, const char *name)
{
	if (weir_target_kind(record) != WEIR_TARGET_INTERFACE)
		return false;
	return strcmp(record->ifname, name) == 0 ||
	       (is_glob(name) && fnmatch(name, record->ifname, 0) == 0);
}

static bool record_wanted(const struct weir_slot *record, const struct weir_detach_request *request)
{
	if (request->hooks && !(request->hooks >> record->hook & 1))
		return false;
	if (request->cgroup)
		return weir_target_kind(record) == WEIR_TARGET_CGROUP &&
		       strcmp(record->target, request->cgroup) == 0;
	for (size_t i = 0; i < request->interface_count; i++) {
		if (record_named(record, request->interfaces[i]))
			return true;
	}
	return request->all;
}

static bool record_here(const struct weir_slot *record, uint64_t netns_cookie)
{
	return record->state != WEIR_SLOT_FREE &&
	       (!netns_cookie || record->netns_cookie == netns_cookie);
}

/* Rejects names that match nothing, such as typing errors. */
static int check_detach_names(const struct slot_table *table, uint64_t netns_cookie,
			      const struct weir_detach_request *request, struct weir_error *err)
{
	for (size_t i = 0; i < request->interface_count; i++) {
		const char *name = request->interfaces[i];
		bool attached = false, at_hook = false;

		for (size_t j = 0; j < WEIR_SLOTS; j++) {
			const struct weir_slot *record = &table->slots[j];

			if (!record_here(record, netns_cookie) || !record_named(record, name))
				continue;
			attached = true;
			at_hook |= !request->hooks || (request->hooks >> record->hook & 1);
		}
		if (!attached)
			return weir_error_set(err, ENOENT,
					      "nothing is attached to '%s'; nothing "
					      "was detached",
					      name);
		if (!at_hook)
			return weir_error_set(err, ENOENT,
					      "nothing is attached to '%s' at that "
					      "hook; nothing was detached",
					      name);
	}
	return 0;
}

int plan_detach(const struct slot_table *table, uint64_t netns_cookie,
		const struct weir_detach_request *request, struct plan *ret_plan,
		struct weir_error *err)
{
	_cleanup_(plan_free) struct plan plan = {};
	int ret = check_detach_names(table, netns_cookie, request, err);

	if (ret)
		return ret;
	if (request->cgroup)
		netns_cookie = 0; /* cgroups span namespaces */
	for (uint32_t i = 0; i < WEIR_SLOTS; i++) {
		const struct weir_slot *record = &table->slots[i];
		struct operation op = { .action = WEIR_ACTION_DETACH,
					.slot = i,
					.hook = record->hook };

		if (!record_here(record, netns_cookie) || !record_wanted(record, request))
			continue;
		if (plan_add(&plan, &op) < 0)
			return weir_error_set(err, ENOMEM, "out of memory");
	}
	if (request->cgroup && !plan.count)
		return weir_error_set(err, ENOENT,
				      "nothing is attached to cgroup '%s'%s; nothing was detached",
				      request->cgroup, request->hooks ? " at that hook" : "");
	*ret_plan = plan;
	plan = (struct plan){};
	return 0;
}
