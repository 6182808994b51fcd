// SPDX-License-Identifier: GPL-2.0
/* order.c - selects and sorts attachments; see model.h. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/attach/labels.h"
#include "ctl/top/model.h"
#include "datapath/base/cleanup.h"

static const char *const sort_names[] = {
	[TOP_SORT_NAME] = "name",
	[TOP_SORT_RATE] = "rate",
	[TOP_SORT_PACKETS] = "packets",
	[TOP_SORT_BYTES] = "bytes",
};
static_assert(ARRAY_SIZE(sort_names) == TOP_SORTS, "an order has no name");

const struct choices top_sort_choices = CHOICES(sort_names);

const char *top_sort_name(enum top_sort sort)
{
	return sort_names[sort];
}

bool top_matches(const struct weir_slot *record, const char *filter)
{
	const char *target = weir_target_name(record);

	if (strpbrk(filter, "*?["))
		return fnmatch(filter, target, 0) == 0;
	return strstr(target, filter) ||
	       (record->netns_name[0] && strstr(record->netns_name, filter));
}

struct sorter {
	const struct top_item *items;
	enum top_sort sort;
	enum top_unit unit;
};

static double value_of(const struct sorter *s, const struct top_item *item)
{
	switch (s->sort) {
	case TOP_SORT_RATE:
		return top_rate(&item->grown.total, item->seconds, s->unit);
	case TOP_SORT_PACKETS:
		return (double)item->counts.total.packets;
	case TOP_SORT_BYTES:
		return (double)item->counts.total.bytes;
	case TOP_SORT_NAME:
	case TOP_SORTS:
		break;
	}
	return 0;
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct sorter *s = arg;
	const struct top_item *x = &s->items[*(const uint32_t *)a];
	const struct top_item *y = &s->items[*(const uint32_t *)b];
	double vx = value_of(s, x), vy = value_of(s, y);

	if (vx > vy)
		return -1;
	if (vx < vy)
		return 1;
	return attachment_compare(&x->attachment, &y->attachment);
}

static bool is_selected(const struct top_model *model, size_t place)
{
	const struct weir_attachment *a = &model->items[model->order[place]].attachment;

	return a->slot == model->selected.slot &&
	       a->record.attached_at_ns == model->selected.attached_at_ns;
}

static void remember(struct top_model *model)
{
	const struct top_item *item = top_model_selected(model);

	if (item)
		model->selected = (struct top_id){ item->attachment.slot,
						   item->attachment.record.attached_at_ns };
}

void top_model_arrange(struct top_model *model, enum top_sort sort, enum top_unit unit,
		       const char *filter)
{
	struct sorter sorter = { model->items, sort, unit };

	model->shown = 0;
	for (size_t i = 0; i < model->count; i++) {
		if (top_matches(&model->items[i].attachment.record, filter))
			model->order[model->shown++] = (uint32_t)i;
	}
	if (model->shown)
		qsort_r(model->order, model->shown, sizeof(*model->order), compare, &sorter);
	for (size_t i = 0; i < model->shown; i++) {
		if (is_selected(model, i)) {
			model->cursor = i;
			return;
		}
	}
	/* it is gone: stay at the same row */
	top_model_move(model, 0);
}

void top_model_move(struct top_model *model, int rows)
{
	long place = (long)model->cursor + rows;

	if (place >= (long)model->shown)
		place = (long)model->shown - 1;
	model->cursor = place > 0 ? (size_t)place : 0;
	remember(model);
}

const struct top_item *top_model_at(const struct top_model *model, size_t place)
{
	return place < model->shown ? &model->items[model->order[place]] : NULL;
}

const struct top_item *top_model_selected(const struct top_model *model)
{
	return top_model_at(model, model->cursor);
}

bool top_is_egress(const struct top_item *item)
{
	return weir_hook_is_egress(item->attachment.record.hook);
}

const struct top_item *top_model_other_way(const struct top_model *model,
					   const struct top_item *item)
{
	const struct weir_slot *r = &item->attachment.record;

	for (size_t i = 0; i < model->count; i++) {
		const struct weir_slot *o = &model->items[i].attachment.record;

		if (o->netns_cookie == r->netns_cookie && o->ifindex == r->ifindex &&
		    o->object_id == r->object_id &&
		    top_is_egress(&model->items[i]) != top_is_egress(item))
			return &model->items[i];
	}
	return NULL;
}
