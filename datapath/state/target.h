/* SPDX-License-Identifier: GPL-2.0 */
/* target.h - what a program is attached to: an interface, a cgroup or a socket. */
#ifndef WEIR_STATE_TARGET_H
#define WEIR_STATE_TARGET_H

#include "datapath/kernel/netlink.h"

struct socket_target;

/* Only the members that it has are set. The same three numbers as in struct weir_slot name it. */
struct target {
	const char *name;                  /* as messages quote it */
	const struct interface *interface; /* interface; else NULL */
	uint64_t netns_cookie;             /* 0: a cgroup */
	uint32_t ifindex;                  /* 0: no interface */
	uint64_t object_id;                /* cgroup id, or cookie of the socket; 0: an interface */
	int fd;                            /* cgroup: its directory; -1: none. Borrowed */
	struct socket_target *socket;      /* socket: what it is and is to have. Borrowed */
};

struct target target_of_interface(uint64_t netns_cookie, const struct interface *interface);

#endif
