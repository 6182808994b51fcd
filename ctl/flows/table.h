/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - prints flows as a table and as JSON. */
#ifndef CTL_FLOWS_TABLE_H
#define CTL_FLOWS_TABLE_H

#include <stdio.h>
#include "ctl/flows/resolve.h"
#include "ctl/flows/rows.h"

struct flows_view {
	const struct weir_flows *flows;
	const struct flow_rows *rows; /* NULL: show `flows` apart */
	const struct flow_order *order;
	const struct resolved *names; /* NULL: show addresses */
	enum flow_by by;
	bool apart;
	bool color;
	bool pretty;
	size_t seen; /* flows before filtering */
};

/* Returns 0 or -ENOMEM. */
int out_flows(const struct flows_view *view, FILE *out);

/* Returns 0, -EIO or -ENOMEM. docs/json.md describes the output. */
int json_flows(const struct flows_view *view, FILE *out);

#endif
