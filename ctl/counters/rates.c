// SPDX-License-Identifier: GPL-2.0
/* rates.c - see rates.h. */
#include <errno.h>
#include <stdlib.h>
#include "ctl/attach/labels.h"
#include "ctl/counters/rates.h"

void rates_free(struct rates *rates)
{
	free(rates->items);
	*rates = (struct rates){};
}

static const struct weir_slot_counts *match(const struct weir_snapshot *snapshot,
					    const struct weir_attachment *attachment)
{
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct weir_attachment *a = &snapshot->items[i].attachment;

		if (a->slot == attachment->slot &&
		    a->record.attached_at_ns == attachment->record.attached_at_ns)
			return &snapshot->items[i];
	}
	return NULL;
}

/* Less than before is all since somebody else's reset; ours is told by snapshot_reset(). */
static double grown(uint64_t before, uint64_t after)
{
	return (double)(after >= before ? after - before : after);
}

int rates_compute(const struct weir_snapshot *before, const struct weir_snapshot *after,
		  struct rates *ret_rates)
{
	double seconds = (double)(after->time_ns - before->time_ns) / 1e9;
	struct rate *items = calloc(after->count + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < after->count; i++) {
		const struct weir_slot_counts *now = &after->items[i];
		const struct weir_slot_counts *then = match(before, &now->attachment);

		if (!then || seconds <= 0)
			continue;
		items[i] = (struct rate){
			.known = true,
			.packets_per_second = grown(then->counts.total.packets,
						    now->counts.total.packets) /
					      seconds,
			.bits_per_second =
				8 * grown(then->counts.total.bytes, now->counts.total.bytes) /
				seconds,
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
