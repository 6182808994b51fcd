/* SPDX-License-Identifier: GPL-2.0 */
/* hooks.h - the hooks, and what each of them is attached to. */
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
	enum weir_direction direction; /* of the packets, as the target sees them */
	unsigned int place;            /* see weir_hook_at(); 0: on no such way */
	bool by_default;               /* attached where the user names no hook */
	const char *option;            /* names it to ctl attach and detach; NULL: nothing does */
	uint32_t features;             /* WEIR_FEATURE_* that its program can have */
	uint32_t default_features;     /* that it has where the user names none */
	uint32_t drops;                /* bits per enum weir_drop: what its program drops for */
};

/* NULL: there is no such hook. */
const struct weir_hook_info *weir_hook_info(enum weir_hook hook);

/* The words of the command line and of JSON; NULL for a number out of range. */
const char *weir_hook_name(enum weir_hook hook);
const char *weir_method_name(enum weir_method method);
const char *weir_target_kind_name(enum weir_target_kind kind);
const char *weir_direction_name(enum weir_direction direction); /* NULL for none, too */

/* -EINVAL: no such hook. */
int weir_hook_from_name(const char *name, enum weir_hook *ret_hook);

bool weir_hook_is_egress(enum weir_hook hook);

/* Bits per enum weir_hook: all of these targets, and those that are attached by default. */
unsigned int weir_hooks_of(enum weir_target_kind kind);
unsigned int weir_hooks_by_default(enum weir_target_kind kind);

/*
 * A packet's way from one interface to the next leads past the egress hooks of the one and the
 * ingress hooks of the other. The hook that it passes i-th, counted from 0, which is the one whose
 * place is i + 1; WEIR_HOOKS: it has passed them all.
 */
enum weir_hook weir_hook_at(unsigned int i);

/* What an attachment is attached to, and its name: "eth0", "/system.slice", "udp 127.0.0.1:53". */
enum weir_target_kind weir_target_kind(const struct weir_slot *record);
const char *weir_target_name(const struct weir_slot *record);

#endif
