/* SPDX-License-Identifier: GPL-2.0 */
/* hooks.h - the hooks and their kinds of target. */
#ifndef WEIR_HOOKS_HOOKS_H
#define WEIR_HOOKS_HOOKS_H

#include <stdbool.h>
#include <stdint.h>
#include "bpf/abi/abi.h"

enum weir_target_kind {
	WEIR_TARGET_INTERFACE,
	WEIR_TARGET_CGROUP,
	WEIR_TARGET_SOCKET,
	WEIR_TARGET_KINDS,
};

enum weir_direction { WEIR_NO_DIRECTION, WEIR_INGRESS, WEIR_EGRESS, WEIR_DIRECTIONS };

struct weir_hook_info {
	const char *name;
	enum weir_target_kind target;
	enum weir_direction direction; /* of the packets, seen from the target */
	unsigned int place;            /* see weir_hook_at(); 0: not on that path */
	bool by_default;               /* attached if the user names no hook */
	const char *option;            /* of ctl attach and detach, selects it; NULL: no option */
	uint32_t features;             /* WEIR_FEATURE_* that its program supports */
	uint32_t default_features;     /* features if the user names none */
	uint32_t drops; /* bit per enum weir_drop: reasons for which its program drops */
};

/* Returns NULL if there is no such hook. */
const struct weir_hook_info *weir_hook_info(enum weir_hook hook);

/* Names for the command line and JSON; NULL if the number is out of range. */
const char *weir_hook_name(enum weir_hook hook);
const char *weir_method_name(enum weir_method method);
const char *weir_target_kind_name(enum weir_target_kind kind);
const char *weir_direction_name(enum weir_direction direction); /* NULL: no direction */

/* Returns -EINVAL if there is no such hook. */
int weir_hook_from_name(const char *name, enum weir_hook *ret_hook);

bool weir_hook_is_egress(enum weir_hook hook);

/* Bit per enum weir_hook: all hooks of a kind of target, and those attached by default. */
unsigned int weir_hooks_of(enum weir_target_kind kind);
unsigned int weir_hooks_by_default(enum weir_target_kind kind);

/*
 * A packet that is forwarded from one interface to the next passes the egress hooks of the first
 * and then the ingress hooks of the second. Returns the i-th hook on that path, counted from 0: the
 * one whose place is i + 1. Returns WEIR_HOOKS after the last.
 */
enum weir_hook weir_hook_at(unsigned int i);

/* Kind and name of an attachment's target: "eth0", "/system.slice", "udp 127.0.0.1:53". */
enum weir_target_kind weir_target_kind(const struct weir_slot *record);
const char *weir_target_name(const struct weir_slot *record);

#endif
