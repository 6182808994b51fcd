/* SPDX-License-Identifier: GPL-2.0 */
/* cache.h - the contents of the per-CPU flow caches, summed over CPUs. */
#ifndef WEIR_FLOWS_CACHE_H
#define WEIR_FLOWS_CACHE_H

#include "datapath/kernel/jiffies.h"
#include "datapath/state/context.h"

struct flow_cached {
	struct weir_flow_key key;
	struct weir_flow flow;
	bool taken; /* for use by the caller */
};

struct flow_cache {
	struct flow_cached *items;
	size_t count;
	size_t used;       /* cache entries in use; more than count if CPUs share flows */
	uint32_t *buckets; /* index + 1 into items, 0: empty; open addressing */
	uint32_t mask;
};

int flow_cache_read(struct weir *weir, const struct jiffies_clock *clock,
		    struct flow_cache *ret_cache);
void flow_cache_free(struct flow_cache *cache);

/* Returns NULL if the flow is not cached. */
struct flow_cached *flow_cache_find(const struct flow_cache *cache,
				    const struct weir_flow_key *key);

#endif
