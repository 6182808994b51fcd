/* SPDX-License-Identifier: GPL-2.0 */
/*
 * growth.h - how much a counter has grown from one reading to the next, and how fast. All of weir
 * follows this one rule, which is that of Prometheus' rate():
 *
 * A counter that is less than before has begun anew at 0, and all that it counts has come since.
 * Somebody reset it, or what it belongs to was replaced. A counter that wrapped looks the same:
 * what it counted before it wrapped is left out. None of 64 bits wraps.
 *
 * The rule is for single counters. Of a sum, each part has to be compared by itself: a sum also
 * falls where one part of many goes.
 */
#ifndef WEIR_BASE_GROWTH_H
#define WEIR_BASE_GROWTH_H

#include <stdint.h>
#include "bpf/abi/abi.h"

static inline uint64_t growth(uint64_t before, uint64_t now)
{
	return now >= before ? now - before : now;
}

/* Packets and bytes are reset together: if either is less than before, both began anew. */
static inline struct weir_count growth_of_count(const struct weir_count *before,
						const struct weir_count *now)
{
	if (now->packets < before->packets || now->bytes < before->bytes)
		return *now;
	return (struct weir_count){ now->packets - before->packets, now->bytes - before->bytes };
}

/*
 * Seconds between two readings. 0: there is no rate, because there was no earlier reading (its
 * time is 0), or because the clock stood still or went back.
 */
static inline double growth_seconds(uint64_t before_ns, uint64_t now_ns)
{
	return before_ns && now_ns > before_ns ? (double)(now_ns - before_ns) / 1e9 : 0;
}

/* A second; 0 where there is no rate. */
static inline double growth_rate(uint64_t grown, double seconds)
{
	return seconds > 0 ? (double)grown / seconds : 0;
}

#endif
