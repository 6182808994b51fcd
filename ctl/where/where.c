// SPDX-License-Identifier: GPL-2.0
/* where.c - see where.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/where/legs.h"
#include "ctl/where/where.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/growth.h"

/* An Ethernet frame of 1500 bytes. A greater average means super-packets. */
#define FRAME 1514
/* Link, IPv4 and UDP headers at least; IPv6 and TCP with all their options at most. */
#define HEADERS_MIN 42
#define HEADERS_MAX 160

#define SECOND 1000000000ULL

const char *hop_comparison_name(enum hop_comparison comparison)
{
	static const char *const names[] = {
		[HOP_FIRST] = "first", [HOP_SAME] = "same",           [HOP_FEWER] = "fewer",
		[HOP_MORE] = "more",   [HOP_REGROUPED] = "regrouped", [HOP_UNCOUNTED] = "uncounted",
	};
	static_assert(ARRAY_SIZE(names) == HOP_COMPARISONS, "a name each");

	return comparison < HOP_COMPARISONS ? names[comparison] : NULL;
}

static void path_free(struct where_path *path)
{
	free(path->hops);
}

void where_free(struct where *where)
{
	for (size_t i = 0; i < where->count; i++)
		path_free(&where->paths[i]);
	free(where->paths);
	*where = (struct where){};
}

/* --- comparing --- */

/*
 * Segmentation and its reverse do not change the payload: each additional packet adds one set of
 * headers. Lost packets lose their payload too. This is assumed only if packets are longer than any
 * frame.
 */
static bool is_regrouped(const struct weir_count *a, const struct weir_count *b)
{
	const struct weir_count *few = a->packets < b->packets ? a : b, *many = few == a ? b : a;
	uint64_t packets = many->packets - few->packets, bytes = many->bytes - few->bytes;

	if (!few->packets || many->bytes < few->bytes || few->bytes / few->packets <= FRAME)
		return false;
	return bytes >= packets * HEADERS_MIN && bytes <= packets * HEADERS_MAX;
}

static void compare(struct where_path *path, int at, int before, bool wire)
{
	struct hop *hop = &path->hops[at];
	const struct hop *other = before < 0 ? NULL : &path->hops[before];

	hop->before = before;
	if (!other)
		return;
	hop->began_later = hop->at->record.attached_at_ns >=
			   other->at->record.attached_at_ns + SECOND;
	hop->comparison = hop->count.packets < other->count.packets   ? HOP_FEWER
			  : hop->count.packets > other->count.packets ? HOP_MORE
								      : HOP_SAME;
	if (hop->comparison == HOP_SAME)
		return;
	if (!wire && is_regrouped(&other->count, &hop->count)) {
		hop->comparison = HOP_REGROUPED;
		return;
	}
	if (hop->comparison == HOP_FEWER) {
		hop->difference = other->count.packets - hop->count.packets;
		path->vanished += hop->difference;
	} else {
		hop->difference = hop->count.packets - other->count.packets;
	}
}

/* --- paths --- */

struct builder {
	const struct weir_attachments *list;
	struct legs legs;
	struct where where;
	size_t room;
};

static void builder_free(struct builder *b)
{
	legs_free(&b->legs);
	where_free(&b->where);
}

/*
 * Returns the path of these legs, in this order, and adds it if necessary. Returns NULL if out of
 * memory.
 */
static struct where_path *path_for(struct builder *b, const int *indices, size_t count)
{
	struct where_path path = {};
	struct where_path *grown;

	path.hops = calloc(WEIR_HOOKS * count, sizeof(*path.hops));
	if (!path.hops)
		return NULL;
	for (size_t i = 0; i < WEIR_HOOKS * count; i++) {
		int member = b->legs.items[indices[i / WEIR_HOOKS]].members[i % WEIR_HOOKS];

		if (member >= 0)
			path.hops[path.hop_count++].at = &b->list->items[member];
	}
	for (size_t i = 0; i < b->where.count; i++) {
		struct where_path *p = &b->where.paths[i];
		size_t same = 0;

		while (p->hop_count == path.hop_count && same < p->hop_count &&
		       p->hops[same].at == path.hops[same].at)
			same++;
		if (p->hop_count == path.hop_count && same == p->hop_count) {
			path_free(&path);
			return p;
		}
	}
	grown = realloc(b->where.paths, (b->where.count + 1) * sizeof(*grown));
	if (!grown) {
		path_free(&path);
		return NULL;
	}
	b->where.paths = grown;
	grown[b->where.count] = path;
	return &grown[b->where.count++];
}

static void compare_all(struct builder *b, struct where_path *path, bool wire)
{
	int indices[WEIR_HOOKS * WEIR_SLOTS], last = -1;
	size_t count = 0;

	for (size_t i = 0; i < path->hop_count; i++) {
		int s = b->legs.of[path->hops[i].at->slot];

		if (!count || indices[count - 1] != s)
			indices[count++] = s;
	}
	for (size_t i = 0; i < path->hop_count; i++) {
		struct hop *hop = &path->hops[i];
		int s = b->legs.of[hop->at->slot], t;

		hop->before = -1;
		if (!wire && !(hop->at->record.features & WEIR_FEATURE_FLOWS)) {
			hop->comparison = HOP_UNCOUNTED;
			continue;
		}
		t = last < 0 ? -1 : b->legs.of[path->hops[last].at->slot];
		if (last >= 0 && (s == t || legs_follow(&b->legs, indices, count, t, s)))
			compare(path, (int)i, last, wire);
		last = (int)i;
	}
}

