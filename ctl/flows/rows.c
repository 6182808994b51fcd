// SPDX-License-Identifier: GPL-2.0
/*
 * rows.c - see rows.h.
 *
 * Conversations are looked up by a key without direction. If an interface receives a packet and
 * forwards it back out of itself, it sees the packet twice. So the key also says which direction
 * leaves the interface, and such packets become a separate conversation.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/flows/ends.h"
#include "ctl/flows/index.h"
#include "ctl/flows/rows.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/large.h"
#include "datapath/flows/flows.h"

#define BATCH 32
#define LOOPBACK_IFINDEX 1 /* in every network namespace (net/core/dev.c) */

void flow_rows_free(struct flow_rows *rows)
{
	free(rows->items);
	*rows = (struct flow_rows){};
}

/* --- building --- */

struct builder {
	struct flow_index index;
	struct flow_rows rows;
	size_t room;
	const struct weir_attachment *by_slot[WEIR_SLOTS];
	uint16_t places[WEIR_SLOTS]; /* maps a slot to the first slot of its interface */
};

static void builder_free(struct builder *b)
{
	flow_index_free(&b->index);
	flow_rows_free(&b->rows);
}

static bool same_interface(const struct weir_attachment *a, const struct weir_attachment *b)
{
	return a->record.netns_cookie == b->record.netns_cookie &&
	       a->record.ifindex == b->record.ifindex;
}

static void find_places(struct builder *b, const struct weir_attachments *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct weir_attachment *a = &list->items[i];
		size_t j = 0;

		while (!same_interface(a, &list->items[j]))
			j++;
		b->by_slot[a->slot] = a;
		b->places[a->slot] = (uint16_t)list->items[j].slot;
	}
}

/*
 * Returns the row with the key of `like`, or a new one with only the key set. NULL: out of memory.
 */
static struct flow_row *row_for(struct builder *b, const struct flow_row *like, uint64_t hash)
{
	uint32_t *bucket = flow_index_bucket(&b->index, b->rows.items, like, hash);

	if (*bucket)
		return &b->rows.items[*bucket - 1];
	if (b->rows.count == b->room) {
		size_t room = b->room ? 2 * b->room : 1024;
		struct flow_row *grown = large_grow(b->rows.items, b->rows.count * sizeof(*grown),
						    room * sizeof(*grown));

		if (!grown)
			return NULL;
		b->rows.items = grown;
		b->room = room;
	}
	b->rows.items[b->rows.count] = (struct flow_row){ .a = like->a,
							  .b = like->b,
							  .place = like->place,
							  .protocol = like->protocol,
							  .marks = like->marks,
							  .v6 = like->v6,
							  .first_ns = UINT64_MAX,
							  .first_way = BOTH };
	*bucket = (uint32_t)++b->rows.count;
	return &b->rows.items[b->rows.count - 1];
}

static void note_times(struct flow_row *row, const struct flow_row *from, enum way way)
{
	if (from->first_ns < row->first_ns) {
		row->first_ns = from->first_ns;
		row->first_way = way;
	} else if (from->first_ns == row->first_ns && row->first_way != way) {
		row->first_way = BOTH;
	}
	if (from->last_ns > row->last_ns)
		row->last_ns = from->last_ns;
}

/*
 * If several hooks counted a direction, use the last one that packets pass. A hook for sent packets
 * takes precedence over one for received packets.
 */
static void put(struct flow_row *row, const struct flow_row *flow, enum way way,
		enum weir_hook hook)
{
	struct weir_count *count = way == BACK ? &row->back : &row->there;
	const struct weir_hook_info *info = weir_hook_info(hook);
	uint8_t rank = (uint8_t)(info->place + (info->direction == WEIR_EGRESS ? WEIR_HOOKS : 0));

	row->flows = 1;
	row->hooks |= (uint8_t)(1U << hook);
	row->tcp_flags |= flow->tcp_flags;
	note_times(row, flow, way);
	if (rank < row->ranks[way])
		return;
	if (rank > row->ranks[way])
		*count = (struct weir_count){};
	row->ranks[way] = rank;
	count->packets += flow->there.packets;
	count->bytes += flow->there.bytes;
}

/* A flow that is being added to its conversation. */
struct incoming {
	struct flow_row flow;
	uint64_t hash;
	enum way way;
	enum weir_hook hook;
};

