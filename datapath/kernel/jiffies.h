/* SPDX-License-Identifier: GPL-2.0 */
/* jiffies.h - the kernel's tick counter, and what time it was. */
#ifndef WEIR_KERNEL_JIFFIES_H
#define WEIR_KERNEL_JIFFIES_H

#include <stdint.h>
#include "datapath/base/error.h"

struct jiffies_clock {
	uint64_t jiffies; /* jiffies64 at real_ns */
	uint64_t real_ns; /* CLOCK_REALTIME */
	uint64_t tick_ns; /* 1 s / HZ */
};

/* -errno of loading or running a program that reads it. */
int jiffies_clock_read(struct jiffies_clock *ret_clock, struct weir_error *err);

/* CLOCK_REALTIME of a jiffies64 value; 0 of what lies before 1970. */
uint64_t jiffies_to_real(const struct jiffies_clock *clock, uint64_t jiffies);

/* The jiffies64 value, not far from now, that has these low 32 bits. */
uint64_t jiffies_extend(const struct jiffies_clock *clock, uint32_t low);

#endif
