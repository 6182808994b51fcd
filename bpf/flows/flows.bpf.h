/* SPDX-License-Identifier: GPL-2.0 */
/*
 * flows.bpf.h - counts packets by flow.
 *
 * One table serves all attachments and CPUs. In front of it, each CPU has a direct-mapped cache. A
 * hit takes a few instructions in one cache line and calls no helper. A miss adds to the table. One
 * miss in eight also takes over the cache entry, whose counts move to the table. So a busy flow
 * soon gets an entry, and many small flows do not pay for moving entries in and out.
 *
 * Only for hooks that run with bottom halves disabled: nothing else on the CPU may touch the entry.
 */
#ifndef WEIR_BPF_FLOWS_FLOWS_BPF_H
#define WEIR_BPF_FLOWS_FLOWS_BPF_H

#include "bpf/state/config.bpf.h"
#include "bpf/packet/parse_plain.bpf.h"

/*
 * If it is full, the least recently used flow is evicted. ctl attach --flow-entries sets the size.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, WEIR_FLOWS_DEFAULT);
	__type(key, struct weir_flow_key);
	__type(value, struct weir_flow);
} flows SEC(".maps");

/* Written by programs only. It cannot be full: a miss replaces an entry. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WEIR_FLOW_CACHE);
	__type(key, __u32);
	__type(value, struct weir_flow_entry);
} flow_cache SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weir_flow_stats);
} flow_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, WEIR_FRAGMENTS);
	__type(key, struct weir_fragment_key);
	__type(value, __u32);
} fragments SEC(".maps");

#define ADMIT_MASK 7 /* one miss in eight takes over the entry */

static __always_inline struct weir_flow_stats *stats(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&flow_stats, &zero);
}

/* Extends the low 32 bits of a recent jiffies value to 64. */
static __always_inline __u64 extend(__u32 low)
{
	__u64 now = bpf_jiffies64();

	return now - (__u32)((__u32)now - low);
}

/* Other CPUs may add to the same flow, and may have seen it earlier or later than this one. */
static __always_inline void flow_add(struct weir_flow *flow, const struct weir_flow *more)
{
	__sync_fetch_and_add(&flow->packets, more->packets);
	__sync_fetch_and_add(&flow->bytes, more->bytes);
	if (more->first < flow->first)
		flow->first = more->first;
	if (more->last > flow->last)
		flow->last = more->last;
	if (more->tcp_flags & ~flow->tcp_flags)
		__sync_fetch_and_or(&flow->tcp_flags, more->tcp_flags);
}

/*
 * The rare parts are global functions. The verifier walks these once, not again for every path that
 * calls them, which halves the time to attach. Before Linux 6.2 their stacks together, each rounded
 * up to 32 bytes, just fit into the limit of 512.
 */

/* Adds the counts of an entry to the table. `packets` is separate because it may be 2^32. */
__noinline int weir_flow_table_add(const struct weir_flow_entry *e, __u64 packets)
{
	struct weir_flow_stats *s;
	struct weir_flow *flow, fresh;
	struct weir_flow_key key;

	if (!e)
		return 0;
	key = e->key; /* before Linux 6.2 a function's argument cannot be a map's key */
	fresh = (struct weir_flow){
		.packets = packets,
		.bytes = e->bytes,
		.first = extend(e->first),
		.last = extend(e->last),
		.tcp_flags = e->tcp_flags,
	};
	flow = bpf_map_lookup_elem(&flows, &key);
	if (flow) {
		flow_add(flow, &fresh);
		return 0;
	}
	s = stats();
	if (bpf_map_update_elem(&flows, &key, &fresh, BPF_NOEXIST) == 0) {
		if (s)
			s->inserts++;
		return 0;
	}
	flow = bpf_map_lookup_elem(&flows, &key); /* another CPU added it first */
	if (flow) {
		flow_add(flow, &fresh);
	} else if (s) {
		s->failures += packets;
		s->failed_bytes += fresh.bytes;
	}
	return 0;
}