static void prepare(const struct builder *b, const struct weir_flow_info *info, struct incoming *in)
{
	const struct weir_slot *at = &b->by_slot[info->slot]->record;

	in->flow = flow_row_of(info);
	in->way = flow_row_fold(&in->flow);
	in->hook = at->hook;
	/* On loopback each packet is both sent and received; both are the same conversation. */
	if (at->ifindex != LOOPBACK_IFINDEX && weir_hook_is_egress(at->hook) == (in->way == THERE))
		in->flow.marks = ROW_OUT;
	in->flow.place = b->places[info->slot];
	in->hash = flow_index_hash(&in->flow);
	flow_index_fetch_bucket(&b->index, in->hash);
}

/*
 * Adds flows in batches. Each flow misses the processor's caches twice; the prefetches of a batch
 * overlap these misses.
 */
static int add_batch(struct builder *b, const struct weir_flow_info *flows, size_t count)
{
	struct incoming batch[BATCH];

	for (size_t i = 0; i < count; i++)
		prepare(b, &flows[i], &batch[i]);
	for (size_t i = 0; i < count; i++)
		flow_index_fetch_row(&b->index, b->rows.items, batch[i].hash);
	for (size_t i = 0; i < count; i++) {
		struct flow_row *row = row_for(b, &batch[i].flow, batch[i].hash);

		if (!row)
			return -ENOMEM;
		put(row, &batch[i].flow, batch[i].way, batch[i].hook);
	}
	return 0;
}

/* --- clients --- */

static void begin_with_client(struct flow_row *row)
{
	struct weir_count there = row->there;
	bool sure = false, turn = row->first_way == BACK;

	if (row->protocol == 1 || row->protocol == 58)
		return; /* the request comes first */
	if (weir_ip_protocol_has_ports(row->protocol) && row->a.port != row->b.port) {
		bool a_serves = flow_port_is_server(row->a.port, row->b.port, &sure);

		if (sure || row->first_way == BOTH)
			turn = a_serves;
	}
	if (!turn)
		return;
	flow_row_turn(row);
	row->there = row->back;
	row->back = there;
	row->marks ^= ROW_OUT;
}

/* --- sums --- */

static struct flow_row sum_key(const struct flow_row *row, enum flow_by by)
{
	struct flow_row key = { .place = row->place };

	switch (by) {
	case FLOW_BY_HOST:
		key.v6 = row->v6;
		memcpy(key.a.address, row->a.address, sizeof(key.a.address));
		break;
	case FLOW_BY_PAIR:
		key.v6 = row->v6;
		memcpy(key.a.address, row->a.address, sizeof(key.a.address));
		memcpy(key.b.address, row->b.address, sizeof(key.b.address));
		break;
	case FLOW_BY_PORT:
		key.protocol = row->protocol;
		key.b.port = weir_ip_protocol_has_ports(row->protocol) ? row->b.port : 0;
		break;
	case FLOW_BY_PROTO:
		key.protocol = row->protocol;
		key.v6 = row->v6;
		break;
	case FLOW_BY_FLOW:
	case FLOW_BYS:
		break; /* not a sum */
	}
	return key;
}

/* A part of a row that is being added to a sum. */
struct summand {
	struct flow_row key;
	uint64_t hash;
	const struct flow_row *row;
	bool turned; /* the row's `there` is the sum's `back` */
};

static void set_summand(const struct builder *b, struct summand *s, const struct flow_row *row,
			bool turned)
{
	s->row = row;
	s->turned = turned;
	s->hash = flow_index_hash(&s->key);
	flow_index_fetch_bucket(&b->index, s->hash);
}

/*
 * Splits a row into its summands, and returns their number: two by host (one for each end), else
 * one.
 */
static size_t split(const struct builder *b, const struct flow_row *row, enum flow_by by,
		    struct summand *s)
{
	struct flow_row other;
	bool turn = by == FLOW_BY_PROTO && (row->marks & ROW_OUT);

	s[0].key = sum_key(row, by);
	if (by == FLOW_BY_PAIR && memcmp(s[0].key.a.address, s[0].key.b.address, 16) > 0) {
		flow_row_turn(&s[0].key);
		turn = true;
	}
	set_summand(b, &s[0], row, turn);
	if (by != FLOW_BY_HOST || memcmp(row->a.address, row->b.address, 16) == 0)
		return 1;
	other = *row;
	flow_row_turn(&other);
	s[1].key = sum_key(&other, by);
	set_summand(b, &s[1], row, true);
	return 2;
}

