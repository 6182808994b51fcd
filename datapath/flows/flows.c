// SPDX-License-Identifier: GPL-2.0
/*
 * flows.c - reads flows: the table, plus the contents of the caches.
 *
 * The caches are small, so they are read into a hash first. Then the table is read in batches, and
 * the cache entries are added to each of its flows. Even a million flows take one pass and need no
 * hash of that size.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include "datapath/attach/list.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/base/large.h"
#include "datapath/flows/cache.h"
#include "datapath/flows/flows.h"
#include "datapath/kernel/jiffies.h"
#include "datapath/state/slot.h"

#define BATCH 4096 /* keys and values fit in the L2 cache */

struct reading {
	struct weir *weir;
	bool (*wanted)(const struct weir_flow_info *, const struct weir_attachment *, void *);
	void *arg;
	struct jiffies_clock clock;
	struct flow_cache cache;
	struct weir_flows flows;
	size_t room;
	/* attachments by ascending instance */
	const struct weir_attachment **owners;
	size_t owner_count;
};

void weir_flows_free(struct weir_flows *flows)
{
	free(flows->items);
	weir_attachments_free(&flows->attachments);
	*flows = (struct weir_flows){};
}

static void reading_free(struct reading *r)
{
	flow_cache_free(&r->cache);
	weir_flows_free(&r->flows);
	free(r->owners);
}

static int compare_instances(const void *a, const void *b)
{
	const struct weir_attachment *const *x = a, *const *y = b;
	uint32_t i = (*x)->record.instance, j = (*y)->record.instance;

	return i < j ? -1 : i > j;
}

static int sort_owners(struct reading *r)
{
	const struct weir_attachments *list = &r->flows.attachments;

	r->owners = calloc(list->count + 1, sizeof(*r->owners));
	if (!r->owners)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++)
		r->owners[i] = &list->items[i];
	r->owner_count = list->count;
	qsort(r->owners, r->owner_count, sizeof(*r->owners), compare_instances);
	return 0;
}

