/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rows.h - attachments by Prometheus labels: namespace, hook, and the interface, the cgroup, or the
 * protocol and local port of the socket. Slots with equal labels, such as a removed interface and
 * its successor, are summed up in one row, because a duplicate series would make the whole scrape
 * fail.
 */
#ifndef CTL_METRICS_ROWS_H
#define CTL_METRICS_ROWS_H

#include "datapath/weir.h"

struct prom_row {
	char *labels; /* netns="blue",interface="eth0",hook="xdp" */
	unsigned int slots;
	unsigned int states[WEIR_STATES]; /* number of attachments in each state */
	uint64_t attached_at_ns;          /* of the latest attachment */
	bool counted;                     /* counts are valid */
	struct weir_counts counts;
};

struct prom_rows {
	struct prom_row *items; /* sorted by labels */
	size_t count;
};

void prom_rows_free(struct prom_rows *rows);

/* list and snapshot may be NULL. Returns 0 or -ENOMEM. */
int prom_rows_build(const struct weir_attachments *list, const struct weir_snapshot *snapshot,
		    struct prom_rows *ret_rows);

/*
 * Converts text to the value of a label: valid UTF-8, with escaped backslash, quote and newline.
 * Returns NULL if out of memory.
 */
char *prom_escape(const char *text);

#endif
