/* SPDX-License-Identifier: GPL-2.0 */
/* hook_options.h - the options of all commands that name hooks. */
#ifndef CTL_ATTACH_HOOK_OPTIONS_H
#define CTL_ATTACH_HOOK_OPTIONS_H

#include "ctl/frame/ctl.h"

struct hook_options {
	bool ingress;
	bool egress;
	struct arg_word xdp;
	bool sockops;
	struct arg_optional cgroup; /* instead of interfaces */
};

/* Bits per enum weir_hook; 0 where none is named. */
unsigned int hooks_named(const struct hook_options *options);

/* Whether the hooks, the cgroup and the words of a command line go together. */
int hooks_check(const struct invocation *inv, const struct hook_options *options);

/* The path that --cgroup gives, "" for the mount; NULL: it is about interfaces. */
const char *hooks_cgroup(const struct hook_options *options);

#endif
