/* SPDX-License-Identifier: GPL-2.0 */
/*
 * table.bpf.h - the table of connections: sets of eight places.
 *
 * A hash map of the kernel costs 150 to 300 ns for each insertion, and an LRU hash more once it is
 * full. With the later lookup, that was half the cost of telemetry. Here, two multiplications find
 * the set, and one cache line shows what is in it. If a set is full, the connection that ended
 * first is evicted; if all are open, the oldest.
 */
#ifndef WEIR_BPF_TCP_TABLE_BPF_H
#define WEIR_BPF_TCP_TABLE_BPF_H

#include "bpf/state/config.bpf.h"
#include "bpf/tcp/entry.bpf.h"
#include "bpf/base/bound.bpf.h"

const volatile __u32 cfg_tcp_sets; /* number of elements of `tcp` */

/*
 * ctl attach --tcp-entries sets the size. ctl reads it, and clears entries of detached attachments.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, WEIR_TCP_DEFAULT / WEIR_TCP_WAYS);
	__type(key, __u32);
	__type(value, struct weir_tcp_set);
} tcp SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weir_tcp_stats);
} tcp_stats SEC(".maps");

/* The place of a connection. */
struct tcp_place {
	struct weir_tcp_set *set;
	struct weir_tcp *e;
	__u32 way;
};

static __always_inline struct weir_tcp_stats *tcp_counts(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&tcp_stats, &zero);
}

static __always_inline struct weir_tcp_set *tcp_set_of(const struct weir_tcp_key *key)
{
	__u32 index = WEIR_TCP_SET(key->cookie, key->owner, cfg_tcp_sets);

	return bpf_map_lookup_elem(&tcp, &index);
}

static __always_inline void tcp_take(struct tcp_place *place, struct weir_tcp_set *set, __u32 way)
{
	place->set = set;
	place->way = way;
	place->e = &set->connections[BOUND(way, WEIR_TCP_WAYS)];
}

static __always_inline int tcp_find(const struct weir_tcp_key *key, struct tcp_place *place)
{
	__u64 tag = WEIR_TCP_TAG(key->cookie, key->owner);
	__u32 first = WEIR_TCP_WAY(key->cookie, key->owner);
	struct weir_tcp_set *set = tcp_set_of(key);

	if (!set)
		return 0;
	for (__u32 i = 0; i < WEIR_TCP_WAYS; i++) {
		__u32 way = BOUND(first + i, WEIR_TCP_WAYS);

		if (WEIR_TCP_TAG_KEY(set->tags[way]) == tag) {
			tcp_take(place, set, way);
			return place->e->cookie == key->cookie;
		}
	}
	return 0;
}

/* Chooses the place that has the connection, else an empty one, else the one to evict at `time`. */
static __always_inline __u32 tcp_choose(const struct weir_tcp_set *set, __u64 tag, __u32 first,
					__u64 time)
{
	__u32 chosen = first;
	__u64 most = 0;

	for (__u32 i = 0; i < WEIR_TCP_WAYS; i++) {
		__u32 way = BOUND(first + i, WEIR_TCP_WAYS);
		__u64 old = set->tags[way], spare;

		if (!old || WEIR_TCP_TAG_KEY(old) == tag)
			return way;
		spare = WEIR_TCP_TAG_SPARE(old, time);
		if ((old & WEIR_TCP_TAG_FLAGS) == WEIR_TCP_TAG_CLOSED && spare > most) {
			most = spare;
			chosen = way;
		}
	}
	return chosen;
}

/*
 * Takes a place for a connection; it is BUSY until it is published. A socket that connects again,
 * after it failed or was disconnected, gets the place it had. Returns 0 if other CPUs were faster
 * in each of four attempts.
 */
static __always_inline int tcp_claim(const struct weir_tcp_key *key, __u64 time,
				     struct tcp_place *place)
{
	__u64 tag = WEIR_TCP_TAG(key->cookie, key->owner);
	__u32 first = WEIR_TCP_WAY(key->cookie, key->owner);
	struct weir_tcp_set *set = tcp_set_of(key);
	struct weir_tcp_stats *counts;

	if (!set)
		return 0;
	for (int i = 0; i < 4; i++) {
		__u32 way = tcp_choose(set, tag, first, time);
		__u64 *at = &set->tags[BOUND(way, WEIR_TCP_WAYS)], old = *at;

		if (old & WEIR_TCP_TAG_BUSY)
			continue;
		if (__sync_val_compare_and_swap(at, old, tag | WEIR_TCP_TAG_BUSY) != old)
			continue;
		tcp_take(place, set, way);
		if (old && WEIR_TCP_TAG_KEY(old) != tag) {
			counts = tcp_counts();
			if (counts)
				__sync_fetch_and_add(&counts->evicted, 1);
		}
		return 1;
	}
	counts = tcp_counts();
	if (counts)
		__sync_fetch_and_add(&counts->failures, 1);
	return 0;
}

/* An atomic exchange is a full barrier: readers see the entry before they see the tag. */
static __always_inline void tcp_publish(const struct weir_tcp_key *key, struct tcp_place *place)
{
	__sync_lock_test_and_set(&place->set->tags[BOUND(place->way, WEIR_TCP_WAYS)],
				 WEIR_TCP_TAG(key->cookie, key->owner));
}

static __always_inline void tcp_publish_closed(const struct weir_tcp_key *key,
					       struct tcp_place *place)
{
	__u64 *at = &place->set->tags[BOUND(place->way, WEIR_TCP_WAYS)];
	__u64 tag = WEIR_TCP_TAG(key->cookie, key->owner) | WEIR_TCP_TAG_END(place->e->closed) |
		    WEIR_TCP_TAG_CLOSED;

	/*
	 * readers must see the end no later than the tag, and only x86 keeps stores in order by
	 * itself
	 */
#ifdef __TARGET_ARCH_x86
	*at = tag;
#else
	__sync_lock_test_and_set(at, tag);
#endif
}

#endif
