/* SPDX-License-Identifier: GPL-2.0 */
/* mounts.h - reads /proc/self/mounts, see proc(5) and getmntent(3). */
#ifndef WEIR_KERNEL_MOUNTS_H
#define WEIR_KERNEL_MOUNTS_H

#include <stddef.h>
#include <stdio.h>

/* Decodes \040 and the like in place. Keeps anything but three-digit octal escapes. */
void mounts_unescape(char *text);

/*
 * Returns the decoded mount point of the first mount of that type. Returns -ENOENT if there is no
 * such mount, -ENAMETOOLONG if it does not fit.
 */
int mounts_find(FILE *mounts, const char *fstype, char *ret_path, size_t size);

#endif
