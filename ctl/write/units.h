/* SPDX-License-Identifier: GPL-2.0 */
/* units.h - numbers for people. Prefixes are decimal: 1 k is 1000. */
#ifndef CTL_WRITE_UNITS_H
#define CTL_WRITE_UNITS_H

#include <stddef.h>
#include <stdint.h>

/* "0 pps", "999 pps", "1.25 kpps", "12.5 Mbit/s": three figures. Negative is 0. */
const char *format_rate(double value, const char *unit, char *buffer, size_t size);

/* "5s", "3m 12s", "2h 5m", "4d 3h" */
const char *format_age(uint64_t seconds, char *buffer, size_t size);

/* RFC 3339, UTC, to the millisecond: "2025-01-31T12:00:00.123Z" */
const char *format_time(uint64_t realtime_ns, char *buffer, size_t size);

/* Plain digits, which scripts and eyes can both copy. */
const char *format_count(uint64_t value, char *buffer, size_t size);

/* "12.5%"; "-" of nothing. */
const char *format_share(uint64_t part, uint64_t whole, char *buffer, size_t size);

/* Seconds, as "2", "0.5"; up to a day. 0, or -EINVAL. */
int parse_seconds(const char *text, double *ret_seconds);

#endif