/* Returns the attachment that counted a flow; NULL if it was detached. */
static const struct weir_attachment *owner_of(const struct reading *r, uint32_t owner)
{
	uint32_t instance = (owner & ~WEIR_FLOW_V6) >> 8;
	size_t low = 0, high = r->owner_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		uint32_t there = r->owners[middle]->record.instance;

		if (there == instance)
			return r->owners[middle];
		if (there < instance)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static struct weir_flow_info info_of(const struct reading *r, const struct weir_flow_key *key,
				     const struct weir_flow *flow,
				     const struct weir_attachment *owner)
{
	struct weir_flow_info info = {
		.src_port = (uint16_t)(key->src_port >> 8 | key->src_port << 8),
		.dst_port = (uint16_t)(key->dst_port >> 8 | key->dst_port << 8),
		.protocol = (uint8_t)key->owner,
		.tcp_flags = (uint8_t)flow->tcp_flags,
		.v6 = key->owner & WEIR_FLOW_V6,
		.slot = (uint16_t)owner->slot,
		.packets = flow->packets,
		.bytes = flow->bytes,
		.first_ns = jiffies_to_real(&r->clock, flow->first),
		.last_ns = jiffies_to_real(&r->clock, flow->last),
	};

	memcpy(info.src, key->src, sizeof(info.src));
	memcpy(info.dst, key->dst, sizeof(info.dst));
	return info;
}

static int add_flow(struct reading *r, const struct weir_flow_key *key,
		    const struct weir_flow *flow)
{
	const struct weir_attachment *owner = owner_of(r, key->owner);
	struct weir_flow_info info;

	if (!owner)
		return 0;
	info = info_of(r, key, flow, owner);
	if (r->wanted && !r->wanted(&info, owner, r->arg))
		return 0;
	if (r->flows.count == r->room) {
		size_t room = r->room ? 2 * r->room : 1024;
		struct weir_flow_info *grown = large_grow(r->flows.items,
							  r->flows.count * sizeof(*grown),
							  room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		r->flows.items = grown;
		r->room = room;
	}
	r->flows.items[r->flows.count++] = info;
	return 0;
}

static void merge(struct weir_flow *into, const struct weir_flow *from)
{
	into->packets += from->packets;
	into->bytes += from->bytes;
	if (from->first < into->first)
		into->first = from->first;
	if (from->last > into->last)
		into->last = from->last;
	into->tcp_flags |= from->tcp_flags;
}

static int add_batch(struct reading *r, const struct weir_flow_key *keys, struct weir_flow *flows,
		     uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct flow_cached *cached = flow_cache_find(&r->cache, &keys[i]);
		int ret;

		if (cached) {
			merge(&flows[i], &cached->flow);
			cached->taken = true;
		}
		ret = add_flow(r, &keys[i], &flows[i]);
		if (ret)
			return ret;
	}
	r->flows.usage.entries += count;
	return 0;
}

static int read_table(struct reading *r)
{
	_cleanup_free_ struct weir_flow_key *keys = calloc(BATCH, sizeof(*keys));
	_cleanup_free_ struct weir_flow *flows = calloc(BATCH, sizeof(*flows));
	__u64 position = 0; /* a bucket, where the kernel continues the iteration */
	bool first = true;
	int fd = r->weir->maps[WEIR_MAP_FLOWS], ret = 0;

	if (!keys || !flows)
		return -ENOMEM;
	while (!ret) {
		__u32 count = BATCH;
		int end = 0;

		if (bpf_map_lookup_batch(fd, first ? NULL : &position, &position, keys, flows,
					 &count, NULL) < 0)
			end = errno;
		if (end && end != ENOENT)
			return -end;
		first = false;
		ret = add_batch(r, keys, flows, count);
		if (end)
			break;
	}
	return ret;
}

static int add_rest(struct reading *r)
{
	for (size_t i = 0; i < r->cache.count; i++) {
		const struct flow_cached *cached = &r->cache.items[i];
		int ret = cached->taken ? 0 : add_flow(r, &cached->key, &cached->flow);

		if (ret)
			return ret;
	}
	return 0;
}

static int read_stats(struct reading *r)
{
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ struct weir_flow_stats *stats = NULL;
	struct weir_flow_usage *usage = &r->flows.usage;
	__u32 zero = 0;

	if (cpus < 0)
		return cpus;
	stats = calloc((size_t)cpus, sizeof(*stats));
	if (!stats)
		return -ENOMEM;
	if (bpf_map_lookup_elem(r->weir->maps[WEIR_MAP_FLOW_STATS], &zero, stats) < 0)
		return -errno;
	for (int i = 0; i < cpus; i++) {
		usage->inserted += stats[i].inserts;
		usage->failed_packets += stats[i].failures;
		usage->failed_bytes += stats[i].failed_bytes;
	}
	return 0;
}

/*
 * Only LRU eviction removes flows. `inserted` is read before `entries`, so that flows inserted
 * meanwhile do not count as evicted. The difference is a lower bound under traffic, and exact
 * without.
 */
static void derive_usage(struct reading *r)
{
	struct weir_flow_usage *usage = &r->flows.usage;

	usage->capacity = r->weir->sizes.flows;
	usage->cached = r->cache.used;
	usage->evicted = usage->inserted > usage->entries ? usage->inserted - usage->entries : 0;
}

static int read_all(struct reading *r)
{
	int ret = sort_owners(r);

	r->flows.time_ns = r->clock.real_ns;
	if (!ret)
		ret = read_stats(r); /* first: see derive_usage() */
	if (!ret)
		ret = flow_cache_read(r->weir, &r->clock, &r->cache);
	if (!ret)
		ret = read_table(r);
	if (!ret)
		ret = add_rest(r);
	if (!ret)
		derive_usage(r);
	return ret;
}

/* Keeps only attachments that count flows. */
static void keep_flow_owners(struct weir_attachments *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].record.features & WEIR_FEATURE_FLOWS)
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

int weir_flows_read(struct weir *weir,
		    bool (*wanted)(const struct weir_flow_info *, const struct weir_attachment *,
				   void *),
		    void *arg, struct weir_flows *ret_flows, struct weir_error *err)
{
	_cleanup_(reading_free) struct reading r = { .weir = weir, .wanted = wanted, .arg = arg };
	int ret;

	netns_forget_interfaces(&weir->netns);
	ret = list_read(weir, false, &r.flows.attachments, err);
	if (ret)
		return ret;
	keep_flow_owners(&r.flows.attachments);
	r.flows.monotonic_ns = clock_ns(CLOCK_MONOTONIC);
	if (r.flows.attachments.count) {
		ret = jiffies_clock_read(&r.clock, err);
		if (ret)
			return ret;
		ret = read_all(&r);
		if (ret)
			return weir_error_set(err, ret, "cannot read the flows: %s",
					      weir_error_text(ret));
	}
	*ret_flows = r.flows;
	r.flows = (struct weir_flows){};
	return 0;
}
