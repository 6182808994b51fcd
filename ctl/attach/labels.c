// SPDX-License-Identifier: GPL-2.0
/* labels.c - see labels.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/attach/labels.h"

const char *netns_label(const struct weir_attachment *attachment, char *buffer, size_t size)
{
	bool is_cgroup = weir_target_kind(&attachment->record) == WEIR_TARGET_CGROUP;

	if (!is_cgroup && attachment->record.netns_name[0])
		snprintf(buffer, size, "%s", attachment->record.netns_name);
	else if (is_cgroup || attachment->here)
		snprintf(buffer, size, "-");
	else
		snprintf(buffer, size, "#%" PRIu64, (uint64_t)attachment->record.netns_cookie);
	return buffer;
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
		order = strverscmp(weir_target_name(&a->record), weir_target_name(&b->record));
	if (!order)
		order = a->record.hook - b->record.hook;
	return order ? order : (int)a->slot - (int)b->slot;
}

static int compare_attachments(const void *a, const void *b)
{
	return attachment_compare(a, b);
}

void attachments_sort(struct weir_attachments *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), compare_attachments);
}
