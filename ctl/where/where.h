/* SPDX-License-Identifier: GPL-2.0 */
/*
 * where.h - the hooks that packets pass one after the other, and between which of them some are
 * lost. Pure.
 *
 * A leg is what one interface sends: its egress, and, if it is one end of a veth pair, xdp and
 * tc-ingress of the other end. What an interface receives from elsewhere is a leg too. A
 * path is a chain of legs, the next one beginning in the network namespace where the one
 * before ends.
 */
#ifndef CTL_WHERE_WHERE_H
#define CTL_WHERE_WHERE_H

#include "ctl/flows/rows.h"

enum hop_comparison {
	HOP_FIRST,     /* nothing before it to compare with */
	HOP_SAME,      /* as many packets */
	HOP_FEWER,     /* some have vanished since the hop before */
	HOP_MORE,      /* they came by another way, or that hop began to count later */
	HOP_REGROUPED, /* other packets, the same bytes but for headers: GSO or GRO in between */
	HOP_UNCOUNTED, /* the program there does not count flows */
	HOP_COMPARISONS,
};

const char *hop_comparison_name(enum hop_comparison comparison);

struct hop {
	const struct weir_attachment *at; /* of the list that was given */
	struct weir_count count;
	enum hop_comparison comparison;
	int before;          /* hop that it is compared with, -1: none */
	uint64_t difference; /* in packets; regrouped: 0 */
	bool began_later;    /* attached a second or more behind that one */
};

struct where_path {
	struct hop *hops;
	size_t hop_count;
	size_t flows;        /* that take it; 0: an interface, all its packets */
	struct flow_row one; /* one of them */
	uint64_t vanished;   /* packets */
	bool open_end;       /* flows: others of that namespace could have sent them on */
};

struct where {
	struct where_path *paths; /* those with the most packets first */
	size_t count;
};

void where_free(struct where *where);

/*
 * The paths of flows. list: every attachment, with peers. rows: flows apart; with two readings,
 * what they grew counts. 0 or -ENOMEM.
 */
int where_flows(const struct weir_attachments *list, const struct flow_rows *rows,
		struct where *ret_where);

/*
 * What the chosen interfaces send, and receive. Wire packets, so all hooks compare. before: an
 * earlier reading to compare only what came since, or NULL. 0 or -ENOMEM.
 */
int where_interfaces(const struct weir_attachments *list, const struct weir_snapshot *before,
		     const struct weir_snapshot *now,
		     bool (*chosen)(const struct weir_attachment *, void *), void *arg,
		     struct where *ret_where);

#endif
