// SPDX-License-Identifier: GPL-2.0
/* attach.c - attaches: plans, executes the plan, and rolls back on failure. */
#include <errno.h>
#include <string.h>
#include "datapath/attach/changes.h"
#include "datapath/attach/journal.h"
#include "datapath/attach/plan.h"
#include "datapath/base/cleanup.h"
#include "datapath/hooks/table.h"
#include "datapath/kernel/cgroup.h"
#include "datapath/sockets/filter.h"
#include "datapath/state/pin.h"
#include "datapath/state/settings.h"

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

static void name_record(struct weir *weir, const struct target *target, struct weir_slot *record)
{
	const struct netns *home = netns_home(&weir->netns);

	if (target->interface) {
		memcpy(record->ifname, target->interface->name, sizeof(record->ifname));
		memcpy(record->netns_name, home->name, sizeof(record->netns_name));
	} else {
		snprintf(record->target, sizeof(record->target), "%s", target->name);
	}
	if (target->socket) {
		record->pid = target->socket->facts.pid;
		record->fd = target->socket->facts.fd;
	}
}

/* The state of one attach. records and config_index are indexed by operation. */
struct run {
	struct weir *weir;
	const struct weir_attach_request *request;
	struct slot_table *table;
	struct cgroup cgroup;
	struct socket_target *sockets;
	size_t socket_count;
	struct target *targets;
	size_t target_count;
	struct plan plan;
	struct weir_slot *records;
	struct program_config *configs; /* of operations that are loaded ahead, without gaps */
	size_t *config_index;
	size_t config_count;
	struct loader *loader;
	struct weir_changes changes;
};

static void run_free(struct run *run)
{
	loader_free(run->loader); /* first, as it reads the configs */
	plan_free(&run->plan);
	free(run->targets);
	cgroup_close(&run->cgroup);
	for (size_t i = 0; i < run->socket_count; i++)
		socket_target_free(&run->sockets[i]);
	free(run->sockets);
	free(run->records);
	free(run->configs);
	free(run->config_index);
	weir_changes_free(&run->changes);
}

static struct job job_of(struct run *run, size_t i)
{
	const struct operation *op = &run->plan.items[i];
	uint32_t present = op->action == WEIR_ACTION_ATTACH ? 0
							    : run->table->slots[op->slot].features;

	return (struct job){
		.slot = op->slot,
		.features = plan_features(run->request, op->hook, present),
		.record = &run->records[i],
		.target = op->target,
		.interface = op->target->interface,
		.request = run->request,
		.many = run->plan.count > HOOK_MANY,
	};
}

static int prepare_new(struct run *run, struct operation *op, struct weir_slot *record,
		       struct weir_error *err)
{
	if (slot_find_free(run->table, &op->slot) < 0)
		return weir_error_set(err, ENOSPC, "all %d slots are taken", WEIR_SLOTS);
	*record = (struct weir_slot){
		.hook = (__u8)op->hook,
		.netns_cookie = op->target->netns_cookie,
		.ifindex = op->target->ifindex,
		.object_id = op->target->object_id,
		.generation = 1,
	};
	run->table->slots[op->slot].state = WEIR_SLOT_ATTACHING; /* taken, in this copy */
	return settings_next_instance(run->weir, &record->instance, err);
}

/* Chooses slots and fills in records, before anything is attached. */
static int prepare(struct run *run, struct weir_error *err)
{
	size_t count = run->plan.count;

	run->records = calloc(count + 1, sizeof(*run->records));
	run->configs = calloc(count + 1, sizeof(*run->configs));
	run->config_index = calloc(count + 1, sizeof(*run->config_index));
	if (!run->records || !run->configs || !run->config_index ||
	    changes_reserve(&run->changes, count) < 0)
		return weir_error_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < count; i++) {
		struct operation *op = &run->plan.items[i];
		struct job job;
		int ret = 0;

		if (op->action == WEIR_ACTION_ATTACH)
			ret = prepare_new(run, op, &run->records[i], err);
		else
			run->records[i] = run->table->slots[op->slot];
		if (ret)
			return ret;
		job = job_of(run, i);
		run->config_index[i] = run->config_count;
		if (op->action != WEIR_ACTION_NONE && hook_row(op->hook)->loads_ahead)
			run->configs[run->config_count++] = hook_config(&job);
	}
	/* a second thread does not pay off for one or two programs */
	if (run->config_count > 2)
		run->loader = loader_start(run->weir, run->configs, run->config_count);
	return 0;
}