static int add_summand(struct builder *b, const struct summand *s)
{
	struct flow_row *sum = row_for(b, &s->key, s->hash);
	const struct flow_row *row = s->row;
	const struct weir_count *there = s->turned ? &row->back : &row->there;
	const struct weir_count *back = s->turned ? &row->there : &row->back;

	if (!sum)
		return -ENOMEM;
	sum->flows++;
	sum->hooks |= row->hooks;
	sum->tcp_flags |= row->tcp_flags;
	sum->there.packets += there->packets;
	sum->there.bytes += there->bytes;
	sum->back.packets += back->packets;
	sum->back.bytes += back->bytes;
	sum->grown.packets += row->grown.packets;
	sum->grown.bytes += row->grown.bytes;
	note_times(sum, row, THERE);
	return 0;
}

static int sum_batch(struct builder *b, const struct flow_row *rows, size_t count, enum flow_by by)
{
	struct summand batch[2 * BATCH];
	size_t n = 0;
	int ret = 0;

	for (size_t i = 0; i < count; i++)
		n += split(b, &rows[i], by, &batch[n]);
	for (size_t i = 0; i < n; i++)
		flow_index_fetch_row(&b->index, b->rows.items, batch[i].hash);
	for (size_t i = 0; i < n && !ret; i++)
		ret = add_summand(b, &batch[i]);
	return ret;
}

/* --- steps --- */

static size_t batch_size(size_t left)
{
	return left < BATCH ? left : BATCH;
}

static int build_apart(const struct weir_flows *flows, struct builder *b)
{
	b->rows.items = large_alloc((flows->count + 1) * sizeof(*b->rows.items));
	if (!b->rows.items)
		return -ENOMEM;
	for (size_t i = 0; i < flows->count; i++) {
		b->rows.items[i] = flow_row_of(&flows->items[i]);
		b->rows.items[i].hooks =
			(uint8_t)(1U << b->by_slot[flows->items[i].slot]->record.hook);
	}
	b->rows.count = flows->count;
	return 0;
}

static int build_conversations(const struct weir_flows *flows, struct builder *b)
{
	int ret = flow_index_init(&b->index, flows->count);

	for (size_t i = 0; !ret && i < flows->count; i += BATCH)
		ret = add_batch(b, &flows->items[i], batch_size(flows->count - i));
	for (size_t i = 0; !ret && i < b->rows.count; i++)
		begin_with_client(&b->rows.items[i]);
	return ret;
}

int flow_rows_base(const struct weir_flows *flows, bool apart, struct flow_rows *ret_rows)
{
	_cleanup_(builder_free) struct builder b = {};
	int ret;

	find_places(&b, &flows->attachments);
	ret = apart ? build_apart(flows, &b) : build_conversations(flows, &b);
	if (ret)
		return ret;
	b.rows.monotonic_ns = flows->monotonic_ns;
	*ret_rows = b.rows;
	b.rows = (struct flow_rows){};
	return 0;
}

int flow_rows_sum(enum flow_by by, struct flow_rows *rows)
{
	_cleanup_(builder_free) struct builder b = {};
	int ret;

	if (by == FLOW_BY_FLOW)
		return 0;
	ret = flow_index_init(&b.index, by == FLOW_BY_HOST ? 2 * rows->count : rows->count);
	for (size_t i = 0; !ret && i < rows->count; i += BATCH)
		ret = sum_batch(&b, &rows->items[i], batch_size(rows->count - i), by);
	if (ret)
		return ret;
	b.rows.seconds = rows->seconds;
	b.rows.monotonic_ns = rows->monotonic_ns;
	flow_rows_free(rows);
	*rows = b.rows;
	b.rows = (struct flow_rows){};
	return 0;
}

int flow_rows_build(const struct weir_flows *before, const struct weir_flows *now,
		    const struct flow_rows_request *request, struct flow_rows *ret_rows)
{
	_cleanup_(flow_rows_free) struct flow_rows rows = {}, then = {};
	int ret = flow_rows_base(now, request->apart, &rows);

	if (!ret && before)
		ret = flow_rows_base(before, request->apart, &then);
	if (!ret && before)
		ret = flow_rows_rates(&then, &rows);
	if (!ret)
		ret = flow_rows_sum(request->by, &rows);
	if (ret)
		return ret;
	*ret_rows = rows;
	rows = (struct flow_rows){};
	return 0;
}
