/* SPDX-License-Identifier: GPL-2.0 */
/* request.h - describes what to attach, where and how. */
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
	bool all;           /* instead: every interface of the namespace */
	bool skip_loopback; /* with all: except those with IFF_LOOPBACK */
	/*
	 * Instead of interfaces: a cgroup. "" is the mount; otherwise a path below it, or an
	 * absolute path. NULL: no cgroup. Only with cgroup hooks.
	 */
	const char *cgroup;
	/* Instead of interfaces: sockets, with WEIR_HOOK_SOCKET_FILTER only. NULL: no sockets. */
	const struct weir_socket_choice *sockets;
	unsigned int hooks; /* bit per enum weir_hook, at least one */
	enum weir_xdp_mode xdp_mode;
	enum weir_tc_method tc_method;
	uint32_t features; /* WEIR_FEATURE_*; counters are always on; 0: default of each hook */
	uint32_t more_features; /* added to the features of the attached program, if any */
	uint32_t flow_entries;  /* size of the flow table if it has to be created; 0: default */
	uint32_t tcp_entries;   /* the same for the TCP table; rounded up to a power of 2 */
	bool force;             /* replace foreign programs that cannot be shared with */
	bool replace; /* reload attached programs; counters continue, no packet is missed */
};

#endif
