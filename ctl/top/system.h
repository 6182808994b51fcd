/* SPDX-License-Identifier: GPL-2.0 */
/*
 * system.h - what `ctl top` knows beside attachments and flows: what the kernel drops, and TCP
 * connections. A sentence instead where this kernel does not tell. Pure.
 */
#ifndef CTL_TOP_SYSTEM_H
#define CTL_TOP_SYSTEM_H

#include "ctl/tcp/rows.h"
#include "datapath/drops/drops.h"

struct top_drops {
	bool read;
	struct weir_drops now; /* by reason, interface and namespace */
	double *rates;         /* packets a second, of each item; < 0: not known yet */
	uint32_t *order;       /* of items: what drops now comes first */
	double rate;           /* of all */
	char fault[sizeof(((struct weir_error *)0)->text)];
};

struct top_tcp {
	bool read;
	struct weir_tcp_list list;
	struct tcp_rows rows;
	unsigned int states[WEIR_TCP_STATES]; /* open connections in each */
	char fault[sizeof(((struct weir_error *)0)->text)];
};

struct top_system {
	struct top_drops drops;
	struct top_tcp tcp;
};

void top_system_free(struct top_system *system);

/* Takes a reading and empties it. 0 or -ENOMEM. */
int top_drops_take(struct top_drops *drops, struct weir_drops *reading);
int top_tcp_take(struct top_tcp *tcp, struct weir_tcp_list *reading,
		 const struct weir_flow_filter *filter);

#endif
