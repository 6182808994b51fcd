/* SPDX-License-Identifier: GPL-2.0 */
/* kernel.h - kernel objects visible to users of the library: veth peers, the cgroup mount. */
#ifndef WEIR_KERNEL_KERNEL_H
#define WEIR_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"

/* The other end of a veth pair. */
struct weir_peer {
	bool known;
	uint32_t ifindex; /* in its own namespace; 0: not a veth, or unknown */
	char ifname[WEIR_IFNAME_LEN];
	char netns[WEIR_NETNS_LEN]; /* "": no name, or the same namespace */
	bool same_netns;
};

/*
 * Returns the cgroup2 mount that paths are relative to, the first in /proc/self/mounts, and the
 * number of other ones. Returns -ENOENT if cgroup2 is not mounted.
 */
int weir_cgroup_mount(char *ret_path, size_t size, unsigned int *ret_others);

#endif
