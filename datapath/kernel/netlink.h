/* SPDX-License-Identifier: GPL-2.0 */
/* netlink.h - interfaces, qdiscs and filters of the current network namespace, with libmnl. */
#ifndef WEIR_KERNEL_NETLINK_H
#define WEIR_KERNEL_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"

struct interface {
	uint32_t ifindex;
	char name[WEIR_IFNAME_LEN];
	char **altnames;     /* NULL-terminated, or NULL */
	unsigned int flags;  /* IFF_* */
	unsigned short type; /* ARPHRD_* */
	uint32_t mtu;
	uint32_t xdp_program_id; /* 0: no program */
	uint32_t peer_ifindex;   /* IFLA_LINK; 0: no peer */
	int32_t peer_nsid;       /* IFLA_LINK_NETNSID; -1: this namespace */
	bool is_veth;
};

struct interfaces {
	struct interface *items;
	size_t count;
};

void interfaces_free(struct interfaces *interfaces);

/* Reads all interfaces. */
int interfaces_dump(struct interfaces *ret_interfaces);

const struct interface *interfaces_by_index(const struct interfaces *interfaces, uint32_t ifindex);

/* Finds an interface by name or alternative name. Returns NULL if it does not exist. */
const struct interface *interfaces_by_name(const struct interfaces *interfaces, const char *name);

bool interface_matches(const struct interface *interface, const char *glob);

/* Returns the kind of the qdisc at clsact's handle (ffff:); "" if there is no qdisc. */
int qdisc_at_clsact(uint32_t ifindex, char *ret_kind, size_t size);

/* Returns the number of filters at clsact's ingress and egress together. */
int clsact_filter_count(uint32_t ifindex, size_t *ret_count);

/* Returns the nsid of fd's namespace in the current namespace; -1: it has no nsid. */
int nsid_of(int netns_fd, int32_t *ret_nsid);

struct nlattr;
struct nlmsghdr;

/* Returns false if a message claims to be longer than the rest of its datagram. */
bool netlink_is_whole(const void *data, size_t size);

/*
 * Returns -errno as set by libmnl. A malformed message may contain any value; returns -EBADMSG for
 * values that are not an errno.
 */
int netlink_errno(void);

/* Returns an attribute as a string or as a 32-bit number; "" or 0 if it is not one. */
const char *netlink_text(const struct nlattr *attr);
uint32_t netlink_number(const struct nlattr *attr);

/*
 * Dumps objects of a type (RTM_GETLINK and so on). `header` is the header of the family, at most
 * 128 bytes. Returns -EINTR if something changed during the dump, which may then be incomplete.
 */
int netlink_dump(uint16_t type, const void *header, size_t size,
		 int (*on_message)(const struct nlmsghdr *, void *), void *arg);

#endif
