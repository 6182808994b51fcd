/* SPDX-License-Identifier: GPL-2.0 */
/* flows.h - the flows of `ctl top`: two readings, and their difference. No side effects. */
#ifndef CTL_TOP_FLOWS_H
#define CTL_TOP_FLOWS_H

#include "ctl/flows/rows.h"

#define TOP_FLOWS_SHOWN 200 /* rows kept in order; more than any screen has */

struct top_flows {
	struct weir_flows before, now;
	bool read;   /* `now` holds a reading */
	bool paired; /* `before` is the previous reading */
	struct flow_rows rows;
	struct flow_order order;
};

void top_flows_free(struct top_flows *flows);

/* Takes over a reading, leaving it empty. Returns 0 or -ENOMEM. */
int top_flows_take(struct top_flows *flows, struct weir_flows *reading, enum flow_by by,
		   enum flow_sort sort);

/* Groups and sorts the reading again. Returns 0 or -ENOMEM. */
int top_flows_arrange(struct top_flows *flows, enum flow_by by, enum flow_sort sort);

/* The next reading is of other flows, so it has no previous one. */
void top_flows_forget(struct top_flows *flows);

/*
 * Seconds from the end of a reading to the start of the next: the interval, or longer, so that
 * reading and sorting take at most 1/30 of a CPU.
 */
double top_flows_pause(double interval, double cost);

#endif