/* Returns true if the path ends in a namespace where others would see forwarded packets. */
static bool ends_open(const struct weir_attachments *list, const struct where_path *path)
{
	const struct weir_slot *last = &path->hops[path->hop_count - 1].at->record;

	for (size_t i = 0; i < list->count && !weir_hook_is_egress(last->hook); i++) {
		const struct weir_slot *r = &list->items[i].record;

		if (r->netns_cookie == last->netns_cookie && r->ifindex != last->ifindex &&
		    weir_hook_is_egress(r->hook) && r->features & WEIR_FEATURE_FLOWS)
			return true;
	}
	return false;
}

static uint64_t most_packets(const struct where_path *path)
{
	uint64_t most = 0;

	for (size_t i = 0; i < path->hop_count; i++) {
		if (path->hops[i].count.packets > most)
			most = path->hops[i].count.packets;
	}
	return most;
}

static int compare_paths(const void *a, const void *b)
{
	uint64_t x = most_packets(a), y = most_packets(b);

	return x > y ? -1 : x < y;
}

static void finish(struct builder *b, bool wire, struct where *ret_where)
{
	for (size_t i = 0; i < b->where.count; i++) {
		compare_all(b, &b->where.paths[i], wire);
		b->where.paths[i].open_end = !wire && ends_open(b->list, &b->where.paths[i]);
	}
	if (b->where.count)
		qsort(b->where.paths, b->where.count, sizeof(*b->where.paths), compare_paths);
	*ret_where = b->where;
	b->where = (struct where){};
}

/* --- flows --- */

struct sorted {
	const struct flow_row *row;
	struct weir_count count;
};

#define KEY_SIZE offsetof(struct flow_row, place)

static bool same_flow(const struct flow_row *a, const struct flow_row *b)
{
	return memcmp(a, b, KEY_SIZE) == 0 && a->protocol == b->protocol && a->v6 == b->v6;
}

static int compare_flows(const void *a, const void *b)
{
	const struct flow_row *x = ((const struct sorted *)a)->row;
	const struct flow_row *y = ((const struct sorted *)b)->row;
	int order = memcmp(x, y, KEY_SIZE);

	if (!order)
		order = x->protocol - y->protocol;
	if (!order)
		order = x->v6 - y->v6;
	return order ? order : x->place - y->place;
}

/* Adds one flow, with its counts at all slots that saw it. */
static int add_flow(struct builder *b, const struct sorted *seen, size_t count)
{
	int indices[WEIR_SLOTS];
	struct where_path *path;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		int s = b->legs.of[seen[i].row->place];
		size_t j = 0;

		while (j < n && indices[j] != s)
			j++;
		if (j == n && s >= 0)
			indices[n++] = s;
	}
	if (!n)
		return 0;
	legs_chain(&b->legs, indices, n);
	path = path_for(b, indices, n);
	if (!path)
		return -ENOMEM;
	path->flows++;
	path->one = *seen[0].row;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < path->hop_count; j++) {
			if (path->hops[j].at->slot != seen[i].row->place)
				continue;
			path->hops[j].count.packets += seen[i].count.packets;
			path->hops[j].count.bytes += seen[i].count.bytes;
		}
	}
	return 0;
}

int where_flows(const struct weir_attachments *list, const struct flow_rows *rows,
		struct where *ret_where)
{
	_cleanup_(builder_free) struct builder b = { .list = list };
	_cleanup_free_ struct sorted *sorted = calloc(rows->count + 1, sizeof(*sorted));
	size_t count = 0;
	int ret = sorted ? legs_build(list, &b.legs) : -ENOMEM;

	for (size_t i = 0; !ret && i < rows->count; i++) {
		const struct flow_row *row = &rows->items[i];

		sorted[count] = (struct sorted){ row, rows->seconds > 0 ? row->grown : row->there };
		count += sorted[count].count.packets != 0;
	}
	if (!ret)
		qsort(sorted, count, sizeof(*sorted), compare_flows);
	for (size_t i = 0, next; !ret && i < count; i = next) {
		for (next = i + 1; next < count && same_flow(sorted[i].row, sorted[next].row);)
			next++;
		ret = add_flow(&b, &sorted[i], next - i);
	}
	if (!ret)
		finish(&b, false, ret_where);
	return ret;
}

/* --- interfaces --- */

static struct weir_count wire_of(const struct weir_snapshot *before,
				 const struct weir_snapshot *now, const struct weir_attachment *at)
{
	const struct weir_slot_counts *counts = weir_snapshot_find(now, at);
	const struct weir_slot_counts *then = before ? weir_snapshot_find(before, at) : NULL;

	if (!counts || !then)
		return counts ? counts->counts.wire : (struct weir_count){};
	return growth_of_count(&then->counts.wire, &counts->counts.wire);
}

static bool is_chosen(const struct weir_attachments *list, const struct leg *s,
		      bool (*chosen)(const struct weir_attachment *, void *), void *arg)
{
	for (int i = 0; i < WEIR_HOOKS; i++) {
		if (s->members[i] >= 0 && chosen(&list->items[s->members[i]], arg))
			return true;
	}
	return false;
}

int where_interfaces(const struct weir_attachments *list, const struct weir_snapshot *before,
		     const struct weir_snapshot *now,
		     bool (*chosen)(const struct weir_attachment *, void *), void *arg,
		     struct where *ret_where)
{
	_cleanup_(builder_free) struct builder b = { .list = list };
	int ret = legs_build(list, &b.legs);

	for (size_t i = 0; !ret && i < b.legs.count; i++) {
		int index = (int)i;
		struct where_path *path;

		if (!is_chosen(list, &b.legs.items[i], chosen, arg))
			continue;
		path = path_for(&b, &index, 1);
		if (!path)
			return -ENOMEM;
		for (size_t j = 0; j < path->hop_count; j++)
			path->hops[j].count = wire_of(before, now, path->hops[j].at);
	}
	if (!ret)
		finish(&b, true, ret_where);
	return ret;
}
