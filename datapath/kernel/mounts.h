/* SPDX-License-Identifier: GPL-2.0 */
/* mounts.h - reading /proc/self/mounts, see proc(5) and getmntent(3). */
#ifndef WEIR_KERNEL_MOUNTS_H
#define WEIR_KERNEL_MOUNTS_H

#include <stddef.h>
#include <stdio.h>

/* Decodes \040 and its like in place; what is no three-digit octal escape stays. */
void mounts_unescape(char *text);

/*
 * The mount point of the first mount of that type, decoded. -ENOENT: there is none;
 * -ENAMETOOLONG: it does not fit.
 */
int mounts_find(FILE *mounts, const char *fstype, char *ret_path, size_t size);

#endif
