/* SPDX-License-Identifier: GPL-2.0 */
/* link_missed.h - hits of a kprobe that the kernel missed. */
#ifndef WEIR_KERNEL_LINK_MISSED_H
#define WEIR_KERNEL_LINK_MISSED_H

#include <stdint.h>

/*
 * Returns the misses of a kprobe, kretprobe or kprobe.multi link: hits while another kprobe was
 * running on that CPU, or while too many calls were pending to catch their returns. The program did
 * not run, so its recursion_misses does not include them. Returns 0 for other links, and before
 * Linux 6.7, which does not report misses.
 */
uint64_t link_missed(int link_fd);

#endif
