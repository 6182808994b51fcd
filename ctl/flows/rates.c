// SPDX-License-Identifier: GPL-2.0
/* rates.c - growth of rows since an earlier reading; see rows.h. */
#include "ctl/flows/ends.h"
#include "ctl/flows/index.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/growth.h"
#include "datapath/flows/flows.h"

static const struct flow_row *find(const struct flow_index *index, const struct flow_rows *rows,
				   const struct flow_row *like)
{
	uint32_t at = *flow_index_bucket(index, rows->items, like, flow_index_hash(like));

	return at ? &rows->items[at - 1] : NULL;
}

/*
 * The earlier reading may have seen one direction only and chosen the other end as the client, so
 * look for the row with its ends swapped, too. Each direction has its own counter. If a direction
 * is new, or was evicted and came back, all its packets have come since then.
 */
static struct weir_count grown_since(const struct flow_index *index, const struct flow_rows *before,
				     const struct flow_row *row)
{
	struct weir_count was_there = {}, was_back = {}, there, back;
	const struct flow_row *then = find(index, before, row);
	struct flow_row turned = *row;

	if (then) {
		was_there = then->there;
		was_back = then->back;
	} else {
		flow_row_turn(&turned);
		turned.marks ^= ROW_OUT;
		then = find(index, before, &turned);
		if (then) {
			was_there = then->back;
			was_back = then->there;
		}
	}
	there = growth_of_count(&was_there, &row->there);
	back = growth_of_count(&was_back, &row->back);
	return (struct weir_count){ there.packets + back.packets, there.bytes + back.bytes };
}

int flow_rows_rates(const struct flow_rows *before, struct flow_rows *rows)
{
	_cleanup_(flow_index_free) struct flow_index index = {};
	int ret;

	rows->seconds = growth_seconds(before->monotonic_ns, rows->monotonic_ns);
	if (!(rows->seconds > 0))
		return 0;
	ret = flow_index_init(&index, before->count);
	if (ret)
		return ret;
	for (size_t i = 0; i < before->count; i++)
		*flow_index_bucket(&index, before->items, &before->items[i],
				   flow_index_hash(&before->items[i])) = (uint32_t)i + 1;
	for (size_t i = 0; i < rows->count; i++)
		rows->items[i].grown = grown_since(&index, before, &rows->items[i]);
	return 0;
}

double flow_row_packet_rate(const struct flow_row *row, double seconds)
{
	return growth_rate(row->grown.packets, seconds);
}

double flow_row_bit_rate(const struct flow_row *row, double seconds)
{
	return 8 * growth_rate(row->grown.bytes, seconds);
}
