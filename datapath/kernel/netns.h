/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netns.h - network namespaces: finding one by its cookie, and entering it for a moment.
 *
 * A cookie (SO_NETNS_COOKIE) is never used twice; a name in /run/netns and an inode number are.
 * Only the network namespace changes: bpffs stays in sight, unlike under `ip netns exec`.
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
	char name[WEIR_NETNS_LEN]; /* "" if it has none */
	bool interfaces_read;
	struct interfaces interfaces;
	uint64_t nsid_source; /* cookie of the namespace that knows this one by nsid */
	int32_t nsid;
};

struct netns_index {
	struct netns **items; /* each allocated, so that pointers to them stay good */
	size_t count;
	bool names_read; /* /run/netns was walked */
	bool procs_read; /* /proc was walked */
	uint64_t home;   /* cookie of the context's namespace */
	int home_fd;
};

/* Enters `name` (in /run/netns, a path, or NULL to stay) for good and makes it home. */
int netns_open(struct netns_index *index, const char *name, struct weir_error *err);
void netns_close(struct netns_index *index);

/* The living namespace of that cookie; NULL if there is none any more. */
struct netns *netns_find(struct netns_index *index, uint64_t cookie);

/* Looks for every namespace that there is, with new ones. */
void netns_find_all(struct netns_index *index);

/* The home namespace. */
struct netns *netns_home(struct netns_index *index);

/* Moves the thread there; each enter is followed by a leave, which returns home. */
int netns_enter(struct netns_index *index, const struct netns *ns);
void netns_leave(struct netns_index *index);

/* Interfaces of a namespace, read once; fresh after netns_forget_links. */
int netns_interfaces(struct netns_index *index, struct netns *ns,
		     const struct interfaces **ret_interfaces);
void netns_forget_interfaces(struct netns_index *index);

/* The other end of a veth of `ns`. */
void netns_peer(struct netns_index *index, struct netns *ns, const struct interface *veth,
		struct weir_peer *ret_peer);

#endif
