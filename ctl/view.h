/* SPDX-License-Identifier: GPL-2.0 */
/* view.h - what is worked out of snapshots before anything is rendered. */
#ifndef CTL_VIEW_H
#define CTL_VIEW_H

#include "datapath/weir.h"

struct rate {
	bool known; /* false for a slot that the earlier snapshot lacks */
	double packets_per_second;
	double bits_per_second;
};

/* By index of the later snapshot. */
struct rates {
	struct rate *items;
	size_t count;
	double seconds;
};

void rates_free(struct rates *rates);

/* Rates between two snapshots; slots are matched by number and attach time. 0 or -ENOMEM. */
int rates_compute(const struct weir_snapshot *before, const struct weir_snapshot *after,
		  struct rates *ret_rates);

/* After a reading with reset: the totals from which the next one goes on, which are 0. */
void snapshot_reset(struct weir_snapshot *snapshot);

/* What stands for the namespace in a table: its name, "-" for the caller's, else "#COOKIE". */
const char *netns_label(const struct weir_attachment *attachment, char *buffer, size_t size);

/* What an attachment is attached to: "eth0", "/system.slice", "udp 127.0.0.1:53". */
const char *target_label(const struct weir_slot *record);
bool is_interface(const struct weir_slot *record);

/* Whether packets can meet such an end at that hook at all. */
bool verdict_possible(enum weir_hook hook, enum weir_verdict verdict);

/* Title of a column of such labels. */
const char *target_title(bool interfaces_only);

/* "counters,flows" */
const char *features_label(uint32_t features, char *buffer, size_t size);

const char *action_name(enum weir_action action);

/* Drops what is not in the namespace of the context. */
void attachments_keep_here(struct weir_attachments *list);

/* In the order of namespace, interface, hook. */
int attachment_compare(const struct weir_attachment *a, const struct weir_attachment *b);
void attachments_sort(struct weir_attachments *list);
void snapshot_sort(struct weir_snapshot *snapshot);

#endif
