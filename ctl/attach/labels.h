/* SPDX-License-Identifier: GPL-2.0 */
/* labels.h - attachments: what stands for their parts where they are shown, and their order. */
#ifndef CTL_ATTACH_LABELS_H
#define CTL_ATTACH_LABELS_H

#include "datapath/weir.h"

/* What stands for the namespace in a table: its name, "-" for the caller's, else "#COOKIE". */
const char *netns_label(const struct weir_attachment *attachment, char *buffer, size_t size);

/* Title of a column of weir_target_name(). */
const char *target_title(bool interfaces_only);

/* "counters,flows" */
const char *features_label(uint32_t features, char *buffer, size_t size);

const char *action_name(enum weir_action action);

/* Drops what is not in the namespace of the context. */
void attachments_keep_here(struct weir_attachments *list);

/* In the order of namespace, interface, hook. */
int attachment_compare(const struct weir_attachment *a, const struct weir_attachment *b);
void attachments_sort(struct weir_attachments *list);

#endif
