/* SPDX-License-Identifier: GPL-2.0 */
/* out_where.h - paths for people and for scripts. */
#ifndef CTL_OUT_WHERE_H
#define CTL_OUT_WHERE_H

#include <stdio.h>
#include "where.h"

struct where_view {
	const struct where *where;
	const char *expression; /* as it was asked for */
	size_t top;             /* paths to show; 0: all */
	double seconds;         /* between two readings; 0: since attaching */
	bool interface;         /* else flows */
	bool color;
	bool pretty;
};

/* 0 or -ENOMEM. */
int out_where(const struct where_view *view, FILE *out);

/* 0, -EIO or -ENOMEM. */
int json_where(const struct where_view *view, FILE *out);

#endif
