/* SPDX-License-Identifier: GPL-2.0 */
/* plan.h - plans the changes for a request before anything is changed. No side effects. */
#ifndef WEIR_ATTACH_PLAN_H
#define WEIR_ATTACH_PLAN_H

#include "datapath/attach/attach.h"
#include "datapath/kernel/netlink.h"
#include "datapath/state/slot.h"

struct operation {
	enum weir_action action;
	uint32_t slot;               /* WEIR_ACTION_ATTACH: chosen during execution */
	const struct target *target; /* NULL: detach */
	enum weir_hook hook;
};

struct plan {
	struct operation *items;
	size_t count;
};

void plan_free(struct plan *plan);

/*
 * Selects the interfaces of a request, without duplicates, in their own order. Returns -ENODEV if a
 * name or glob matches none; then nothing is selected.
 */
int plan_select(const struct interfaces *interfaces, const struct weir_attach_request *request,
		const struct interface ***ret_interfaces, size_t *ret_count,
		struct weir_error *err);

/*
 * Features of a program: those requested, else its present ones (0: no program yet), else the
 * default.
 */
uint32_t plan_features(const struct weir_attach_request *request, enum weir_hook hook,
		       uint32_t present);

/* Callback: the state of an attached slot. */
typedef enum weir_state (*plan_state)(uint32_t slot, void *arg);

/* Returns -ENOSPC if there are fewer free slots than requested attachments. */
int plan_attach(const struct slot_table *table, const struct target *targets, size_t count,
		const struct weir_attach_request *request, plan_state state, void *arg,
		struct plan *ret_plan, struct weir_error *err);

/*
 * Selects the slots of a request in a namespace (0 with `all`: in any). The table must have current
 * names. A request with a cgroup selects only that, by its path in the records. Returns -ENOENT if
 * a name matches no attachment, or none at that hook.
 */
int plan_detach(const struct slot_table *table, uint64_t netns_cookie,
		const struct weir_detach_request *request, struct plan *ret_plan,
		struct weir_error *err);

#endif
