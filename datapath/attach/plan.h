/* SPDX-License-Identifier: GPL-2.0 */
/* plan.h - what a request comes to, worked out before anything is changed. Pure. */
#ifndef WEIR_ATTACH_PLAN_H
#define WEIR_ATTACH_PLAN_H

#include "datapath/attach/attach.h"
#include "datapath/kernel/netlink.h"
#include "datapath/state/slot.h"

struct operation {
	enum weir_action action;
	uint32_t slot;               /* WEIR_ACTION_ATTACH: chosen when it is run */
	const struct target *target; /* NULL to detach */
	enum weir_hook hook;
};

struct plan {
	struct operation *items;
	size_t count;
};

void plan_free(struct plan *plan);

/*
 * The interfaces that a request names, each once, in their own order. -ENODEV: a name or glob that
 * meets nothing; nothing is chosen then.
 */
int plan_select(const struct interfaces *interfaces, const struct weir_attach_request *request,
		const struct interface ***ret_interfaces, size_t *ret_count,
		struct weir_error *err);

/* What a program is to have: as asked for, else what it has (0: none yet), else the default. */
uint32_t plan_features(const struct weir_attach_request *request, enum weir_hook hook,
		       uint32_t present);

/* Tells the state of an attached slot. */
typedef enum weir_state (*plan_state)(uint32_t slot, void *arg);

/* -ENOSPC: fewer slots are free than attachments asked for. */
int plan_attach(const struct slot_table *table, const struct target *targets, size_t count,
		const struct weir_attach_request *request, plan_state state, void *arg,
		struct plan *ret_plan, struct weir_error *err);

/*
 * Slots of a namespace (0 for all: any) that a request names; current names stand in the table.
 * A request that names a cgroup means no others; its path is that of records.
 * -ENOENT: a name that meets no attachment, or none at that hook.
 */
int plan_detach(const struct slot_table *table, uint64_t netns_cookie,
		const struct weir_detach_request *request, struct plan *ret_plan,
		struct weir_error *err);

#endif
