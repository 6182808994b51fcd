// SPDX-License-Identifier: GPL-2.0
/* verdicts.c - see verdicts.h. */
#include <errno.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/growth.h"
#include "datapath/drops/verdicts.h"
#include "datapath/state/context.h"
#include "datapath/state/pin.h"

void verdicts_free(struct verdicts *verdicts)
{
	free(verdicts->items);
	*verdicts = (struct verdicts){};
}

static bool is_here(const struct weir_attachment *attachment, void *arg)
{
	return attachment->here || !*(const bool *)arg;
}

int verdicts_read(struct weir *weir, bool here, struct verdicts *ret_verdicts,
		  struct weir_error *err)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	struct verdicts verdicts = {};
	int ret;

	pin_maps_close(weir); /* after a purge the open maps are obsolete */
	ret = weir_counters_read(weir, is_here, &here, &snapshot, err);
	if (ret)
		return ret;
	verdicts.items = calloc(snapshot.count * WEIR_VERDICTS + 1, sizeof(*verdicts.items));
	if (!verdicts.items)
		return weir_error_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < snapshot.count; i++) {
		const struct weir_slot_counts *item = &snapshot.items[i];

		for (int v = WEIR_VERDICT_PASS + 1; v < WEIR_VERDICTS; v++) {
			if (!item->counts.verdicts[v].packets)
				continue;
			verdicts.items[verdicts.count++] = (struct weir_drop_verdict){
				.attachment = item->attachment,
				.verdict = (enum weir_verdict)v,
				.packets = item->counts.verdicts[v].packets,
				.bytes = item->counts.verdicts[v].bytes,
			};
		}
	}
	verdicts.counters_id = weir->maps[WEIR_MAP_COUNTERS] >= 0 ? weir->counters_id : 0;
	*ret_verdicts = verdicts;
	return 0;
}

static const struct weir_drop_verdict *find(const struct verdicts *list,
					    const struct weir_drop_verdict *like)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].attachment.record.instance == like->attachment.record.instance &&
		    list->items[i].verdict == like->verdict)
			return &list->items[i];
	}
	return NULL;
}

void verdicts_subtract(struct verdicts *now, const struct verdicts *before)
{
	size_t kept = 0;

	if (now->counters_id != before->counters_id) /* a new map, so all counts are new */
		return;
	for (size_t i = 0; i < now->count; i++) {
		struct weir_drop_verdict item = now->items[i];
		const struct weir_drop_verdict *then = find(before, &item);

		if (then) {
			const struct weir_count grown =
				growth_of_count(&(struct weir_count){ then->packets, then->bytes },
						&(struct weir_count){ item.packets, item.bytes });

			item.packets = grown.packets;
			item.bytes = grown.bytes;
		}
		if (item.packets)
			now->items[kept++] = item;
	}
	now->count = kept;
}
