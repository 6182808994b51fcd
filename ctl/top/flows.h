/* SPDX-License-Identifier: GPL-2.0 */
/* flows.h - the flows of `ctl top`: two readings and what they add up to. Pure. */
#ifndef CTL_TOP_FLOWS_H
#define CTL_TOP_FLOWS_H

#include "ctl/flows/rows.h"

#define TOP_FLOWS_SHOWN 200 /* rows that are kept in order; no screen has as many */

struct top_flows {
	struct weir_flows before, now;
	bool read;   /* now is a reading */
	bool paired; /* before is the reading before it */
	struct flow_rows rows;
	struct flow_order order;
};

void top_flows_free(struct top_flows *flows);

/* Takes a reading and empties it. 0 or -ENOMEM. */
int top_flows_take(struct top_flows *flows, struct weir_flows *reading, enum flow_by by,
		   enum flow_sort sort);

/* Adds up and sorts anew what was read. 0 or -ENOMEM. */
int top_flows_arrange(struct top_flows *flows, enum flow_by by, enum flow_sort sort);

/* The next reading is of other flows: it makes no pair with the last. */
void top_flows_forget(struct top_flows *flows);

/*
 * Seconds from the end of a reading to the begin of the next: the interval, or longer, so that
 * reading and sorting take a thirtieth of one CPU at most.
 */
double top_flows_pause(double interval, double cost);

#endif