static int run_again(struct run *run, const struct operation *op, struct job *job,
		     struct weir_error *err)
{
	/* first remove the remains of the old attachment, such as its pin */
	int ret = hook_ops(op->hook)->remove(run->weir, op->slot, job->record, 0, err);

	if (ret)
		return ret;
	job->record->generation++;
	name_record(run->weir, op->target, job->record);
	return journal_attach(run->weir, job, true, err);
}

static int run_operation(struct run *run, size_t i, struct weir_error *err)
{
	const struct operation *op = &run->plan.items[i];
	struct job job = job_of(run, i);
	int ret = 0;

	if (hook_row(op->hook)->loads_ahead) {
		job.loader = run->loader;
		job.loader_index = run->config_index[i];
	}
	switch (op->action) {
	case WEIR_ACTION_ATTACH:
		name_record(run->weir, op->target, job.record);
		ret = journal_attach(run->weir, &job, false, err);
		break;
	case WEIR_ACTION_REATTACH:
		ret = run_again(run, op, &job, err);
		break;
	case WEIR_ACTION_REPLACE:
		ret = journal_replace(run->weir, &job, err);
		break;
	case WEIR_ACTION_NONE:
	case WEIR_ACTION_DETACH:
		break;
	}
	if (!ret)
		changes_add(&run->changes, op->action, op->slot, job.record);
	return ret;
}

/* Detaches what this run attached. Replaced and repaired attachments stay. */
static void roll_back(struct weir *weir, const struct weir_changes *changes)
{
	for (size_t i = changes->count; i > 0; i--) {
		const struct weir_change *change = &changes->items[i - 1];

		if (change->action == WEIR_ACTION_ATTACH)
			journal_detach(weir, change->slot, NULL);
	}
}

/* --- targets --- */

static int reserve_targets(struct run *run, size_t count, struct weir_error *err)
{
	run->targets = calloc(count, sizeof(*run->targets));
	if (!run->targets)
		return weir_error_set(err, ENOMEM, "out of memory");
	run->target_count = count;
	return 0;
}

static int find_cgroup(struct run *run, struct weir_error *err)
{
	int ret = cgroup_open(run->request->cgroup, &run->cgroup, err);

	if (!ret)
		ret = reserve_targets(run, 1, err);
	if (ret)
		return ret;
	run->targets[0] = (struct target){
		.name = run->cgroup.path,
		.object_id = run->cgroup.id,
		.fd = run->cgroup.fd,
	};
	return 0;
}

static int find_interfaces(struct run *run, struct weir_error *err)
{
	_cleanup_free_ const struct interface **chosen = NULL;
	const struct interfaces *interfaces;
	size_t count;
	int ret;

	netns_forget_interfaces(&run->weir->netns);
	ret = netns_home_interfaces(run->weir, &interfaces, err);
	if (!ret)
		ret = plan_select(interfaces, run->request, &chosen, &count, err);
	if (!ret)
		ret = reserve_targets(run, count, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < count; i++)
		run->targets[i] = target_of_interface(run->weir->netns.home, chosen[i]);
	return 0;
}

static int prepare_sockets(struct run *run, struct weir_error *err)
{
	_cleanup_(socket_list_free) struct socket_list list = {};
	const struct weir_socket_choice *choice = run->request->sockets;
	int ret = socket_choose(run->weir, choice, &list, err);

	if (ret)
		return ret;
	run->sockets = calloc(list.count, sizeof(*run->sockets));
	if (!run->sockets)
		return weir_error_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < list.count && !ret; i++) {
		run->sockets[run->socket_count++].facts = list.items[i];
		ret = socket_check(&list.items[i], err);
		if (!ret)
			ret = socket_filter_check(&list.items[i], choice, run->request->force, err);
		if (!ret)
			ret = socket_filter_prepare(&run->sockets[i], choice->keep, choice->snap,
						    err);
	}
	return ret;
}

