// SPDX-License-Identifier: GPL-2.0
/* view.c - see view.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/view.h"

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

const char *netns_label(const struct weir_attachment *attachment, char *buffer, size_t size)
{
	if (attachment->record.object_id && !attachment->record.netns_cookie) /* a cgroup */
		snprintf(buffer, size, "-");
	else if (attachment->record.netns_name[0])
		snprintf(buffer, size, "%s", attachment->record.netns_name);
	else if (attachment->here)
		snprintf(buffer, size, "-");
	else
		snprintf(buffer, size, "#%" PRIu64, (uint64_t)attachment->record.netns_cookie);
	return buffer;
}

bool is_interface(const struct weir_slot *record)
{
	return record->object_id == 0;
}

const char *target_label(const struct weir_slot *record)
{
	return is_interface(record) ? record->ifname : record->target;
}

bool verdict_possible(enum weir_hook hook, enum weir_verdict verdict)
{
	return verdict == WEIR_VERDICT_PASS || hook == WEIR_HOOK_SOCKET_FILTER;
}

const char *target_title(bool interfaces_only)
{
	return interfaces_only ? "INTERFACE" : "TARGET";
}

const char *features_label(uint32_t features, char *buffer, size_t size)
{
	size_t used = 0;

	buffer[0] = '\0';
	for (unsigned int bit = 0; weir_feature_name(bit); bit++) {
		if (features >> bit & 1 && used < size)
			used += (size_t)snprintf(buffer + used, size - used, "%s%s",
						 used ? "," : "", weir_feature_name(bit));
	}
	return buffer;
}

const char *action_name(enum weir_action action)
{
	static const char *const names[] = {
		[WEIR_ACTION_NONE] = "none",       [WEIR_ACTION_ATTACH] = "attach",
		[WEIR_ACTION_REPLACE] = "replace", [WEIR_ACTION_REATTACH] = "reattach",
		[WEIR_ACTION_DETACH] = "detach",
	};

	return names[action];
}

void attachments_keep_here(struct weir_attachments *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].here)
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

int attachment_compare(const struct weir_attachment *a, const struct weir_attachment *b)
{
	int order = strcmp(a->record.netns_name, b->record.netns_name);

	if (!order)
		order = strverscmp(target_label(&a->record), target_label(&b->record));
	if (!order)
		order = a->record.hook - b->record.hook;
	return order ? order : (int)a->slot - (int)b->slot;
}

static int compare_attachments(const void *a, const void *b)
{
	return attachment_compare(a, b);
}

static int compare_counts(const void *a, const void *b)
{
	const struct weir_slot_counts *x = a, *y = b;

	return attachment_compare(&x->attachment, &y->attachment);
}

void attachments_sort(struct weir_attachments *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), compare_attachments);
}

void snapshot_sort(struct weir_snapshot *snapshot)
{
	if (snapshot->count)
		qsort(snapshot->items, snapshot->count, sizeof(*snapshot->items), compare_counts);
}
