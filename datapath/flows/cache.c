// SPDX-License-Identifier: GPL-2.0
/* cache.c - see cache.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/flows/cache.h"

static uint32_t hash_key(const struct weir_flow_key *key)
{
	uint64_t words[sizeof(*key) / 8], h = 0;

	memcpy(words, key, sizeof(words));
	for (size_t i = 0; i < sizeof(*key) / 8; i++)
		h = (h ^ words[i]) * 0x9e3779b97f4a7c15ULL, h ^= h >> 29;
	return (uint32_t)(h >> 16);
}

static uint32_t *bucket_of(const struct flow_cache *cache, const struct weir_flow_key *key)
{
	uint32_t i = hash_key(key) & cache->mask;

	while (cache->buckets[i] &&
	       memcmp(&cache->items[cache->buckets[i] - 1].key, key, sizeof(*key)) != 0)
		i = (i + 1) & cache->mask;
	return &cache->buckets[i];
}

struct flow_cached *flow_cache_find(const struct flow_cache *cache, const struct weir_flow_key *key)
{
	uint32_t index = *bucket_of(cache, key);

	return index ? &cache->items[index - 1] : NULL;
}

void flow_cache_free(struct flow_cache *cache)
{
	free(cache->items);
	free(cache->buckets);
	*cache = (struct flow_cache){};
}

static void add(struct flow_cache *cache, const struct weir_flow_entry *e,
		const struct jiffies_clock *clock)
{
	uint32_t *bucket = bucket_of(cache, &e->key);
	uint64_t first = jiffies_extend(clock, e->first), last = jiffies_extend(clock, e->last);
	struct flow_cached *item;

	cache->used++;
	if (!*bucket) {
		item = &cache->items[cache->count++];
		*item = (struct flow_cached){ .key = e->key, .flow = { .first = first } };
		*bucket = (uint32_t)cache->count;
	}
	item = &cache->items[*bucket - 1];
	item->flow.packets += e->packets;
	item->flow.bytes += e->bytes;
	item->flow.tcp_flags |= e->tcp_flags;
	if (first < item->flow.first)
		item->flow.first = first;
	if (last > item->flow.last)
		item->flow.last = last;
}

/* For each entry, one element per CPU, in the kernel's layout. */
static int read_entries(int fd, struct weir_flow_entry *entries, uint32_t *keys)
{
	__u32 count = WEIR_FLOW_CACHE, next;

	if (bpf_map_lookup_batch(fd, NULL, &next, keys, entries, &count, NULL) < 0 &&
	    errno != ENOENT)
		return -errno;
	return count == WEIR_FLOW_CACHE ? 0 : -EIO;
}

/*
 * A CPU may be replacing an entry while it is copied. An entry is consistent if its key is the same
 * in two readings. Others are read again one by one.
 */
static bool is_whole(const struct weir_flow_entry *a, const struct weir_flow_entry *b)
{
	return memcmp(&a->key, &b->key, sizeof(a->key)) == 0 && b->packets >= a->packets &&
	       b->bytes >= a->bytes;
}

static int read_until_whole(int fd, uint32_t slot, unsigned int cpus, struct weir_flow_entry *now,
			    struct weir_flow_entry *scratch)
{
	bool whole;

	do {
		memcpy(scratch, now, cpus * sizeof(*now));
		if (bpf_map_lookup_elem(fd, &slot, now) < 0)
			return -errno;
		whole = true;
		for (unsigned int i = 0; i < cpus; i++)
			whole &= is_whole(&scratch[i], &now[i]);
	} while (!whole);
	return 0;
}

struct buffers {
	struct weir_flow_entry *first, *second, *scratch;
	uint32_t *keys;
};

static void free_buffers(struct buffers *b)
{
	free(b->first);
	free(b->second);
	free(b->scratch);
	free(b->keys);
}

static int collect(int fd, unsigned int cpus, struct buffers *b, const struct jiffies_clock *clock,
		   struct flow_cache *cache)
{
	for (uint32_t slot = 0; slot < WEIR_FLOW_CACHE; slot++) {
		struct weir_flow_entry *now = &b->second[(size_t)slot * cpus];
		bool whole = true;
		int ret = 0;

		for (unsigned int i = 0; i < cpus; i++)
			whole &= is_whole(&b->first[(size_t)slot * cpus + i], &now[i]);
		if (!whole)
			ret = read_until_whole(fd, slot, cpus, now, b->scratch);
		if (ret)
			return ret;
		for (unsigned int i = 0; i < cpus; i++) {
			if (now[i].packets || now[i].bytes)
				add(cache, &now[i], clock);
		}
	}
	return 0;
}

static int allocate(unsigned int cpus, struct buffers *b, struct flow_cache *cache)
{
	size_t entries = (size_t)WEIR_FLOW_CACHE * cpus;
	size_t buckets = 2;

	while (buckets < 2 * entries)
		buckets *= 2;
	cache->mask = (uint32_t)(buckets - 1);
	cache->buckets = calloc(buckets, sizeof(*cache->buckets));
	cache->items = calloc(entries, sizeof(*cache->items));
	b->first = calloc(entries, sizeof(*b->first));
	b->second = calloc(entries, sizeof(*b->second));
	b->scratch = calloc(cpus, sizeof(*b->scratch));
	b->keys = calloc(WEIR_FLOW_CACHE, sizeof(*b->keys));
	return cache->buckets && cache->items && b->first && b->second && b->scratch && b->keys
		       ? 0
		       : -ENOMEM;
}

int flow_cache_read(struct weir *weir, const struct jiffies_clock *clock,
		    struct flow_cache *ret_cache)
{
	_cleanup_(flow_cache_free) struct flow_cache cache = {};
	_cleanup_(free_buffers) struct buffers b = {};
	int fd = weir->maps[WEIR_MAP_FLOW_CACHE], cpus = libbpf_num_possible_cpus(), ret;

	if (cpus < 0)
		return cpus;
	ret = allocate((unsigned int)cpus, &b, &cache);
	if (!ret)
		ret = read_entries(fd, b.first, b.keys);
	if (!ret)
		ret = read_entries(fd, b.second, b.keys);
	if (!ret)
		ret = collect(fd, (unsigned int)cpus, &b, clock, &cache);
	if (ret)
		return ret;
	*ret_cache = cache;
	cache = (struct flow_cache){};
	return 0;
}
