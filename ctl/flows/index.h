/* SPDX-License-Identifier: GPL-2.0 */
/* index.h - a hash table of rows by key, with open addressing. For ctl/flows. */
#ifndef CTL_FLOWS_INDEX_H
#define CTL_FLOWS_INDEX_H

#include "ctl/flows/rows.h"

struct flow_index {
	uint32_t *buckets; /* index of a row + 1; 0: empty */
	uint64_t mask;
};

/* Makes room for at most `count` rows. Returns 0 or -ENOMEM. */
int flow_index_init(struct flow_index *index, size_t count);
void flow_index_free(struct flow_index *index);

uint64_t flow_index_hash(const struct flow_row *row);

/* Prefetch a bucket, and then its row. */
void flow_index_fetch_bucket(const struct flow_index *index, uint64_t hash);
void flow_index_fetch_row(const struct flow_index *index, const struct flow_row *rows,
			  uint64_t hash);

/*
 * Returns the bucket of the row with the ends, place and protocol of `like`, or the empty bucket
 * for it.
 */
uint32_t *flow_index_bucket(const struct flow_index *index, const struct flow_row *rows,
			    const struct flow_row *like, uint64_t hash);

#endif
