/* SPDX-License-Identifier: GPL-2.0 */
/* segments.h - attachments as the segments of where.h. */
#ifndef CTL_WHERE_SEGMENTS_H
#define CTL_WHERE_SEGMENTS_H

#include "datapath/weir.h"

struct segment {
	int members[3]; /* tc-egress, xdp, tc-ingress, as packets pass; index or -1 */
	uint64_t from;  /* cookie of the namespace that sends, 0: not known */
	uint64_t to;    /* of the one that receives */
};

struct segments {
	struct segment *items;
	size_t count;
	int of[WEIR_SLOTS]; /* segment of a slot, -1: none */
};

/* Every attachment becomes a member of one segment. 0 or -ENOMEM. */
int segments_build(const struct weir_attachments *list, struct segments *ret_segments);
void segments_free(struct segments *segments);

/* Puts segments, given by index, in the order in which packets pass them. */
void segments_chain(const struct segments *segments, int *indices, size_t count);

/* Whether packets go from the one straight to the other, which is one of `count` at hand. */
bool segments_follow(const struct segments *segments, const int *indices, size_t count, int one,
		     int next);

#endif
