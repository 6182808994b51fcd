/* SPDX-License-Identifier: GPL-2.0 */
/* pseudo_fs.h - the kernel's pseudo file systems, mounted or not. */
#ifndef WEIR_KERNEL_PSEUDO_FS_H
#define WEIR_KERNEL_PSEUDO_FS_H

enum pseudo_fs {
	PSEUDO_FS_TRACEFS,
	PSEUDO_FS_DEBUGFS,
	PSEUDO_FS_SECURITYFS,
	PSEUDO_FS_COUNT,
};

/*
 * Opens the root directory: the mount in /proc/self/mounts, or else a detached mount that only this
 * process sees, and that vanishes with the descriptor. Returns -ENODEV if the kernel does not have
 * the file system, -EPERM if CAP_SYS_ADMIN is missing to mount it.
 */
int pseudo_fs_open(enum pseudo_fs fs, int *ret_fd);

/* Opens a file below it, read-only; likewise as a FILE. */
int pseudo_fs_file(int fs_fd, const char *path, int *ret_fd);

/* The level in /sys/kernel/security/lockdown. */
enum lockdown {
	LOCKDOWN_UNKNOWN, /* no securityfs, no lockdown module, or not permitted */
	LOCKDOWN_NONE,
	LOCKDOWN_INTEGRITY,
	LOCKDOWN_CONFIDENTIALITY,
	LOCKDOWN_LEVELS,
};

enum lockdown lockdown_level(void);
const char *lockdown_name(enum lockdown level);

/* Parses "none [integrity] confidentiality". */
enum lockdown lockdown_parse(const char *text);

#endif