/* Handles a packet, in `fresh`, whose cache entry belongs to another flow. */
__noinline int weir_flow_miss(struct weir_flow_entry *e, const struct weir_flow_entry *fresh)
{
	struct weir_flow_stats *s;

	if (!e || !fresh)
		return 0;
	if (e->packets) {
		if (++e->misses & ADMIT_MASK)
			return weir_flow_table_add(fresh, 1);
		weir_flow_table_add(e, e->packets);
		s = stats();
		if (s)
			s->spills++;
	}
	*e = *fresh;
	return 0;
}

/* Moves 2^32 packets to the table after the 32-bit packet count wrapped around. */
__noinline int weir_flow_wrapped(struct weir_flow_entry *e)
{
	if (!e)
		return 0;
	weir_flow_table_add(e, 1ULL << 32);
	e->bytes = 0;
	return 0;
}

static __always_inline __u32 flow_hash(__u64 a, __u64 b, __u64 c)
{
	__u64 h = (a + (b << 7 | b >> 57)) ^ c;

	h *= 0x9e3779b97f4a7c15ULL; /* 2^64 / golden ratio, as in linux/hash.h */
	h ^= h >> 32;
	h *= 0x9e3779b97f4a7c15ULL;
	return h >> (64 - 13);
}
_Static_assert(WEIR_FLOW_CACHE == 1 << 13, "flow_hash() gives 13 bits");

/*
 * A key as five words, laid out as struct weir_flow_key. They stay in registers: writing the key
 * to the stack field by field and reading it back as words costs more than the rest of a hit.
 */
struct flow_words {
	__u64 src[2];
	__u64 dst[2];
	__u64 ports_owner;
};

static __always_inline __u64 word(const void *p)
{
	return *(const __u64 *)p;
}

/* Joins two 32-bit fields; `first` is the one at the lower address. */
static __always_inline __u64 pair(__u32 first, __u32 second)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (__u64)second << 32 | first;
#else
	return (__u64)first << 32 | second;
#endif
}

/* v4: the owner implies the family, so the upper halves of both addresses are 0. */
static __always_inline int same_flow(const struct weir_flow_key *key, const struct flow_words *w,
				     int v4)
{
	if (word(&key->src[2]) != w->src[1] || word(&key->dst[2]) != w->dst[1] ||
	    word(&key->src_port) != w->ports_owner)
		return 0;
	return v4 || (word(&key->src[0]) == w->src[0] && word(&key->dst[0]) == w->dst[0]);
}

static __always_inline void flow_new(struct weir_flow_entry *e, const struct flow_words *w,
				     __u32 len, __u8 tcp_flags)
{
	struct weir_flow_entry fresh;

	__builtin_memcpy(&fresh.key, w, sizeof(fresh.key));
	fresh.bytes = len;
	fresh.packets = 1;
	fresh.first = fresh.last = (__u32)bpf_jiffies64();
	fresh.tcp_flags = tcp_flags;
	fresh.misses = 0;
	fresh.reserved = 0;
	weir_flow_miss(e, &fresh);
}

static __always_inline void flow_count(const struct flow_words *w, __u32 len, __u8 tcp_flags,
				       int v4)
{
	__u64 src = w->src[1], dst = w->dst[1];
	struct weir_flow_entry *e;
	__u32 slot;

	if (!v4) {
		src ^= w->src[0];
		dst ^= w->dst[0];
	}
	slot = flow_hash(src, dst, w->ports_owner);
	e = bpf_map_lookup_elem(&flow_cache, &slot);
	if (!e)
		return;
	if (!same_flow(&e->key, w, v4)) {
		flow_new(e, w, len, tcp_flags);
		return;
	}
	e->bytes += len;
	e->last = (__u32)bpf_jiffies64();
	if (tcp_flags)
		e->tcp_flags |= tcp_flags;
	if (++e->packets == 0)
		weir_flow_wrapped(e);
}

