/* SPDX-License-Identifier: GPL-2.0 */
/*
 * where.h - the hooks that packets pass in order, and between which of them packets are lost. No
 * side effects.
 *
 * A leg is what one interface sends: its tc-egress, and, for one end of a veth pair, xdp and
 * tc-ingress of the other end. Packets that an interface receives from elsewhere are a leg, too. A
 * path is a chain of legs; each begins in the network namespace where the previous one ends.
 */
#ifndef CTL_WHERE_WHERE_H
#define CTL_WHERE_WHERE_H

#include "ctl/flows/rows.h"

enum hop_comparison {
	HOP_FIRST,     /* no earlier hop to compare with */
	HOP_SAME,      /* the same number of packets */
	HOP_FEWER,     /* packets were lost after the previous hop */
	HOP_MORE,      /* packets came another way, or the previous hop started to count later */
	HOP_REGROUPED, /* other packets with the same bytes except headers: GSO or GRO between */
	HOP_UNCOUNTED, /* the program there does not count flows */
	HOP_COMPARISONS,
};

const char *hop_comparison_name(enum hop_comparison comparison);

struct hop {
	const struct weir_attachment *at; /* in the given list */
	struct weir_count count;
	enum hop_comparison comparison;
	int before;          /* index of the hop compared with; -1: none */
	uint64_t difference; /* in packets; regrouped: 0 */
	bool began_later;    /* attached at least a second after that hop */
};

struct where_path {
	struct hop *hops;
	size_t hop_count;
	size_t flows;        /* number of flows on it; 0: all packets of an interface */
	struct flow_row one; /* one of them */
	uint64_t vanished;   /* lost packets */
	bool open_end; /* flows: other interfaces of the last namespace could have forwarded them */
};

struct where {
	struct where_path *paths; /* most packets first */
	size_t count;
};

void where_free(struct where *where);

/*
 * Finds the paths of flows. list: all attachments, with peers. rows: separate flows; with two
 * readings, their growth counts. Returns 0 or -ENOMEM.
 */
int where_flows(const struct weir_attachments *list, const struct flow_rows *rows,
		struct where *ret_where);

/*
 * Finds the paths of the selected interfaces, sent and received. Uses wire packets, so that all
 * hooks are comparable. before: an earlier reading, to compare only the growth since then, or NULL.
 * Returns 0 or -ENOMEM.
 */
int where_interfaces(const struct weir_attachments *list, const struct weir_snapshot *before,
		     const struct weir_snapshot *now,
		     bool (*chosen)(const struct weir_attachment *, void *), void *arg,
		     struct where *ret_where);

#endif
