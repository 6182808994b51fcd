/* SPDX-License-Identifier: GPL-2.0 */
/*
 * system.h - other data of `ctl top`: kernel drops and TCP connections, or a sentence if this
 * kernel does not report them. No side effects.
 */
#ifndef CTL_TOP_SYSTEM_H
#define CTL_TOP_SYSTEM_H

#include "ctl/tcp/rows.h"
#include "datapath/drops/drops.h"

struct top_drops {
	bool read;
	struct weir_drops now; /* by reason, interface and namespace */
	double *rates;         /* packets per second of each item; < 0: unknown yet */
	uint32_t *order;       /* indexes of items, highest rate first */
	double rate;           /* of all items */
	char fault[sizeof(((struct weir_error *)0)->text)];
};

struct top_tcp {
	bool read;
	struct weir_tcp_list list;
	struct tcp_rows rows;
	unsigned int states[WEIR_TCP_STATES]; /* open connections in each state */
	char fault[sizeof(((struct weir_error *)0)->text)];
};

struct top_system {
	struct top_drops drops;
	struct top_tcp tcp;
};

void top_system_free(struct top_system *system);

/* Takes over a reading, leaving it empty. Returns 0 or -ENOMEM. */
int top_drops_take(struct top_drops *drops, struct weir_drops *reading);
int top_tcp_take(struct top_tcp *tcp, struct weir_tcp_list *reading,
		 const struct weir_flow_filter *filter);

#endif
