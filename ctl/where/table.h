/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - prints paths as a table and as JSON. */
#ifndef CTL_WHERE_TABLE_H
#define CTL_WHERE_TABLE_H

#include <stdio.h>
#include "ctl/where/where.h"
#include "datapath/drops/drops.h"

struct where_view {
	const struct where *where;
	const char *expression;         /* as given by the user */
	size_t top;                     /* paths to show; 0: all */
	double seconds;                 /* between two readings; 0: since attach */
	bool interface;                 /* an interface, not flows */
	const struct weir_drops *drops; /* kernel drops in that time; NULL: not requested */
	bool color;
	bool pretty;
};

/* Returns the hop, in its namespace, after which the packet was dropped; -1: not on this path. */
int where_drop_hop(const struct where_path *path, const struct weir_kernel_drop *drop);

/* Prints the kernel drops on a path. */
void out_where_drops(const struct where_view *view, const struct where_path *path, FILE *out);

/* Returns 0 or -ENOMEM. */
int out_where(const struct where_view *view, FILE *out);

/* Returns 0, -EIO or -ENOMEM. */
int json_where(const struct where_view *view, FILE *out);

#endif
