/* SPDX-License-Identifier: GPL-2.0 */
/* request.h - which programs are to be attached where, and how. */
#ifndef WEIR_HOOKS_REQUEST_H
#define WEIR_HOOKS_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/sockets/sockets.h"

enum weir_xdp_mode { WEIR_XDP_AUTO, WEIR_XDP_NATIVE, WEIR_XDP_GENERIC };
enum weir_tc_method { WEIR_TC_AUTO, WEIR_TC_TCX, WEIR_TC_CLSACT };

struct weir_attach_request {
	const char *const *interfaces; /* names, alternative names or globs */
	size_t interface_count;
	bool all;           /* every interface of the namespace instead */
	bool skip_loopback; /* with all: but those with IFF_LOOPBACK */
	/*
	 * This cgroup instead of interfaces: "" for the mount, a path below it, or an absolute
	 * one; NULL: none. Goes with the hooks of cgroups only.
	 */
	const char *cgroup;
	/* Sockets instead of interfaces, with WEIR_HOOK_SOCKET_FILTER alone; NULL: none. */
	const struct weir_socket_choice *sockets;
	unsigned int hooks; /* bit per enum weir_hook, at least one */
	enum weir_xdp_mode xdp_mode;
	enum weir_tc_method tc_method;
	uint32_t features; /* WEIR_FEATURE_*; counters always are; 0: the default of each hook */
	uint32_t more_features; /* on top of what a program has, if there is one; else alone */
	uint32_t flow_entries;  /* size of the flow table when it is made; 0: the default */
	uint32_t tcp_entries;   /* size of the TCP table, likewise; up to the next power of 2 */
	bool force;             /* take the place of foreign programs that cannot be shared with */
	bool replace; /* load anew what is attached; counts go on and no packet is missed */
};

#endif
