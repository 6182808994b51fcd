/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netns.h - network namespaces: finds one by its cookie, and enters it temporarily.
 *
 * A cookie (SO_NETNS_COOKIE) is never reused, unlike a name in /run/netns and an inode number. Only
 * the network namespace changes: bpffs stays visible, unlike under `ip netns exec`.
 */
#ifndef WEIR_KERNEL_NETNS_H
#define WEIR_KERNEL_NETNS_H

#include <sys/types.h>
#include "datapath/base/error.h"
#include "datapath/kernel/kernel.h"
#include "datapath/kernel/netlink.h"

struct netns {
	int fd;
	ino_t inode;
	uint64_t cookie;
	char name[WEIR_NETNS_LEN]; /* "": no name */
	bool interfaces_read;
	struct interfaces interfaces;
	uint64_t nsid_source; /* cookie of the namespace that `nsid` is valid in */
	int32_t nsid;
};

struct netns_index {
	struct netns **items; /* allocated one by one, so that pointers stay valid */
	size_t count;
	bool names_read; /* /run/netns was scanned */
	bool procs_read; /* /proc was scanned */
	uint64_t home;   /* cookie of the context's namespace */
	int home_fd;
};

/* Enters `name` permanently and makes it home: a name in /run/netns, a path, or NULL to stay. */
int netns_open(struct netns_index *index, const char *name, struct weir_error *err);
void netns_close(struct netns_index *index);

/* Returns the namespace with that cookie; NULL if it no longer exists. */
struct netns *netns_find(struct netns_index *index, uint64_t cookie);

/* Finds all namespaces, including new ones. */
void netns_find_all(struct netns_index *index);

/* The home namespace. */
struct netns *netns_home(struct netns_index *index);

/* Moves the thread to a namespace, and back home. Each enter needs a leave. */
int netns_enter(struct netns_index *index, const struct netns *ns);
void netns_leave(struct netns_index *index);

/* Interfaces of a namespace, cached until netns_forget_interfaces(). */
int netns_interfaces(struct netns_index *index, struct netns *ns,
		     const struct interfaces **ret_interfaces);
void netns_forget_interfaces(struct netns_index *index);

/* Finds the peer of a veth in `ns`. */
void netns_peer(struct netns_index *index, struct netns *ns, const struct interface *veth,
		struct weir_peer *ret_peer);

#endif
