// SPDX-License-Identifier: GPL-2.0
/* rates.c - see rates.h. */
#include <errno.h>
#include <stdlib.h>
#include "ctl/attach/labels.h"
#include "ctl/counters/rates.h"
#include "datapath/base/growth.h"

void rates_free(struct rates *rates)
{
	free(rates->items);
	*rates = (struct rates){};
}

int rates_compute(const struct weir_snapshot *before, const struct weir_snapshot *after,
		  struct rates *ret_rates)
{
	double seconds = growth_seconds(before->time_ns, after->time_ns);
	struct rate *items = calloc(after->count + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < after->count; i++) {
		const struct weir_slot_counts *now = &after->items[i];
		const struct weir_slot_counts *then = weir_snapshot_find(before, &now->attachment);
		struct weir_count grown;

		if (!then || !(seconds > 0))
			continue;
		grown = growth_of_count(&then->counts.total, &now->counts.total);
		items[i] = (struct rate){
			.known = true,
			.packets_per_second = growth_rate(grown.packets, seconds),
			.bits_per_second = 8 * growth_rate(grown.bytes, seconds),
		};
	}
	*ret_rates = (struct rates){ items, after->count, seconds };
	return 0;
}

void snapshot_reset(struct weir_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->count; i++)
		snapshot->items[i].counts = (struct weir_counts){};
}

bool verdict_possible(enum weir_hook hook, enum weir_verdict verdict)
{
	return verdict == WEIR_VERDICT_PASS ||
	       (weir_hook_info(hook)->drops >> (verdict - WEIR_VERDICT_PASS - 1) & 1);
}

static int compare_counts(const void *a, const void *b)
{
	const struct weir_slot_counts *x = a, *y = b;

	return attachment_compare(&x->attachment, &y->attachment);
}

void snapshot_sort(struct weir_snapshot *snapshot)
{
	if (snapshot->count)
		qsort(snapshot->items, snapshot->count, sizeof(*snapshot->items), compare_counts);
}
