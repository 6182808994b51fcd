/* SPDX-License-Identifier: GPL-2.0 */
/* labels.h - labels of attachments in panels. */
#ifndef CTL_TOP_LABELS_H
#define CTL_TOP_LABELS_H

#include "ctl/top/model.h"

/* Formats "va tc-egress", for titles. */
const char *top_item_label(const struct top_item *item, char *buffer, size_t size);

uint8_t top_direction_style(const struct top_item *item);

#endif
