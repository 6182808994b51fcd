/* SPDX-License-Identifier: GPL-2.0 */
/*
 * window.h - how the last minute was: a session of datapath/health/health.h knows only all of its
 * time, in which a mishap of last week would never be over. Pure.
 */
#ifndef CTL_HEALTH_WINDOW_H
#define CTL_HEALTH_WINDOW_H

#include <stddef.h>
#include "datapath/health/health.h"

#define HEALTH_WINDOW 60 /* seconds, about */
#define HEALTH_STEP 5    /* seconds from one reading that is kept to the next, at least */

struct health_window {
	struct weir_health_report kept[HEALTH_WINDOW / HEALTH_STEP]; /* a ring, oldest first */
	size_t first, count;
};

void health_window_free(struct health_window *window);

/* Keeps a copy, if the last one kept is old enough. 0 or -ENOMEM. */
int health_window_take(struct health_window *window, const struct weir_health_report *report);

/*
 * What has come since the oldest that is kept, with a verdict of its own; all of it where that is
 * too near to tell anything. 0 or -ENOMEM.
 */
int health_window_report(const struct health_window *window, const struct weir_health_report *now,
			 struct weir_health_report *ret_report);

#endif
