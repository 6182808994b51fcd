// SPDX-License-Identifier: GPL-2.0
/* system.c - see system.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/drops/rows.h"
#include "ctl/top/system.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/growth.h"

#define SHOWN 200 /* connections kept in order; more than any screen has rows */

void top_system_free(struct top_system *system)
{
	weir_drops_free(&system->drops.now);
	free(system->drops.rates);
	free(system->drops.order);
	tcp_rows_free(&system->tcp.rows);
	weir_tcp_list_free(&system->tcp.list);
	*system = (struct top_system){};
}

/* Returns the drop with the same reason and place in an earlier reading, or NULL. */
static const struct weir_kernel_drop *same_of(const struct weir_drops *before,
					      const struct weir_kernel_drop *drop)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct weir_kernel_drop *b = &before->items[i];

		if (b->source == drop->source && b->number == drop->number &&
		    b->ifindex == drop->ifindex && b->netns_cookie == drop->netns_cookie)
			return b;
	}
	return NULL;
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct top_drops *drops = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (drops->rates[x] != drops->rates[y])
		return drops->rates[x] > drops->rates[y] ? -1 : 1;
	return x < y ? -1 : x > y; /* items are sorted by packets */
}

int top_drops_take(struct top_drops *drops, struct weir_drops *reading)
{
	double seconds = reading->seconds - drops->now.seconds;
	uint32_t *order;
	double *rates;

	drop_rows_merge(reading, DROP_BY_REASON | DROP_BY_INTERFACE | DROP_BY_NETNS);
	rates = calloc(reading->count + 1, sizeof(*rates));
	order = calloc(reading->count + 1, sizeof(*order));
	if (!rates || !order) {
		free(rates);
		free(order);
		return -ENOMEM;
	}
	drops->rate = 0;
	for (size_t i = 0; i < reading->count; i++) {
		const struct weir_kernel_drop *before = same_of(&drops->now, &reading->items[i]);
		/* a drop that is not in the previous reading is entirely new */
		uint64_t grown = growth(before ? before->packets : 0, reading->items[i].packets);

		order[i] = (uint32_t)i;
		rates[i] = drops->read && seconds > 0 ? growth_rate(grown, seconds) : -1;
		if (rates[i] > 0)
			drops->rate += rates[i];
	}
	free(drops->rates);
	weir_drops_free(&drops->now);
	free(drops->order);
	drops->rates = rates;
	drops->order = order;
	drops->now = *reading;
	drops->read = true;
	drops->fault[0] = '\0';
	*reading = (struct weir_drops){};
	if (drops->now.count)
		qsort_r(order, drops->now.count, sizeof(*order), compare, drops);
	return 0;
}

int top_tcp_take(struct top_tcp *tcp, struct weir_tcp_list *reading,
		 const struct weir_flow_filter *filter)
{
	const struct tcp_choice choice = { .filter = filter };
	struct tcp_rows rows;

	if (tcp_rows_build(reading, &choice, TCP_SORT_BYTES, SHOWN, &rows) < 0)
		return -ENOMEM;
	tcp_rows_free(&tcp->rows);
	weir_tcp_list_free(&tcp->list);
	tcp->rows = rows;
	tcp->list = *reading;
	tcp->read = true;
	tcp->fault[0] = '\0';
	memset(tcp->states, 0, sizeof(tcp->states));
	for (size_t i = 0; i < tcp->list.count; i++) {
		const struct weir_tcp *t = &tcp->list.items[i].tcp;

		if (t->end == WEIR_TCP_OPEN && t->state < WEIR_TCP_STATES)
			tcp->states[t->state]++;
	}
	*reading = (struct weir_tcp_list){};
	return 0;
}
