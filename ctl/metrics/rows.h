/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rows.h - attachments as Prometheus can tell them apart: by namespace, hook, and the interface,
 * the cgroup, or the protocol and local port of the socket. Slots that agree in all labels, such as
 * an interface that is gone and its successor, are one row, their sum: the same series twice would
 * spoil the whole scrape.
 */
#ifndef CTL_METRICS_ROWS_H
#define CTL_METRICS_ROWS_H

#include "datapath/weir.h"

struct prom_row {
	char *labels; /* netns="blue",interface="eth0",hook="xdp" */
	unsigned int slots;
	unsigned int states[WEIR_STATES]; /* attachments in each */
	uint64_t attached_at_ns;          /* of the latest */
	bool counted;                     /* there are counts */
	struct weir_counts counts;
};

struct prom_rows {
	struct prom_row *items; /* by labels */
	size_t count;
};

void prom_rows_free(struct prom_rows *rows);

/* list, snapshot: may be NULL. 0 or -ENOMEM. */
int prom_rows_build(const struct weir_attachments *list, const struct weir_snapshot *snapshot,
		    struct prom_rows *ret_rows);

/* For a label's value: valid UTF-8, with backslash, quote and line end escaped. NULL: no memory. */
char *prom_escape(const char *text);

#endif
