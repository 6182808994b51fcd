/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - paths for people and for scripts. */
#ifndef CTL_WHERE_TABLE_H
#define CTL_WHERE_TABLE_H

#include <stdio.h>
#include "ctl/where/where.h"
#include "datapath/drops/drops.h"

struct where_view {
	const struct where *where;
	const char *expression;         /* as it was asked for */
	size_t top;                     /* paths to show; 0: all */
	double seconds;                 /* between two readings; 0: since attaching */
	bool interface;                 /* else flows */
	const struct weir_drops *drops; /* of the kernel in that time; NULL: not asked for */
	bool color;
	bool pretty;
};

/* The hop behind which, in its namespace, it was dropped; -1: on no hop of that path. */
int where_drop_hop(const struct where_path *path, const struct weir_kernel_drop *drop);

/* What the kernel dropped on that path. */
void out_where_drops(const struct where_view *view, const struct where_path *path, FILE *out);

/* 0 or -ENOMEM. */
int out_where(const struct where_view *view, FILE *out);

/* 0, -EIO or -ENOMEM. */
int json_where(const struct where_view *view, FILE *out);

#endif