static __always_inline __u32 flow_owner(__u8 proto, __u32 family)
{
	return family | cfg_instance << 8 | proto;
}

/* --- plain packets --- */

static __always_inline void flow_ipv4(const struct iphdr *ip, const void *l4, __u32 len,
				      __u8 tcp_flags)
{
	struct flow_words w = {
		.src[1] = pair(bpf_htonl(0xffff), ip->saddr),
		.dst[1] = pair(bpf_htonl(0xffff), ip->daddr),
		.ports_owner = pair(*(const __u32 *)l4, flow_owner(ip->protocol, 0)),
	};

	flow_count(&w, len, tcp_flags, 1);
}

static __always_inline void flow_ipv6(const struct ipv6hdr *ip6, const void *l4, __u32 len,
				      __u8 tcp_flags)
{
	const __u32 *src = (const __u32 *)&ip6->saddr, *dst = (const __u32 *)&ip6->daddr;
	struct flow_words w = {
		.src = { pair(src[0], src[1]), pair(src[2], src[3]) },
		.dst = { pair(dst[0], dst[1]), pair(dst[2], dst[3]) },
		.ports_owner = pair(*(const __u32 *)l4, flow_owner(ip6->nexthdr, WEIR_FLOW_V6)),
	};

	flow_count(&w, len, tcp_flags, 0);
}

/*
 * Counts the flow of a plain packet. Returns 0 if its class needs more than pointers to the
 * headers, else 1.
 */
static __always_inline int flow_plain(const struct plain *at, int class, __u32 len)
{
	__u8 tcp_flags = 0;

	if (class == WEIR_CLASS_IPV4 + WEIR_L4_TCP || class == WEIR_CLASS_IPV6 + WEIR_L4_TCP)
		tcp_flags = tcp_flags_of(at->l4);
	else if (class != WEIR_CLASS_IPV4 + WEIR_L4_UDP && class != WEIR_CLASS_IPV6 + WEIR_L4_UDP)
		return 0;
	if (class < WEIR_CLASS_IPV6)
		flow_ipv4(at->l3, at->l4, len, tcp_flags);
	else
		flow_ipv6(at->l3, at->l4, len, tcp_flags);
	return 1;
}

/* --- all others --- */

/* Returns the ports of a fragment. The first fragment stores them for the later ones. */
static __always_inline __u32 fragment_ports(const struct pkt *pkt, __u32 owner)
{
	struct weir_fragment_key key;
	__u32 ports = pkt->ports; /* on the stack, as Linux 6.1 requires of a map value */
	__u32 *known;

	__builtin_memcpy(key.src, pkt->src, sizeof(key.src));
	__builtin_memcpy(key.dst, pkt->dst, sizeof(key.dst));
	key.id = pkt->fragment_id;
	key.owner = owner;
	if (pkt->fragment == FRAGMENT_FIRST) {
		bpf_map_update_elem(&fragments, &key, &ports, BPF_ANY);
		return ports;
	}
	known = bpf_map_lookup_elem(&fragments, &key);
	return known ? *known : 0;
}

__noinline int weir_flow_any(const struct pkt *pkt, __u32 len)
{
	struct flow_words w;
	__u32 owner;

	if (!pkt || pkt->class < WEIR_CLASS_IPV4)
		return 0;
	owner = flow_owner(pkt->proto, pkt->class < WEIR_CLASS_IPV6 ? 0 : WEIR_FLOW_V6);
	__builtin_memcpy(w.src, pkt->src, sizeof(w.src));
	__builtin_memcpy(w.dst, pkt->dst, sizeof(w.dst));
	w.ports_owner = pair(pkt->fragment ? fragment_ports(pkt, owner) : pkt->ports, owner);
	flow_count(&w, len, pkt->tcp_flags, 0);
	return 0;
}

#endif
