// SPDX-License-Identifier: GPL-2.0
/* index.c - see index.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/flows/index.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/large.h"

/* The key of a row lies at its front, without holes. */
#define KEY_SIZE (offsetof(struct flow_row, v6) + 1)
static_assert(offsetof(struct flow_row, place) == 2 * sizeof(struct flow_end), "no hole");
static_assert(sizeof(struct flow_end) == 18, "no hole");
static_assert(KEY_SIZE == 41, "no hole");

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
	/* a row may lie across lines */
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

/* Fewer than before: the flow was evicted and came again. */
static uint64_t grown(uint64_t before, uint64_t after)
{
	return after >= before ? after - before : after;
}

/*
 * The client of a conversation may have been told from the ports of one direction before the other
 * one was seen, so a row is also looked for the other way round. What was not there before has all
 * its counts since then.
 */
static const struct flow_row *find_before(const struct flow_index *index,
					  const struct flow_rows *before,
					  const struct flow_row *row)
{
	struct flow_row turned = *row;
	uint32_t at = *flow_index_bucket(index, before->items, row, flow_index_hash(row));

	if (!at) {
		turned.a = row->b;
		turned.b = row->a;
		turned.marks ^= 1;
		at = *flow_index_bucket(index, before->items, &turned, flow_index_hash(&turned));
	}
	return at ? &before->items[at - 1] : NULL;
}

int flow_rows_rates(const struct flow_rows *before, struct flow_rows *rows)
{
	_cleanup_(flow_index_free) struct flow_index index = {};
	int ret = flow_index_init(&index, before->count);

	if (ret)
		return ret;
	for (size_t i = 0; i < before->count; i++)
		*flow_index_bucket(&index, before->items, &before->items[i],
				   flow_index_hash(&before->items[i])) = (uint32_t)i + 1;
	for (size_t i = 0; i < rows->count; i++) {
		struct flow_row *row = &rows->items[i];
		const struct flow_row *then = find_before(&index, before, row);
		uint64_t packets = then ? then->there.packets + then->back.packets : 0;
		uint64_t bytes = then ? then->there.bytes + then->back.bytes : 0;

		row->grown.packets = grown(packets, row->there.packets + row->back.packets);
		row->grown.bytes = grown(bytes, row->there.bytes + row->back.bytes);
		row->rate_known = true;
	}
	return 0;
}
