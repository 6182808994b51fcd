// SPDX-License-Identifier: GPL-2.0
/* index.c - see index.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/flows/index.h"
#include "datapath/base/large.h"

/* The key is at the start of a row and has no padding. */
#define KEY_SIZE (offsetof(struct flow_row, v6) + 1)
static_assert(offsetof(struct flow_row, place) == 2 * sizeof(struct flow_end), "no padding");
static_assert(sizeof(struct flow_end) == 18, "no padding");
static_assert(KEY_SIZE == 41, "no padding");

int flow_index_init(struct flow_index *index, size_t count)
{
	size_t size = 16;

	while (size < 2 * count)
		size *= 2;
	index->buckets = large_alloc(size * sizeof(*index->buckets));
	if (!index->buckets)
		return -ENOMEM;
	memset(index->buckets, 0, size * sizeof(*index->buckets));
	index->mask = size - 1;
	return 0;
}

void flow_index_free(struct flow_index *index)
{
	free(index->buckets);
	*index = (struct flow_index){};
}

uint64_t flow_index_hash(const struct flow_row *row)
{
	uint64_t words[5], h = row->v6;

	memcpy(words, row, sizeof(words));
	for (size_t i = 0; i < 5; i++) {
		h = (h ^ words[i]) * 0x9e3779b97f4a7c15ULL;
		h ^= h >> 32;
	}
	return h;
}

void flow_index_fetch_bucket(const struct flow_index *index, uint64_t hash)
{
	__builtin_prefetch(&index->buckets[hash & index->mask], 1);
}

void flow_index_fetch_row(const struct flow_index *index, const struct flow_row *rows,
			  uint64_t hash)
{
	uint32_t at = index->buckets[hash & index->mask];

	if (!at)
		return;
	/* A row may span two cache lines. */
	__builtin_prefetch(&rows[at - 1], 1);
	__builtin_prefetch((const char *)&rows[at] - 1, 1);
}

uint32_t *flow_index_bucket(const struct flow_index *index, const struct flow_row *rows,
			    const struct flow_row *like, uint64_t hash)
{
	uint64_t i = hash & index->mask;

	while (index->buckets[i] && memcmp(&rows[index->buckets[i] - 1], like, KEY_SIZE) != 0)
		i = (i + 1) & index->mask;
	return &index->buckets[i];
}
