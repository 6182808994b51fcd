// SPDX-License-Identifier: GPL-2.0
/* legs.c - see legs.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/where/legs.h"
#include "datapath/base/cleanup.h"

#define LOOPBACK_IFINDEX 1

void legs_free(struct legs *legs)
{
	free(legs->items);
	legs->items = NULL;
	legs->count = 0;
}

static bool same_interface(const struct weir_attachment *a, const struct weir_attachment *b)
{
	return a->record.netns_cookie == b->record.netns_cookie &&
	       a->record.ifindex == b->record.ifindex;
}

static bool is_peer(const struct weir_attachment *a, const struct weir_attachment *b)
{
	if (!a->peer.ifindex || a->peer.ifindex != b->record.ifindex)
		return false;
	if (a->peer.same_netns)
		return a->record.netns_cookie == b->record.netns_cookie;
	return a->record.netns_cookie != b->record.netns_cookie &&
	       strcmp(a->peer.netns, b->record.netns_name) == 0 &&
	       (!a->peer.ifname[0] || strcmp(a->peer.ifname, b->record.ifname) == 0);
}

/* Index of an attachment at the peer interface, or -1. A loopback device is its own peer. */
static int find_peer(const struct weir_attachments *list, const struct weir_attachment *a)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct weir_attachment *b = &list->items[i];

		if (a->record.ifindex == LOOPBACK_IFINDEX ? same_interface(a, b)
							  : is_peer(a, b) && is_peer(b, a))
			return (int)i;
	}
	return -1;
}

static int find_at(const struct weir_attachments *list, const struct weir_attachment *interface,
		   enum weir_hook hook)
{
	for (size_t i = 0; i < list->count; i++) {
		if (same_interface(&list->items[i], interface) &&
		    list->items[i].record.hook == hook)
			return (int)i;
	}
	return -1;
}

/* The attachment whose tc-egress starts the leg of `a`; NULL if unknown. */
static const struct weir_attachment *sender_of(const struct weir_attachments *list,
					       const struct weir_attachment *a)
{
	int peer;

	if (weir_hook_is_egress(a->record.hook))
		return a;
	peer = find_peer(list, a);
	return peer < 0 ? NULL : &list->items[peer];
}

static struct leg leg_of(const struct weir_attachments *list, const struct weir_attachment *a)
{
	const struct weir_attachment *sender = sender_of(list, a), *receiver = a;
	struct leg s = {};

	if (sender) {
		int peer = find_peer(list, sender);

		receiver = peer < 0 ? NULL : &list->items[peer];
		s.from = sender->record.netns_cookie;
	}
	if (receiver)
		s.to = receiver->record.netns_cookie;
	for (unsigned int i = 0; i < WEIR_HOOKS; i++) {
		enum weir_hook hook = weir_hook_at(i);
		const struct weir_attachment *end = NULL;

		if (hook < WEIR_HOOKS)
			end = weir_hook_is_egress(hook) ? sender : receiver;
		s.members[i] = end ? find_at(list, end, hook) : -1;
	}
	return s;
}

int legs_build(const struct weir_attachments *list, struct legs *ret_legs)
{
	struct leg *items = calloc(list->count + 1, sizeof(*items));
	size_t count = 0;

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < WEIR_SLOTS; i++)
		ret_legs->of[i] = -1;
	for (size_t i = 0; i < list->count; i++) {
		if (ret_legs->of[list->items[i].slot] >= 0)
			continue;
		items[count] = leg_of(list, &list->items[i]);
		for (int j = 0; j < WEIR_HOOKS; j++) {
			if (items[count].members[j] >= 0)
				ret_legs->of[list->items[items[count].members[j]].slot] =
					(int)count;
		}
		count++;
	}
	ret_legs->items = items;
	ret_legs->count = count;
	return 0;
}

/* Returns true if another leg that is not placed yet leads to this one. */
static bool has_before(const struct legs *s, const int *indices, size_t count, size_t at)
{
	uint64_t from = s->items[indices[at]].from;

	for (size_t i = 0; i < count && from; i++) {
		if (i != at && s->items[indices[i]].to == from)
			return true;
	}
	return false;
}

void legs_chain(const struct legs *s, int *indices, size_t count)
{
	for (; count > 1; indices++, count--) {
		size_t first = 0;
		int swap;

		while (first < count && has_before(s, indices, count, first))
			first++;
		if (first == count) /* a cycle: start anywhere */
			first = 0;
		swap = indices[first];
		memmove(indices + 1, indices, first * sizeof(*indices));
		indices[0] = swap;
	}
}

bool legs_follow(const struct legs *s, const int *indices, size_t count, int one, int next)
{
	uint64_t between = s->items[one].to;
	size_t in = 0, out = 0;

	if (!between || s->items[next].from != between)
		return false;
	for (size_t i = 0; i < count; i++) {
		in += s->items[indices[i]].to == between;
		out += s->items[indices[i]].from == between;
	}
	return in == 1 && out == 1;
}
