/* SPDX-License-Identifier: GPL-2.0 */
/* jiffies.h - the kernel's tick counter, and its conversion to time. */
#ifndef WEIR_KERNEL_JIFFIES_H
#define WEIR_KERNEL_JIFFIES_H

#include <stdint.h>
#include "datapath/base/error.h"

struct jiffies_clock {
	uint64_t jiffies; /* jiffies64 at real_ns */
	uint64_t real_ns; /* CLOCK_REALTIME */
	uint64_t tick_ns; /* 1 s / HZ */
};

/* Runs a BPF program that reads jiffies. Returns the error of loading or running it. */
int jiffies_clock_read(struct jiffies_clock *ret_clock, struct weir_error *err);

/* Converts a jiffies64 value to CLOCK_REALTIME; 0 for times before 1970. */
uint64_t jiffies_to_real(const struct jiffies_clock *clock, uint64_t jiffies);

/* Extends the low 32 bits of a recent jiffies64 value. */
uint64_t jiffies_extend(const struct jiffies_clock *clock, uint32_t low);

#endif
