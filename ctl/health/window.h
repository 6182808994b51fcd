/* SPDX-License-Identifier: GPL-2.0 */
/*
 * window.h - health over the last minute. A session of datapath/health/health.h covers its whole
 * lifetime, so without a window a problem of last week would be reported forever. No side effects.
 */
#ifndef CTL_HEALTH_WINDOW_H
#define CTL_HEALTH_WINDOW_H

#include <stddef.h>
#include "datapath/health/health.h"

#define HEALTH_WINDOW 60 /* approximate length in seconds */
#define HEALTH_STEP 5    /* minimum seconds between stored readings */

struct health_window {
	struct weir_health_report kept[HEALTH_WINDOW / HEALTH_STEP]; /* ring buffer, oldest first */
	size_t first, count;
};

void health_window_free(struct health_window *window);

/* Stores a copy of the report, if the last stored one is old enough. Returns 0 or -ENOMEM. */
int health_window_take(struct health_window *window, const struct weir_health_report *report);

/*
 * Returns the growth since the oldest stored report, judged by itself; the whole report if that one
 * is too recent. Returns 0 or -ENOMEM.
 */
int health_window_report(const struct health_window *window, const struct weir_health_report *now,
			 struct weir_health_report *ret_report);

#endif
