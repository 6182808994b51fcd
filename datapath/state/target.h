/* SPDX-License-Identifier: GPL-2.0 */
/* target.h - what a program is attached to: an interface, a cgroup or a socket. */
#ifndef WEIR_STATE_TARGET_H
#define WEIR_STATE_TARGET_H

#include "datapath/kernel/netlink.h"

enum target_kind { TARGET_INTERFACE, TARGET_CGROUP, TARGET_SOCKET };

struct socket_target;

/* Only the members of its kind are set. The same three numbers as in struct weir_slot name it. */
struct target {
	enum target_kind kind;
	const char *name;                  /* as messages quote it */
	const struct interface *interface; /* interface; else NULL */
	uint64_t netns_cookie;             /* 0: a cgroup */
	uint32_t ifindex;                  /* 0: no interface */
	uint64_t object_id;                /* cgroup id, or cookie of the socket; 0: an interface */
	int fd;                            /* cgroup: its directory; -1: none. Borrowed */
	struct socket_target *socket;      /* socket: what it is and is to have. Borrowed */
};

/* What programs at that hook are attached to. */
enum target_kind hook_target(enum weir_hook hook);

/* The words that a record has for its target: "eth0", "/system.slice", "udp 127.0.0.1:53". */
const char *record_target_name(const struct weir_slot *record);

struct target target_of_interface(uint64_t netns_cookie, const struct interface *interface);

#endif