static int find_sockets(struct run *run, struct weir_error *err)
{
	int ret = prepare_sockets(run, err);

	if (!ret)
		ret = reserve_targets(run, run->socket_count, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < run->socket_count; i++)
		run->targets[i] = (struct target){
			.name = run->sockets[i].facts.name,
			.netns_cookie = run->sockets[i].facts.netns_cookie,
			.object_id = run->sockets[i].facts.cookie,
			.fd = -1,
			.socket = &run->sockets[i],
		};
	return 0;
}

static enum weir_target_kind kind_of(const struct weir_attach_request *request)
{
	if (request->sockets)
		return WEIR_TARGET_SOCKET;
	return request->cgroup ? WEIR_TARGET_CGROUP : WEIR_TARGET_INTERFACE;
}

/* Finds the targets of the request, without duplicates. */
static int find_targets(struct run *run, struct weir_error *err)
{
	static int (*const finders[])(struct run *, struct weir_error *) = {
		[WEIR_TARGET_INTERFACE] = find_interfaces,
		[WEIR_TARGET_CGROUP] = find_cgroup,
		[WEIR_TARGET_SOCKET] = find_sockets,
	};
	static_assert(ARRAY_SIZE(finders) == WEIR_TARGET_KINDS, "targets that nothing finds");

	return finders[kind_of(run->request)](run, err);
}

/* --- the request --- */

static int check_features(enum weir_hook hook, uint32_t features, struct weir_error *err)
{
	uint32_t wrong = features & ~weir_hook_info(hook)->features;

	if (!wrong)
		return 0;
	return weir_error_set(err, EINVAL, "%s is not a feature of %s",
			      weir_feature_name((unsigned int)__builtin_ctz(wrong)),
			      weir_hook_name(hook));
}

/* Returns -EINVAL if a hook does not exist for this kind of target, or does not have a feature. */
static int check_hooks(const struct weir_attach_request *request, struct weir_error *err)
{
	enum weir_target_kind kind = kind_of(request);
	int ret = 0;

	for (unsigned int hook = 0; hook < WEIR_HOOKS && !ret; hook++) {
		if (!(request->hooks >> hook & 1))
			continue;
		if (weir_hook_info(hook)->target != kind)
			return weir_error_set(err, EINVAL, "%s is not a hook of %s %s",
					      weir_hook_name(hook),
					      kind == WEIR_TARGET_INTERFACE ? "an" : "a",
					      weir_target_kind_name(kind));
		ret = check_features(hook, request->features | request->more_features, err);
	}
	return ret;
}

/* The sets of the TCP table are found by masking, so its size must be a power of two. */
static uint32_t power_of_two(uint32_t n)
{
	return n < 2 ? n : 1U << (32 - __builtin_clz(n - 1));
}

int weir_attach(struct weir *weir, const struct weir_attach_request *request,
		struct weir_changes *ret_changes, struct weir_error *err)
{
	_cleanup_free_ struct slot_table *table = NULL;
	_cleanup_(run_free) struct run run = {
		.weir = weir,
		.request = request,
		.cgroup.fd = -1,
	};
	struct table_sizes sizes = { request->flow_entries, power_of_two(request->tcp_entries) };
	struct state_arg state = { .weir = weir };
	bool pinned = access(weir->root, F_OK) == 0;
	_cleanup_close_ int lock = -1;
	int ret = check_hooks(request, err);

	netns_find(&weir->netns, weir->netns.home); /* learn its name */
	/*
	 * Without pins, check the targets first, so that a wrong name creates none. With pins, look
	 * up the targets under the lock.
	 */
	if (!ret && !pinned)
		ret = find_targets(&run, err);
	if (!ret)
		ret = journal_begin(weir, sizes, &lock, err);
	if (!ret && pinned)
		ret = find_targets(&run, err);
	if (!ret)
		ret = slot_table_read(weir, &table, err);
	run.table = table;
	state.table = table;
	if (!ret)
		ret = plan_attach(table, run.targets, run.target_count, request, state_of, &state,
				  &run.plan, err);
	if (!ret)
		ret = prepare(&run, err);
	for (size_t i = 0; i < run.plan.count && !ret; i++)
		ret = run_operation(&run, i, err);
	if (ret) {
		roll_back(weir, &run.changes);
		return ret;
	}
	*ret_changes = run.changes;
	run.changes = (struct weir_changes){};
	return 0;
}
