// SPDX-License-Identifier: GPL-2.0
/* attach.c - attach, detach: plan, run, and take back what a failing run did. */
#include <errno.h>
#include <string.h>
#include "cleanup.h"
#include "journal.h"
#include "pin.h"
#include "plan.h"
#include "settings.h"

void weir_changes_free(struct weir_changes *changes)
{
	free(changes->items);
	*changes = (struct weir_changes){};
}

static int changes_add(struct weir_changes *changes, enum weir_action action, uint32_t slot,
		       const struct weir_slot *record)
{
	struct weir_change *grown;

	grown = realloc(changes->items, (changes->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	changes->items = grown;
	grown[changes->count++] = (struct weir_change){ action, slot, *record };
	return 0;
}

/* Lock, maps, and an end to what killed runs began: before every change. */
static int begin(struct weir *weir, uint32_t flow_entries, int *ret_lock, struct weir_error *err)
{
	_cleanup_close_ int lock = -1;
	int ret = pin_lock(weir, &lock, err);

	if (!ret)
		ret = pin_maps_make(weir, flow_entries, err);
	if (!ret)
		ret = journal_recover(weir, err);
	if (ret)
		return ret;
	netns_forget_links(&weir->netns);
	*ret_lock = TAKE_FD(lock);
	return 0;
}

static int home_links(struct weir *weir, const struct links **ret_links, struct weir_error *err)
{
	int ret = netns_links(&weir->netns, netns_home(&weir->netns), ret_links);

	return ret ? weir_error_set(err, ret, "cannot list the interfaces: %s",
				    weir_error_text(ret))
		   : 0;
}

/* --- attach --- */

struct state_arg {
	struct weir *weir;
	const struct slot_table *table;
};

static enum weir_state state_of(uint32_t slot, void *arg)
{
	const struct state_arg *a = arg;
	struct live live;

	journal_inspect(a->weir, slot, &a->table->slots[slot], &live);
	return live.state;
}

static void name_record(struct weir *weir, const struct link *link, struct weir_slot *record)
{
	const struct netns *home = netns_home(&weir->netns);

	memcpy(record->ifname, link->name, sizeof(record->ifname));
	memcpy(record->netns_name, home->name, sizeof(record->netns_name));
}

static int run_new(struct weir *weir, struct operation *op, struct job *job,
		   struct slot_table *table, struct weir_error *err)
{
	int ret;

	if (slot_find_free(table, &op->slot) < 0)
		return weir_error_set(err, ENOSPC, "all %d slots are taken", WEIR_SLOTS);
	job->slot = op->slot;
	*job->record = (struct weir_slot){
		.hook = (__u8)op->hook,
		.netns_cookie = weir->netns.home,
		.ifindex = op->link->ifindex,
		.generation = 1,
	};
	ret = settings_next_instance(weir, &job->record->instance, err);
	if (ret)
		return ret;
	name_record(weir, op->link, job->record);
	return journal_attach(weir, job, false, err);
}

static int run_again(struct weir *weir, const struct operation *op, struct job *job,
		     struct weir_error *err)
{
	/* what is left of it, a pin above all, makes room first */
	int ret = hook_ops(op->hook)->remove(weir, op->slot, job->record, 0, err);

	if (ret)
		return ret;
	job->record->generation++;
	name_record(weir, op->link, job->record);
	return journal_attach(weir, job, true, err);
}

static int run_operation(struct weir *weir, struct operation *op,
			 const struct weir_attach_request *request, struct slot_table *table,
			 struct weir_changes *changes, struct weir_error *err)
{
	struct weir_slot record = {};
	struct job job = { .record = &record, .link = op->link, .request = request };
	int ret = 0;

	if (op->action != WEIR_ACTION_ATTACH) {
		job.slot = op->slot;
		record = table->slots[op->slot];
	}
	job.features = plan_features(request, op->hook, record.features);
	switch (op->action) {
	case WEIR_ACTION_ATTACH:
		ret = run_new(weir, op, &job, table, err);
		break;
	case WEIR_ACTION_REATTACH:
		ret = run_again(weir, op, &job, err);
		break;
	case WEIR_ACTION_REPLACE:
		ret = journal_replace(weir, &job, err);
		break;
	case WEIR_ACTION_NONE:
	case WEIR_ACTION_DETACH:
		break;
	}
	if (ret)
		return ret;
	table->slots[op->slot] = record;
	if (changes_add(changes, op->action, op->slot, &record) < 0)
		return weir_error_set(err, ENOMEM, "out of memory");
	return 0;
}

/* What this run attached goes; what it replaced or mended is as good as before and stays. */
static void roll_back(struct weir *weir, const struct weir_changes *changes)
{
	for (size_t i = changes->count; i > 0; i--) {
		const struct weir_change *change = &changes->items[i - 1];

		if (change->action == WEIR_ACTION_ATTACH)
			journal_detach(weir, change->slot, NULL);
	}
}

static int make_plan(struct weir *weir, const struct weir_attach_request *request,
		     struct slot_table *table, struct plan *ret_plan, struct weir_error *err)
{
	_cleanup_free_ const struct link **links = NULL;
	struct state_arg arg = { weir, table };
	const struct links *all;
	size_t count;
	int ret = home_links(weir, &all, err);

	if (!ret)
		ret = plan_select(all, request, &links, &count, err);
	if (!ret)
		ret = plan_attach(table, weir->netns.home, links, count, request, state_of, &arg,
				  ret_plan, err);
	return ret;
}

int weir_attach(struct weir *weir, const struct weir_attach_request *request,
		struct weir_changes *ret_changes, struct weir_error *err)
{
	_cleanup_(weir_changes_free) struct weir_changes changes = {};
	_cleanup_free_ struct slot_table *table = NULL;
	_cleanup_(plan_free) struct plan plan = {};
	_cleanup_close_ int lock = -1;
	const struct links *links;
	int ret;

	netns_find(&weir->netns, weir->netns.home); /* learn its name */
	/* a name that does not exist is no reason to make pins */
	ret = home_links(weir, &links, err);
	if (!ret) {
		_cleanup_free_ const struct link **chosen = NULL;
		size_t count;

		ret = plan_select(links, request, &chosen, &count, err);
	}
	if (!ret)
		ret = begin(weir, request->flow_entries, &lock, err);
	if (!ret)
		ret = slot_table_read(weir, &table, err);
	if (!ret)
		ret = make_plan(weir, request, table, &plan, err);
	for (size_t i = 0; i < plan.count && !ret; i++)
		ret = run_operation(weir, &plan.items[i], request, table, &changes, err);
	if (ret) {
		roll_back(weir, &changes);
		return ret;
	}
	*ret_changes = changes;
	changes = (struct weir_changes){};
	return 0;
}

/* --- detach --- */

/* Records with the names that interfaces have now: users type those. */
static void refresh_names(struct weir *weir, struct slot_table *table)
{
	for (uint32_t i = 0; i < WEIR_SLOTS; i++) {
		struct weir_slot *record = &table->slots[i];
		const struct link *link;

		if (record->state == WEIR_SLOT_FREE)
			continue;
		link = journal_link(weir, record);
		if (link)
			memcpy(record->ifname, link->name, sizeof(record->ifname));
	}
}

/* An alternative name becomes the name that records have. */
static int canonical_names(struct weir *weir, const struct weir_detach_request *request,
			   const char ***ret_names, struct weir_error *err)
{
	_cleanup_free_ const char **names = calloc(request->interface_count + 1, sizeof(*names));
	const struct links *links;
	int ret = home_links(weir, &links, err);

	if (!names)
		return weir_error_set(err, ENOMEM, "out of memory");
	if (ret)
		return ret;
	for (size_t i = 0; i < request->interface_count; i++) {
		const struct link *link = links_by_name(links, request->interfaces[i]);

		names[i] = link ? link->name : request->interfaces[i];
	}
	*ret_names = TAKE_PTR(names);
	return 0;
}

static int run_detach(struct weir *weir, const struct plan *plan, const struct slot_table *table,
		      struct weir_changes *changes, struct weir_error *err)
{
	int first = 0;

	for (size_t i = 0; i < plan->count; i++) {
		uint32_t slot = plan->items[i].slot;
		int ret = journal_detach(weir, slot, first ? NULL : err);

		if (!ret && changes_add(changes, WEIR_ACTION_DETACH, slot, &table->slots[slot]) < 0)
			ret = weir_error_set(err, ENOMEM, "out of memory");
		if (!first)
			first = ret;
	}
	return first;
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
	bool everywhere = request->all && !weir->netns_named;
	int ret = begin(weir, 0, &lock, err);

	if (!ret)
		ret = slot_table_read(weir, &table, err);
	if (!ret)
		ret = canonical_names(weir, request, &names, err);
	if (ret)
		return ret;
	named.interfaces = names;
	refresh_names(weir, table);
	ret = plan_detach(table, everywhere ? 0 : weir->netns.home, &named, &plan, err);
	if (!ret)
		ret = run_detach(weir, &plan, table, &changes, err);
	if (ret)
		return ret;
	*ret_changes = changes;
	changes = (struct weir_changes){};
	return 0;
}
