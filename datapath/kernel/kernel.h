/* SPDX-License-Identifier: GPL-2.0 */
/* kernel.h - of the kernel, as callers of the library see it: veth peers, the cgroup mount. */
#ifndef WEIR_KERNEL_KERNEL_H
#define WEIR_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"

/* The other end of a veth pair. */
struct weir_peer {
	bool known;
	uint32_t ifindex; /* in its namespace; 0: not a veth, or unknown */
	char ifname[WEIR_IFNAME_LEN];
	char netns[WEIR_NETNS_LEN]; /* "" if it has no name or is the one of the veth */
	bool same_netns;
};

/*
 * The cgroup2 mount that paths are below, the first in /proc/self/mounts, and how many others
 * there are. -ENOENT: none.
 */
int weir_cgroup_mount(char *ret_path, size_t size, unsigned int *ret_others);

#endif
