/* SPDX-License-Identifier: GPL-2.0 */
/* pseudo_fs.h - file systems of the kernel's own, whether or not somebody mounted them. */
#ifndef WEIR_KERNEL_PSEUDO_FS_H
#define WEIR_KERNEL_PSEUDO_FS_H

enum pseudo_fs {
	PSEUDO_FS_TRACEFS,
	PSEUDO_FS_DEBUGFS,
	PSEUDO_FS_SECURITYFS,
	PSEUDO_FS_COUNT,
};

/*
 * The directory: where it is mounted, as /proc/self/mounts says, or else by a mount that has no
 * place and that nobody but this process sees; it vanishes with the descriptor. -ENODEV: the
 * kernel has none; -EPERM: mounting needs CAP_SYS_ADMIN.
 */
int pseudo_fs_open(enum pseudo_fs fs, int *ret_fd);

/* As open(2), read-only, of a file below; and as fopen(3). */
int pseudo_fs_file(int fs_fd, const char *path, int *ret_fd);

/* What /sys/kernel/security/lockdown says. */
enum lockdown {
	LOCKDOWN_UNKNOWN, /* no securityfs, no such module, or not permitted */
	LOCKDOWN_NONE,
	LOCKDOWN_INTEGRITY,
	LOCKDOWN_CONFIDENTIALITY,
	LOCKDOWN_LEVELS,
};

enum lockdown lockdown_level(void);
const char *lockdown_name(enum lockdown level);

/* Of the text of that file: "none [integrity] confidentiality". */
enum lockdown lockdown_parse(const char *text);

#endif
