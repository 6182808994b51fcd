/* SPDX-License-Identifier: GPL-2.0 */
/* link_missed.h - hits of a kprobe for which the kernel had no room. */
#ifndef WEIR_KERNEL_LINK_MISSED_H
#define WEIR_KERNEL_LINK_MISSED_H

#include <stdint.h>

/*
 * What the link of kprobes, kretprobes or kprobe.multi says it has missed: a kprobe was at work on
 * that CPU, or too many calls were under way for their returns to be seen. Its program did not run
 * then, so the program's own count (recursion_misses) has none of it. 0 for other links, and before
 * Linux 6.7, which does not tell.
 */
uint64_t link_missed(int link_fd);

#endif
