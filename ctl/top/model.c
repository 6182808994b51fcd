// SPDX-License-Identifier: GPL-2.0
/* model.c - readings, rates and history; see model.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/top/model.h"
#include "datapath/base/cleanup.h"

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

const char *top_unit_name(enum top_unit unit)
{
	return unit_names[unit];
}

int top_unit_from_name(const char *name, enum top_unit *ret_unit)
{
	for (unsigned int i = 0; i < TOP_UNITS; i++) {
		if (strcmp(unit_words[i], name) == 0) {
			*ret_unit = (enum top_unit)i;
			return 0;
		}
	}
	return -EINVAL;
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
	if (!(seconds > 0))
		return 0;
	if (unit == TOP_PACKETS)
		return (double)grown->packets / seconds;
	return (unit == TOP_BITS ? 8 : 1) * (double)grown->bytes / seconds;
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

/* A count lower than before was reset, so all of it is new. */
static uint64_t growth(uint64_t before, uint64_t now)
{
	return now >= before ? now - before : now;
}

static void count_growth(const struct weir_count *before, const struct weir_count *now,
			 struct weir_count *ret)
{
	ret->packets = growth(before->packets, now->packets);
	ret->bytes = growth(before->bytes, now->bytes);
}

static void counts_growth(const struct weir_counts *before, const struct weir_counts *now,
			  struct weir_counts *ret)
{
	count_growth(&before->total, &now->total, &ret->total);
	count_growth(&before->wire, &now->wire, &ret->wire);
	for (int i = 0; i < WEIR_PROTOS; i++)
		count_growth(&before->protocols[i], &now->protocols[i], &ret->protocols[i]);
	for (int i = 0; i < WEIR_VERDICTS; i++)
		count_growth(&before->verdicts[i], &now->verdicts[i], &ret->verdicts[i]);
	for (int i = 0; i < WEIR_SIZES; i++)
		ret->sizes[i] = growth(before->sizes[i], now->sizes[i]);
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
		const struct weir_attachment *a = &model->items[i].attachment;

		if (a->slot == attachment->slot &&
		    a->record.attached_at_ns == attachment->record.attached_at_ns)
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
		counts_growth(&before->counts, &now->counts, &item->grown);
		item->seconds = seconds;
		add_sample(item);
	}
	item->counts = now->counts;
}

int top_model_update(struct top_model *model, const struct weir_snapshot *snapshot)
{
	double seconds = 0;
	struct top_item *items = calloc(snapshot->count + 1, sizeof(*items));
	uint32_t *order = calloc(snapshot->count + 1, sizeof(*order));

	if (!items || !order) {
		free(items);
		free(order);
		return -ENOMEM;
	}
	if (model->time_ns && snapshot->time_ns > model->time_ns)
		seconds = (double)(snapshot->time_ns - model->time_ns) / 1e9;
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
