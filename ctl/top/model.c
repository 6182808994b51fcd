// SPDX-License-Identifier: GPL-2.0
/* model.c - readings, rates and history; see model.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/top/model.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/growth.h"

static const char *const unit_names[] = {
	[TOP_BITS] = "bit/s",
	[TOP_BYTES] = "B/s",
	[TOP_PACKETS] = "pps",
};
static_assert(ARRAY_SIZE(unit_names) == TOP_UNITS, "a unit has no name");

static const char *const unit_words[] = {
	[TOP_BITS] = "bits",
	[TOP_BYTES] = "bytes",
	[TOP_PACKETS] = "packets",
};
static_assert(ARRAY_SIZE(unit_words) == TOP_UNITS, "a unit has no word");

const struct choices top_unit_choices = CHOICES(unit_words);

const char *top_unit_name(enum top_unit unit)
{
	return unit_names[unit];
}

void top_model_free(struct top_model *model)
{
	free(model->items);
	free(model->order);
	*model = (struct top_model){};
}

/* --- rates --- */

double top_rate(const struct weir_count *grown, double seconds, enum top_unit unit)
{
	if (unit == TOP_PACKETS)
		return growth_rate(grown->packets, seconds);
	return (unit == TOP_BITS ? 8 : 1) * growth_rate(grown->bytes, seconds);
}

double top_sample_rate(const struct top_sample *sample, enum top_unit unit)
{
	if (unit == TOP_PACKETS)
		return (double)sample->packets;
	return (unit == TOP_BITS ? 8 : 1) * (double)sample->bytes;
}

size_t top_history(const struct top_item *item, enum top_unit unit, size_t room, double *ret_values,
		   double *ret_seconds)
{
	size_t count = item->filled < room ? item->filled : room;
	double seconds = 0;

	for (size_t i = 0; i < count; i++) {
		size_t at = (item->next + TOP_HISTORY - count + i) % TOP_HISTORY;

		ret_values[i] = top_sample_rate(&item->history[at], unit);
		seconds += (double)item->history[at].seconds;
	}
	if (ret_seconds)
		*ret_seconds = seconds;
	return count;
}

/* --- readings --- */

static uint64_t less(uint64_t from, uint64_t what)
{
	return from > what ? from - what : 0;
}

/*
 * The number of passed packets is computed, as in weir_counts_add(). It is not a counter, and
 * neither is its growth.
 */
static void growth_of_counts(const struct weir_counts *before, const struct weir_counts *now,
			     struct weir_counts *ret_growth)
{
	struct weir_count *pass = &ret_growth->verdicts[WEIR_VERDICT_PASS];

	ret_growth->total = growth_of_count(&before->total, &now->total);
	ret_growth->wire = growth_of_count(&before->wire, &now->wire);
	for (int i = 0; i < WEIR_PROTOS; i++)
		ret_growth->protocols[i] = growth_of_count(&before->protocols[i],
							   &now->protocols[i]);
	for (int i = 0; i < WEIR_SIZES; i++)
		ret_growth->sizes[i] = growth(before->sizes[i], now->sizes[i]);
	*pass = ret_growth->total;
	for (int i = WEIR_VERDICT_PASS + 1; i < WEIR_VERDICTS; i++) {
		ret_growth->verdicts[i] = growth_of_count(&before->verdicts[i], &now->verdicts[i]);
		pass->packets = less(pass->packets, ret_growth->verdicts[i].packets);
		pass->bytes = less(pass->bytes, ret_growth->verdicts[i].bytes);
	}
}

static void add_sample(struct top_item *item)
{
	item->history[item->next] = (struct top_sample){
		.packets = (float)top_rate(&item->grown.total, item->seconds, TOP_PACKETS),
		.bytes = (float)top_rate(&item->grown.total, item->seconds, TOP_BYTES),
		.seconds = (float)item->seconds,
	};
	item->next = (item->next + 1) % TOP_HISTORY;
	if (item->filled < TOP_HISTORY)
		item->filled++;
}

static const struct top_item *find(const struct top_model *model,
				   const struct weir_attachment *attachment)
{
	for (size_t i = 0; i < model->count; i++) {
		if (weir_attachment_same(&model->items[i].attachment, attachment))
			return &model->items[i];
	}
	return NULL;
}

static void take(struct top_item *item, const struct top_item *before,
		 const struct weir_slot_counts *now, double seconds)
{
	enum weir_state state = WEIR_STATE_ATTACHED;

	if (before) {
		*item = *before;
		state = before->attachment.state;
	}
	item->attachment = now->attachment;
	item->attachment.state = state;
	if (before && seconds > 0) {
		growth_of_counts(&before->counts, &now->counts, &item->grown);
		item->seconds = seconds;
		add_sample(item);
	}
	item->counts = now->counts;
}

int top_model_update(struct top_model *model, const struct weir_snapshot *snapshot)
{
	double seconds = growth_seconds(model->time_ns, snapshot->time_ns);
	struct top_item *items = calloc(snapshot->count + 1, sizeof(*items));
	uint32_t *order = calloc(snapshot->count + 1, sizeof(*order));

	if (!items || !order) {
		free(items);
		free(order);
		return -ENOMEM;
	}
	for (size_t i = 0; i < snapshot->count; i++)
		take(&items[i], find(model, &snapshot->items[i].attachment), &snapshot->items[i],
		     seconds);
	free(model->items);
	free(model->order);
	model->items = items;
	model->count = snapshot->count;
	model->order = order;
	model->shown = 0;
	model->time_ns = snapshot->time_ns;
	model->seconds = seconds;
	return 0;
}

void top_model_states(struct top_model *model, const struct weir_attachments *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct top_item *found = find(model, &list->items[i]);

		if (found)
			model->items[found - model->items].attachment = list->items[i];
	}
}
