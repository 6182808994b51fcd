/* SPDX-License-Identifier: GPL-2.0 */
/* labels.h - names for the parts of attachments, and their order. */
#ifndef CTL_ATTACH_LABELS_H
#define CTL_ATTACH_LABELS_H

#include "datapath/weir.h"

/* Returns the name of the namespace for a table: its name, "-" for the caller's, else "#COOKIE". */
const char *netns_label(const struct weir_attachment *attachment, char *buffer, size_t size);

/* Returns the title of the column of weir_target_name(). */
const char *target_title(bool interfaces_only);

/* Returns "counters,flows" and the like. */
const char *features_label(uint32_t features, char *buffer, size_t size);

const char *action_name(enum weir_action action);

/* Removes attachments outside the namespace of the context. */
void attachments_keep_here(struct weir_attachments *list);

/* Order by namespace, interface, hook. */
int attachment_compare(const struct weir_attachment *a, const struct weir_attachment *b);
void attachments_sort(struct weir_attachments *list);

#endif
