/* SPDX-License-Identifier: GPL-2.0 */
/* units.h - formats numbers for people. Prefixes are decimal: 1 k is 1000. */
#ifndef CTL_WRITE_UNITS_H
#define CTL_WRITE_UNITS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Formats "0 pps", "999 pps", "1.25 kpps" or "12.5 Mbit/s" with three digits. Negative values
 * become 0.
 */
const char *format_rate(double value, const char *unit, char *buffer, size_t size);

/* Formats "5s", "3m 12s", "2h 5m" or "4d 3h". */
const char *format_age(uint64_t seconds, char *buffer, size_t size);

/* Formats RFC 3339 in UTC, with milliseconds: "2025-01-31T12:00:00.123Z". */
const char *format_time(uint64_t realtime_ns, char *buffer, size_t size);

/* Formats plain digits, without separators. */
const char *format_count(uint64_t value, char *buffer, size_t size);

/* Formats "12.5%"; "-" if `whole` is 0. */
const char *format_share(uint64_t part, uint64_t whole, char *buffer, size_t size);

/* Parses seconds such as "2" or "0.5", up to a day. Returns 0 or -EINVAL. */
int parse_seconds(const char *text, double *ret_seconds);

#endif
