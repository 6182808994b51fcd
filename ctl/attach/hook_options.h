/* SPDX-License-Identifier: GPL-2.0 */
/* hook_options.h - the options of all commands that name hooks. */
#ifndef CTL_ATTACH_HOOK_OPTIONS_H
#define CTL_ATTACH_HOOK_OPTIONS_H

#include "ctl/frame/ctl.h"

/*
 * Options that name hooks and take no value: the word, which is the `option` of their hooks, and
 * what the help of attach and of detach say.
 */
#define HOOK_FLAGS(FLAG)                                                                    \
	FLAG(ingress, "what the interface (by tc), or the cgroup receives", "only ingress") \
	FLAG(egress, "what it sends", "only egress")                                        \
	FLAG(sockops, "with --cgroup: events of TCP connections; the default there",        \
	     "with --cgroup: only sockops")

/* Their rows in the table of a command whose options have a field `hooks`. */
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

/* Bits per enum weir_hook, of the kind of target that is meant; 0 where none is named. */
unsigned int hooks_named(const struct hook_options *options);

/* An option that was given and names hooks only of other kinds of targets than `kind`, or NULL. */
const char *hooks_stray(const struct hook_options *options, enum weir_target_kind kind);

/* Whether the hooks, the cgroup and the words of a command line go together. */
int hooks_check(const struct invocation *inv, const struct hook_options *options);

/* The path that --cgroup gives, "" for the mount; NULL: it is about interfaces. */
const char *hooks_cgroup(const struct hook_options *options);

#endif
