/* SPDX-License-Identifier: GPL-2.0 */
/* hook_options.h - options shared by all commands that name hooks. */
#ifndef CTL_ATTACH_HOOK_OPTIONS_H
#define CTL_ATTACH_HOOK_OPTIONS_H

#include "ctl/frame/ctl.h"

/*
 * Options that name hooks and take no value: the name, which is also the `option` of their hooks,
 * and the help texts of attach and of detach.
 */
#define HOOK_FLAGS(FLAG)                                                                        \
	FLAG(ingress, "packets that the interface (tc) or the cgroup receives", "only ingress") \
	FLAG(egress, "packets that it sends", "only egress")                                    \
	FLAG(sockops, "with --cgroup: TCP connections; the default for cgroups",                \
	     "with --cgroup: only sockops")

/* Rows for them in an option table whose struct has a field `hooks`. */
#define HOOK_FLAG_OF_ATTACH(flag, attach, detach) \
	{ #flag, 0, ARG_FLAG, AT(hooks.flag), NULL, attach },
#define HOOK_FLAG_OF_DETACH(flag, attach, detach) \
	{ #flag, 0, ARG_FLAG, AT(hooks.flag), NULL, detach },

struct hook_options {
#define HOOK_FLAG_FIELD(flag, attach, detach) bool flag;
	HOOK_FLAGS(HOOK_FLAG_FIELD)
	struct arg_word xdp;
	struct arg_optional cgroup; /* instead of interfaces */
};

/* Returns a mask of named hooks (bits are enum weir_hook); 0 if no hook is named. */
unsigned int hooks_named(const struct hook_options *options);

/* Returns an option that was given and names only hooks of targets other than `kind`, or NULL. */
const char *hooks_stray(const struct hook_options *options, enum weir_target_kind kind);

/*
 * Checks that the hooks, the cgroup and the words of a command line go together. Returns an exit
 * code.
 */
int hooks_check(const struct invocation *inv, const struct hook_options *options);

/* Returns the path of --cgroup, "" for the mount; NULL without --cgroup. */
const char *hooks_cgroup(const struct hook_options *options);

#endif
