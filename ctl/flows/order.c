// SPDX-License-Identifier: GPL-2.0
/* order.c - sorts rows, greatest first; see rows.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/flows/rows.h"
#include "datapath/base/cleanup.h"

static const char *const sort_names[] = {
	[FLOW_SORT_BYTES] = "bytes",
	[FLOW_SORT_PACKETS] = "packets",
	[FLOW_SORT_RATE] = "rate",
	[FLOW_SORT_AGE] = "age",
};
static_assert(ARRAY_SIZE(sort_names) == FLOW_SORTS, "one name each");

const struct choices flow_sort_choices = CHOICES(sort_names);

const char *flow_sort_name(enum flow_sort sort)
{
	return sort < FLOW_SORTS ? sort_names[sort] : NULL;
}

void flow_order_free(struct flow_order *order)
{
	free(order->items);
	*order = (struct flow_order){};
}

struct entry {
	uint64_t value;
	uint32_t index;
};

struct sorter {
	const struct flow_row *rows;        /* either rows */
	const struct weir_flow_info *flows; /* or flows */
	enum flow_sort sort;
};

/* By age, older flows have greater values. */
static uint64_t value_of(const struct sorter *s, uint32_t i)
{
	const struct flow_row *row = s->rows ? &s->rows[i] : NULL;
	const struct weir_flow_info *flow = s->rows ? NULL : &s->flows[i];

	switch (s->sort) {
	case FLOW_SORT_PACKETS:
		return row ? row->there.packets + row->back.packets : flow->packets;
	case FLOW_SORT_RATE:
		return row ? row->grown.bytes : 0;
	case FLOW_SORT_AGE:
		return UINT64_MAX - (row ? row->first_ns : flow->first_ns);
	case FLOW_SORT_BYTES:
	case FLOW_SORTS:
		break;
	}
	return row ? row->there.bytes + row->back.bytes : flow->bytes;
}

static int compare_rows(const struct flow_row *a, const struct flow_row *b)
{
	return memcmp(a, b, offsetof(struct flow_row, v6));
}

static int compare_flows(const struct weir_flow_info *a, const struct weir_flow_info *b)
{
	int order = memcmp(a->src, b->src, sizeof(a->src));

	if (!order)
		order = memcmp(a->dst, b->dst, sizeof(a->dst));
	if (!order)
		order = a->src_port - b->src_port;
	if (!order)
		order = a->dst_port - b->dst_port;
	if (!order)
		order = a->protocol - b->protocol;
	return order ? order : a->slot - b->slot;
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct entry *x = a, *y = b;
	const struct sorter *s = arg;

	if (x->value != y->value)
		return x->value > y->value ? -1 : 1;
	return s->rows ? compare_rows(&s->rows[x->index], &s->rows[y->index])
		       : compare_flows(&s->flows[x->index], &s->flows[y->index]);
}

/* Restores the heap after its root has changed. The root is the last row in order. */
static void sift(struct entry *heap, size_t count, size_t at, struct sorter *s)
{
	for (;;) {
		size_t last = at, left = 2 * at + 1;

		for (size_t child = left; child < count && child <= left + 1; child++) {
			if (compare(&heap[child], &heap[last], s) > 0)
				last = child;
		}
		if (last == at)
			return;
		struct entry swap = heap[at];

		heap[at] = heap[last];
		heap[last] = swap;
		at = last;
	}
}

/* Selects the first `top` of `count` rows in a heap, unsorted. */
static void select_top(struct entry *heap, size_t top, size_t count, struct sorter *s)
{
	for (size_t i = 0; i < top; i++)
		heap[i] = (struct entry){ value_of(s, (uint32_t)i), (uint32_t)i };
	for (size_t i = top / 2; i-- > 0;)
		sift(heap, top, i, s);
	for (size_t i = top; i < count; i++) {
		struct entry e = { value_of(s, (uint32_t)i), (uint32_t)i };

		if (compare(&e, &heap[0], s) >= 0)
			continue;
		heap[0] = e;
		sift(heap, top, 0, s);
	}
}

static int order(struct sorter *s, size_t count, size_t top, struct flow_order *ret_order)
{
	size_t kept = top && top < count ? top : count;
	_cleanup_free_ struct entry *entries = calloc(kept + 1, sizeof(*entries));
	uint32_t *items = calloc(kept + 1, sizeof(*items));

	if (!entries || !items) {
		free(items);
		return -ENOMEM;
	}
	select_top(entries, kept, count, s);
	qsort_r(entries, kept, sizeof(*entries), compare, s);
	for (size_t i = 0; i < kept; i++)
		items[i] = entries[i].index;
	*ret_order = (struct flow_order){ items, kept };
	return 0;
}

int flow_rows_order(const struct flow_rows *rows, enum flow_sort sort, size_t top,
		    struct flow_order *ret_order)
{
	struct sorter s = { .rows = rows->items, .sort = sort };

	return order(&s, rows->count, top, ret_order);
}

int flows_order(const struct weir_flows *flows, enum flow_sort sort, size_t top,
		struct flow_order *ret_order)
{
	struct sorter s = { .flows = flows->items, .sort = sort };

	return order(&s, flows->count, top, ret_order);
}
