// SPDX-License-Identifier: GPL-2.0
/* flows.c - see flows.h. */
#include <stdlib.h>
#include "ctl/top/flows.h"
#include "datapath/base/cleanup.h"

#define SHARE 30 /* at most 1/30 of the time of a CPU */

void top_flows_free(struct top_flows *flows)
{
	weir_flows_free(&flows->before);
	weir_flows_free(&flows->now);
	flow_rows_free(&flows->rows);
	flow_order_free(&flows->order);
	*flows = (struct top_flows){};
}

int top_flows_arrange(struct top_flows *flows, enum flow_by by, enum flow_sort sort)
{
	_cleanup_(flow_rows_free) struct flow_rows rows = {};
	_cleanup_(flow_order_free) struct flow_order order = {};
	int ret = flow_rows_build(flows->paired ? &flows->before : NULL, &flows->now,
				  &(struct flow_rows_request){ .by = by }, &rows);

	/* a single reading has no rates; bytes are the best guess */
	if (!ret)
		ret = flow_rows_order(&rows,
				      sort == FLOW_SORT_RATE && !flows->paired ? FLOW_SORT_BYTES
									       : sort,
				      TOP_FLOWS_SHOWN, &order);
	if (ret)
		return ret;
	flow_rows_free(&flows->rows);
	flow_order_free(&flows->order);
	flows->rows = rows;
	flows->order = order;
	rows = (struct flow_rows){};
	order = (struct flow_order){};
	return 0;
}

int top_flows_take(struct top_flows *flows, struct weir_flows *reading, enum flow_by by,
		   enum flow_sort sort)
{
	weir_flows_free(&flows->before);
	flows->paired = flows->read;
	flows->before = flows->now;
	flows->now = *reading;
	flows->read = true;
	*reading = (struct weir_flows){};
	return top_flows_arrange(flows, by, sort);
}

void top_flows_forget(struct top_flows *flows)
{
	flows->read = false;
}

double top_flows_pause(double interval, double cost)
{
	double least = cost * (SHARE - 1);

	return interval > least ? interval : least;
}
