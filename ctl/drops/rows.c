// SPDX-License-Identifier: GPL-2.0
/* rows.c - see rows.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/drops/rows.h"
#include "datapath/base/cleanup.h"

static const char *const by_names[] = { "reason", "interface", "netns", "proto", "location" };
static_assert((1 << ARRAY_SIZE(by_names)) - 1 == DROP_BY_ALL, "one word for each bit");

const struct choices drop_by_choices = CHOICES(by_names);

static void forget(struct weir_kernel_drop *drop, unsigned int by)
{
	if (!(by & DROP_BY_REASON)) {
		drop->number = 0;
		drop->reason[0] = '\0';
	}
	if (!(by & DROP_BY_INTERFACE)) {
		drop->ifindex = 0;
		drop->ifname[0] = '\0';
	}
	/* An interface index is valid only within its namespace. */
	if (!(by & (DROP_BY_NETNS | DROP_BY_INTERFACE))) {
		drop->netns_cookie = 0;
		drop->netns[0] = '\0';
		drop->here = false;
	}
	if (!(by & DROP_BY_PROTO)) {
		drop->ethertype = 0;
		drop->flow.protocol = 0;
		drop->flow.v6 = false;
	}
	if (!(by & DROP_BY_LOCATION)) {
		drop->address = 0;
		drop->program_id = 0;
		drop->location[0] = '\0';
	}
}

static bool same(const struct weir_kernel_drop *a, const struct weir_kernel_drop *b)
{
	return a->source == b->source && a->number == b->number && a->ifindex == b->ifindex &&
	       a->netns_cookie == b->netns_cookie && a->ethertype == b->ethertype &&
	       a->flow.protocol == b->flow.protocol && a->address == b->address &&
	       a->program_id == b->program_id;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = ((const struct weir_kernel_drop *)a)->packets;
	uint64_t y = ((const struct weir_kernel_drop *)b)->packets;

	return x > y ? -1 : x < y;
}

void drop_rows_merge(struct weir_drops *drops, unsigned int by)
{
	size_t kept = 0;

	if (by == DROP_BY_ALL)
		return;
	for (size_t i = 0; i < drops->count; i++) {
		struct weir_kernel_drop drop = drops->items[i];
		size_t j = 0;

		forget(&drop, by);
		while (j < kept && !same(&drops->items[j], &drop))
			j++;
		if (j < kept) {
			drops->items[j].packets += drop.packets;
			drops->items[j].bytes += drop.bytes;
		} else {
			drops->items[kept++] = drop;
		}
	}
	drops->count = kept;
	if (kept)
		qsort(drops->items, kept, sizeof(*drops->items), compare);
}

uint64_t drop_rows_total(const struct weir_drops *drops)
{
	uint64_t total = 0;

	for (size_t i = 0; i < drops->count; i++)
		total += drops->items[i].packets;
	return total;
}
