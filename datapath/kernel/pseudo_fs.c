// SPDX-License-Identifier: GPL-2.0
/* pseudo_fs.c - see pseudo_fs.h. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include "datapath/base/cleanup.h"
#include "datapath/kernel/mounts.h"
#include "datapath/kernel/pseudo_fs.h"

static const struct {
	const char *type;
	long magic;
} kinds[] = {
	[PSEUDO_FS_TRACEFS] = { "tracefs", TRACEFS_MAGIC },
	[PSEUDO_FS_DEBUGFS] = { "debugfs", DEBUGFS_MAGIC },
	[PSEUDO_FS_SECURITYFS] = { "securityfs", SECURITYFS_MAGIC },
};

static_assert(ARRAY_SIZE(kinds) == PSEUDO_FS_COUNT, "a row for each file system");

static int open_mounted(enum pseudo_fs fs, int *ret_fd)
{
	_cleanup_fclose_ FILE *mounts = fopen("/proc/self/mounts", "re");
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX];
	struct statfs st;
	int ret;

	if (!mounts)
		return -errno;
	ret = mounts_find(mounts, kinds[fs].type, path, sizeof(path));
	if (ret)
		return ret;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* another file system may be mounted on top */
	if (fstatfs(fd, &st) < 0 || st.f_type != kinds[fs].magic)
		return -ENOENT;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static int open_private(enum pseudo_fs fs, int *ret_fd)
{
	_cleanup_close_ int context = fsopen(kinds[fs].type, FSOPEN_CLOEXEC);
	_cleanup_close_ int mount_fd = -1;
	int fd = -1;

	if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	mount_fd = fsmount(context, FSMOUNT_CLOEXEC, 0);
	if (mount_fd < 0)
		return -errno;
	fd = openat(mount_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int pseudo_fs_open(enum pseudo_fs fs, int *ret_fd)
{
	return open_mounted(fs, ret_fd) == 0 ? 0 : open_private(fs, ret_fd);
}

int pseudo_fs_file(int fs_fd, const char *path, int *ret_fd)
{
	int fd = openat(fs_fd, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

/* --- lockdown --- */

static const char *const levels[] = {
	[LOCKDOWN_UNKNOWN] = "unknown",
	[LOCKDOWN_NONE] = "none",
	[LOCKDOWN_INTEGRITY] = "integrity",
	[LOCKDOWN_CONFIDENTIALITY] = "confidentiality",
};

static_assert(ARRAY_SIZE(levels) == LOCKDOWN_LEVELS, "a name for each level");

const char *lockdown_name(enum lockdown level)
{
	return level < LOCKDOWN_LEVELS ? levels[level] : NULL;
}

enum lockdown lockdown_parse(const char *text)
{
	const char *chosen = strchr(text, '[');

	for (int level = LOCKDOWN_NONE; chosen && level < LOCKDOWN_LEVELS; level++) {
		size_t length = strlen(levels[level]);

		if (strncmp(chosen + 1, levels[level], length) == 0 && chosen[1 + length] == ']')
			return (enum lockdown)level;
	}
	return LOCKDOWN_UNKNOWN;
}

enum lockdown lockdown_level(void)
{
	_cleanup_close_ int fs = -1, fd = -1;
	char text[128] = "";

	if (pseudo_fs_open(PSEUDO_FS_SECURITYFS, &fs) < 0 ||
	    pseudo_fs_file(fs, "lockdown", &fd) < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return LOCKDOWN_UNKNOWN;
	return lockdown_parse(text);
}
