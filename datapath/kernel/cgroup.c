// SPDX-License-Identifier: GPL-2.0
/* cgroup.c - see cgroup.h. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/kernel/cgroup.h"
#include "datapath/kernel/kernel.h"
#include "datapath/kernel/mounts.h"

/* File handle of a kernfs node, see fs/kernfs/mount.c. */
#define FILEID_KERNFS 0xfe

struct handle {
	struct file_handle head;
	uint64_t id;
};

int weir_cgroup_mount(char *ret_path, size_t size, unsigned int *ret_others)
{
	_cleanup_fclose_ FILE *mounts = fopen("/proc/self/mounts", "re");
	char next[PATH_MAX];
	unsigned int others = 0;
	int ret = mounts ? mounts_find(mounts, "cgroup2", ret_path, size) : -errno;

	/* continue reading after the first one */
	while (!ret && mounts_find(mounts, "cgroup2", next, sizeof(next)) != -ENOENT)
		others++;
	if (!ret)
		*ret_others = others;
	return ret;
}

/* Offset of the part of `path` below its cgroup2 mount; -1: not on a cgroup2 mount. */
static int below_mount(const char *path)
{
	_cleanup_fclose_ FILE *mounts = fopen("/proc/self/mounts", "re");
	char mount[PATH_MAX];
	size_t best = 0, len;
	bool found = false;
	int ret = 0;

	while (mounts && ret != -ENOENT) {
		ret = mounts_find(mounts, "cgroup2", mount, sizeof(mount));
		if (ret)
			continue;
		len = strlen(mount);
		if (strncmp(path, mount, len) == 0 && (!path[len] || path[len] == '/') &&
		    len >= best) {
			best = len;
			found = true;
		}
	}
	return found ? (int)best : -1;
}

/* Path of an open directory below the mount. If it is too long, "..." replaces its start. */
static int path_of(int fd, char *ret_path, size_t size)
{
	char proc[64], path[PATH_MAX];
	const char *below;
	ssize_t len;
	int at;

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	len = readlink(proc, path, sizeof(path) - 1);
	if (len < 0)
		return -errno;
	path[len] = '\0';
	at = below_mount(path);
	if (at < 0)
		return -ENOENT;
	below = path[at] ? path + at : "/";
	len = (ssize_t)strlen(below);
	if ((size_t)len < size)
		memcpy(ret_path, below, (size_t)len + 1);
	else
		snprintf(ret_path, size, "...%s", below + len - (ssize_t)size + 4);
	return 0;
}

static int id_of(int fd, uint64_t *ret_id)
{
	struct handle handle = { .head.handle_bytes = sizeof(handle.id) };
	int mount_id;

	if (name_to_handle_at(fd, "", &handle.head, &mount_id, AT_EMPTY_PATH) < 0)
		return -errno;
	memcpy(ret_id, handle.head.f_handle, sizeof(*ret_id));
	return 0;
}

static bool is_cgroup2(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/* An absolute path is used as it is if it is a cgroup, else relative to the mount. */
static int open_path(const char *mount, const char *path, char *ret_full, size_t size)
{
	_cleanup_close_ int fd = -1;

	snprintf(ret_full, size, "%s", path);
	if (path[0] == '/')
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && is_cgroup2(fd))
		return TAKE_FD(fd);
	close_fd(&fd);
	fd = -1;
	while (*path == '/')
		path++;
	if ((size_t)snprintf(ret_full, size, "%s%s%s", mount, *path ? "/" : "", path) >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(ret_full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return TAKE_FD(fd);
}

int cgroup_open(const char *path, struct cgroup *ret_cgroup, struct weir_error *err)
{
	_cleanup_close_ int fd = -1;
	struct cgroup cgroup = {};
	char mount[PATH_MAX], full[2 * PATH_MAX];
	unsigned int others;
	int ret = weir_cgroup_mount(mount, sizeof(mount), &others);

	if (ret == -ENOENT)
		return weir_error_set(
			err, ENOENT,
			"cgroup2 is not mounted: run `mount -t cgroup2 none /sys/fs/cgroup`, or "
			"mount it elsewhere if cgroup v1 is there");
	if (ret)
		return weir_error_set(err, ret, "cannot find cgroup2 in /proc/self/mounts: %s",
				      strerror(-ret));
	fd = open_path(mount, path, full, sizeof(full));
	if (fd < 0 && errno == ENOENT)
		return weir_error_set(err, ENOENT,
				      "no cgroup '%.300s'; cgroup2 is mounted at '%.300s'", full,
				      mount);
	if (fd < 0)
		return weir_error_set(err, errno, "cannot open cgroup '%.300s': %s", full,
				      strerror(errno));
	if (!is_cgroup2(fd))
		return weir_error_set(err, ENOTDIR, "'%.300s' is not a cgroup2 directory", full);
	ret = id_of(fd, &cgroup.id);
	if (!ret)
		ret = path_of(fd, cgroup.path, sizeof(cgroup.path));
	if (ret)
		return weir_error_set(err, ret, "cannot identify cgroup '%.300s': %s", full,
				      strerror(-ret));
	cgroup.fd = TAKE_FD(fd);
	*ret_cgroup = cgroup;
	return 0;
}

void cgroup_close(struct cgroup *cgroup)
{
	close_fd(&cgroup->fd);
	cgroup->fd = -1;
}

int cgroup_path(uint64_t id, char *ret_path, size_t size)
{
	struct handle handle = {
		.head = { .handle_bytes = sizeof(handle.id), .handle_type = FILEID_KERNFS },
	};
	_cleanup_close_ int mount_fd = -1, fd = -1;
	char mount[PATH_MAX];
	unsigned int others;
	int ret = weir_cgroup_mount(mount, sizeof(mount), &others);

	if (ret)
		return ret;
	mount_fd = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (mount_fd < 0)
		return -errno;
	memcpy(handle.head.f_handle, &id, sizeof(id));
	fd = open_by_handle_at(mount_fd, &handle.head, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : path_of(fd, ret_path, size);
}
