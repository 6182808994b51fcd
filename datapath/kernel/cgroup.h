/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cgroup.h - cgroups of the unified hierarchy (cgroup2), by path and by id.
 *
 * The id of a cgroup is the 64-bit number of its kernfs node (kernel/cgroup/cgroup.c,
 * cgroup_id()), which is what bpf_get_current_cgroup_id() and links tell.
 */
#ifndef WEIR_KERNEL_CGROUP_H
#define WEIR_KERNEL_CGROUP_H

#include <limits.h>
#include <stdint.h>
#include "bpf/abi/abi.h"
#include "datapath/base/error.h"

struct cgroup {
	int fd; /* its directory; -1: none */
	uint64_t id;
	char path[WEIR_TARGET_LEN]; /* below the mount; "/" is the mount itself */
};

/*
 * path: "" for the mount, a path below it, or an absolute one on any cgroup2 mount. The mount is
 * the first in /proc/self/mounts. -ENOENT: no mount, or no such cgroup. -ENOTDIR: no cgroup.
 */
int cgroup_open(const char *path, struct cgroup *ret_cgroup, struct weir_error *err);
void cgroup_close(struct cgroup *cgroup);

/*
 * Path below the mount of the cgroup of that id. -ESTALE: it is no more. Needs
 * CAP_DAC_READ_SEARCH: -EPERM.
 */
int cgroup_path(uint64_t id, char *ret_path, size_t size);

#endif
