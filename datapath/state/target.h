/* SPDX-License-Identifier: GPL-2.0 */
/* target.h - the target of an attachment: an interface, a cgroup or a socket. */
#ifndef WEIR_STATE_TARGET_H
#define WEIR_STATE_TARGET_H

#include "datapath/kernel/netlink.h"

enum target_kind { TARGET_INTERFACE, TARGET_CGROUP, TARGET_SOCKET };

struct socket_target;

/*
 * Only the members of its kind are set. The same three numbers as in struct weir_slot identify it.
 */
struct target {
	enum target_kind kind;
	const char *name;                  /* for messages */
	const struct interface *interface; /* interface; else NULL */
	uint64_t netns_cookie;             /* 0: cgroup */
	uint32_t ifindex;                  /* 0: not an interface */
	uint64_t object_id;                /* cgroup id or socket cookie; 0: interface */
	int fd;                            /* cgroup: its directory, borrowed; -1: none */
	struct socket_target *socket;      /* socket: its properties and its program, borrowed */
};

/* Kind of target of programs at that hook. */
enum target_kind hook_target(enum weir_hook hook);

/* Name of the target in a record: "eth0", "/system.slice", "udp 127.0.0.1:53". */
const char *record_target_name(const struct weir_slot *record);

struct target target_of_interface(uint64_t netns_cookie, const struct interface *interface);

#endif
