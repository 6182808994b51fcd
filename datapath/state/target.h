/* SPDX-License-Identifier: GPL-2.0 */
/* target.h - the target of an attachment: an interface, a cgroup or a socket. */
#ifndef WEIR_STATE_TARGET_H
#define WEIR_STATE_TARGET_H

#include "datapath/kernel/netlink.h"

struct socket_target;

/*
 * Members that do not apply to the kind of target are not set. netns_cookie, ifindex and object_id
 * identify it, as in struct weir_slot.
 */
struct target {
	const char *name;                  /* as quoted in messages */
	const struct interface *interface; /* interface; else NULL */
	uint64_t netns_cookie;             /* 0: cgroup */
	uint32_t ifindex;                  /* 0: not an interface */
	uint64_t object_id;                /* cgroup id or socket cookie; 0: interface */
	int fd;                            /* cgroup: its directory, borrowed; -1: none */
	struct socket_target *socket;      /* socket: its properties and its program, borrowed */
};

struct target target_of_interface(uint64_t netns_cookie, const struct interface *interface);

#endif
