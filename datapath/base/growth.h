/* SPDX-License-Identifier: GPL-2.0 */
/*
 * growth.h - growth and rate of a counter between two readings. All of weir uses this rule, which
 * is that of Prometheus' rate():
 *
 * If a counter is less than before, it was restarted from 0: somebody reset it, or its object was
 * replaced. Its whole value is then new. A counter that wrapped looks the same, and its growth
 * before the wrap is lost. Counters of 64 bits do not wrap.
 *
 * The rule is for single counters. For a sum, apply it to each part, because the sum also falls
 * when one of its parts disappears.
 */
#ifndef WEIR_BASE_GROWTH_H
#define WEIR_BASE_GROWTH_H

#include <stdint.h>
#include "bpf/abi/abi.h"

static inline uint64_t growth(uint64_t before, uint64_t now)
{
	return now >= before ? now - before : now;
}

/* Packets and bytes are reset together: if either is less than before, both were restarted. */
static inline struct weir_count growth_of_count(const struct weir_count *before,
						const struct weir_count *now)
{
	if (now->packets < before->packets || now->bytes < before->bytes)
		return *now;
	return (struct weir_count){ now->packets - before->packets, now->bytes - before->bytes };
}

/*
 * Seconds between two readings. Returns 0 if there is no rate: there was no earlier reading (its
 * time is 0), or the clock stood still or went back.
 */
static inline double growth_seconds(uint64_t before_ns, uint64_t now_ns)
{
	return before_ns && now_ns > before_ns ? (double)(now_ns - before_ns) / 1e9 : 0;
}

/* Growth per second; 0 if there is no rate. */
static inline double growth_rate(uint64_t grown, double seconds)
{
	return seconds > 0 ? (double)grown / seconds : 0;
}

#endif
