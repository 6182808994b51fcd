// SPDX-License-Identifier: GPL-2.0
/* units.c - see units.h. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "ctl/write/units.h"

const char *format_rate(double value, const char *unit, char *buffer, size_t size)
{
	static const char prefixes[] = { 0, 'k', 'M', 'G', 'T', 'P', 'E' };
	size_t i = 0;

	if (!(value > 0))
		value = 0;
	/* 999.5 would round to 1000, so it takes the next prefix. */
	while (value >= 999.5 && i + 1 < sizeof(prefixes)) {
		value /= 1000;
		i++;
	}
	if (i == 0)
		snprintf(buffer, size, "%.*f %s", value < 9.95 && value > 0 ? 1 : 0, value, unit);
	else
		snprintf(buffer, size, "%.*f %c%s",
			 value < 9.995   ? 2
			 : value < 99.95 ? 1
					 : 0,
			 value, prefixes[i], unit);
	return buffer;
}

const char *format_age(uint64_t s, char *buffer, size_t size)
{
	if (s < 60)
		snprintf(buffer, size, "%" PRIu64 "s", s);
	else if (s < 3600)
		snprintf(buffer, size, "%" PRIu64 "m %" PRIu64 "s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buffer, size, "%" PRIu64 "h %" PRIu64 "m", s / 3600, s % 3600 / 60);
	else
		snprintf(buffer, size, "%" PRIu64 "d %" PRIu64 "h", s / 86400, s % 86400 / 3600);
	return buffer;
}

const char *format_time(uint64_t realtime_ns, char *buffer, size_t size)
{
	time_t seconds = (time_t)(realtime_ns / 1000000000);
	unsigned int ms = (unsigned int)(realtime_ns / 1000000 % 1000);
	char text[40];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buffer, size, "%s.%03uZ", text, ms);
	return buffer;
}

const char *format_count(uint64_t value, char *buffer, size_t size)
{
	snprintf(buffer, size, "%" PRIu64, value);
	return buffer;
}

const char *format_share(uint64_t part, uint64_t whole, char *buffer, size_t size)
{
	if (!whole)
		snprintf(buffer, size, "-");
	else
		snprintf(buffer, size, "%.1f%%", 100.0 * (double)part / (double)whole);
	return buffer;
}

int parse_seconds(const char *text, double *ret_seconds)
{
	char *end;
	double value;

	errno = 0;
	value = strtod(text, &end);
	if (errno || end == text || *end || !isfinite(value) || value < 0.1 || value > 86400)
		return -EINVAL;
	*ret_seconds = value;
	return 0;
}
