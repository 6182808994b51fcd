// SPDX-License-Identifier: GPL-2.0
/* table.c - see table.h and hooks.h. */
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/name.h"
#include "datapath/hooks/table.h"

#define COUNTERS WEIR_FEATURE_COUNTERS
#define FLOWS WEIR_FEATURE_FLOWS
#define TCP WEIR_FEATURE_TCP
#define TUNE WEIR_FEATURE_TUNE

/*
 * Flows need disabled bottom halves (see bpf/flows/flows.bpf.h), so only hooks that run with them
 * disabled have flows. XDP does not have them by default: its budget per packet is a few
 * nanoseconds, and tc ingress sees the same flows. XDP learns its mode, and a socket its previous
 * filter, only while attaching, so their programs are not loaded ahead.
 */
/* clang-format off */
static const struct hook_row rows[] = {
	[WEIR_HOOK_XDP] = {
		.info = {
			.name = "xdp", .target = WEIR_TARGET_INTERFACE,
			.direction = WEIR_INGRESS, .place = 2, .option = "xdp",
			.features = COUNTERS | FLOWS, .default_features = COUNTERS,
		},
		.ops = &hook_xdp_ops,
	},
	[WEIR_HOOK_TC_INGRESS] = {
		.info = {
			.name = "tc-ingress", .target = WEIR_TARGET_INTERFACE,
			.direction = WEIR_INGRESS, .place = 3, .option = "ingress", .by_default = true,
			.features = COUNTERS | FLOWS, .default_features = COUNTERS | FLOWS,
		},
		.ops = &hook_tc_ops, .loads_ahead = true,
	},
	[WEIR_HOOK_TC_EGRESS] = {
		.info = {
			.name = "tc-egress", .target = WEIR_TARGET_INTERFACE,
			.direction = WEIR_EGRESS, .place = 1, .option = "egress", .by_default = true,
			.features = COUNTERS | FLOWS, .default_features = COUNTERS | FLOWS,
		},
		.ops = &hook_tc_ops, .loads_ahead = true,
	},
	[WEIR_HOOK_CGROUP_INGRESS] = {
		.info = {
			.name = "cgroup-ingress", .target = WEIR_TARGET_CGROUP,
			.direction = WEIR_INGRESS, .option = "ingress",
			.features = COUNTERS, .default_features = COUNTERS,
		},
		.ops = &hook_cgroup_ops, .loads_ahead = true,
	},
	[WEIR_HOOK_CGROUP_EGRESS] = {
		.info = {
			.name = "cgroup-egress", .target = WEIR_TARGET_CGROUP,
			.direction = WEIR_EGRESS, .option = "egress",
			.features = COUNTERS, .default_features = COUNTERS,
		},
		.ops = &hook_cgroup_ops, .loads_ahead = true,
	},
	[WEIR_HOOK_SOCKOPS] = {
		.info = {
			.name = "sockops", .target = WEIR_TARGET_CGROUP,
			.option = "sockops", .by_default = true,
			.features = TCP | TUNE, .default_features = TCP,
		},
		.ops = &hook_sockops_ops, .loads_ahead = true,
	},
	[WEIR_HOOK_SOCKET_FILTER] = {
		.info = {
			.name = "socket-filter", .target = WEIR_TARGET_SOCKET,
			.direction = WEIR_INGRESS, .by_default = true,
			.features = COUNTERS, .default_features = COUNTERS,
			.drops = 1U << WEIR_DROP_SOCKET_FILTER,
		},
		.ops = &hook_socket_ops,
	},
};
/* clang-format on */
static_assert(ARRAY_SIZE(rows) == WEIR_HOOKS, "a hook has no row");
static_assert(WEIR_HOOKS <= 8, "flows keep their hooks as bits of a byte");

static const char *const methods[] = {
	[WEIR_METHOD_NONE] = "none",
	[WEIR_METHOD_LIBXDP] = "libxdp",
	[WEIR_METHOD_XDP_SINGLE] = "xdp-single",
	[WEIR_METHOD_TCX] = "tcx",
	[WEIR_METHOD_CLSACT] = "clsact",
	[WEIR_METHOD_CGROUP_LINK] = "cgroup-link",
	[WEIR_METHOD_SOCKET] = "socket",
};
static_assert(ARRAY_SIZE(methods) == WEIR_METHODS, "a method has no name");

static const char *const kinds[] = {
	[WEIR_TARGET_INTERFACE] = "interface",
	[WEIR_TARGET_CGROUP] = "cgroup",
	[WEIR_TARGET_SOCKET] = "socket",
};
static_assert(ARRAY_SIZE(kinds) == WEIR_TARGET_KINDS, "a kind of target has no name");

static const char *const directions[] = {
	[WEIR_NO_DIRECTION] = NULL,
	[WEIR_INGRESS] = "ingress",
	[WEIR_EGRESS] = "egress",
};
static_assert(ARRAY_SIZE(directions) == WEIR_DIRECTIONS, "a direction has no name");

const struct hook_row *hook_row(enum weir_hook hook)
{
	return &rows[hook];
}

const struct hook_ops *hook_ops(enum weir_hook hook)
{
	return rows[hook].ops;
}

const struct weir_hook_info *weir_hook_info(enum weir_hook hook)
{
	return hook < WEIR_HOOKS ? &rows[hook].info : NULL;
}

const char *weir_hook_name(enum weir_hook hook)
{
	return hook < WEIR_HOOKS ? rows[hook].info.name : NULL;
}

const char *weir_method_name(enum weir_method method)
{
	return NAME(methods, method);
}

const char *weir_target_kind_name(enum weir_target_kind kind)
{
	return NAME(kinds, kind);
}

const char *weir_direction_name(enum weir_direction direction)
{
	return NAME(directions, direction);
}

int weir_hook_from_name(const char *name, enum weir_hook *ret_hook)
{
	for (unsigned int hook = 0; hook < WEIR_HOOKS; hook++) {
		if (strcmp(name, rows[hook].info.name) == 0) {
			*ret_hook = hook;
			return 0;
		}
	}
	return -EINVAL;
}

bool weir_hook_is_egress(enum weir_hook hook)
{
	return rows[hook].info.direction == WEIR_EGRESS;
}

unsigned int weir_hooks_of(enum weir_target_kind kind)
{
	unsigned int hooks = 0;

	for (unsigned int hook = 0; hook < WEIR_HOOKS; hook++)
		hooks |= (unsigned int)(rows[hook].info.target == kind) << hook;
	return hooks;
}

unsigned int weir_hooks_by_default(enum weir_target_kind kind)
{
	unsigned int hooks = weir_hooks_of(kind);

	for (unsigned int hook = 0; hook < WEIR_HOOKS; hook++) {
		if (!rows[hook].info.by_default)
			hooks &= ~(1U << hook);
	}
	return hooks;
}

enum weir_hook weir_hook_at(unsigned int i)
{
	unsigned int hook = 0;

	while (hook < WEIR_HOOKS && rows[hook].info.place != i + 1)
		hook++;
	return hook;
}

enum weir_target_kind weir_target_kind(const struct weir_slot *record)
{
	return rows[record->hook].info.target;
}

const char *weir_target_name(const struct weir_slot *record)
{
	return weir_target_kind(record) == WEIR_TARGET_INTERFACE ? record->ifname : record->target;
}
