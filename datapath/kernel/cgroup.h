/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cgroup.h - cgroups of the unified hierarchy (cgroup2), by path and by id.
 *
 * The id of a cgroup is the 64-bit number of its kernfs node (cgroup_id() in
 * kernel/cgroup/cgroup.c). It is what bpf_get_current_cgroup_id() and cgroup links report.
 */
#ifndef WEIR_KERNEL_CGROUP_H
#define WEIR_KERNEL_CGROUP_H

#include <limits.h>
#include <stdint.h>
#include "bpf/abi/abi.h"
#include "datapath/base/error.h"

struct cgroup {
	int fd; /* its directory; -1: not open */
	uint64_t id;
	char path[WEIR_TARGET_LEN]; /* below the mount; "/": the mount itself */
};

/*
 * Opens a cgroup. path: "" for the mount, a path below it, or an absolute path on any cgroup2
 * mount. The mount is the first one in /proc/self/mounts. Returns -ENOENT if there is no mount or
 * no such cgroup, -ENOTDIR if it is not a cgroup.
 */
int cgroup_open(const char *path, struct cgroup *ret_cgroup, struct weir_error *err);
void cgroup_close(struct cgroup *cgroup);

/*
 * Returns the path below the mount of the cgroup with that id. Returns -ESTALE if it was deleted,
 * -EPERM without CAP_DAC_READ_SEARCH.
 */
int cgroup_path(uint64_t id, char *ret_path, size_t size);

#endif
