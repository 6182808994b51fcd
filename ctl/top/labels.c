// SPDX-License-Identifier: GPL-2.0
/* labels.c - see labels.h. */
#include <stdio.h>
#include "ctl/attach/labels.h"
#include "ctl/top/canvas.h"
#include "ctl/top/labels.h"

const char *top_item_label(const struct top_item *item, char *buffer, size_t size)
{
	const struct weir_slot *r = &item->attachment.record;

	snprintf(buffer, size, "%s %s", weir_target_name(r), weir_hook_name(r->hook));
	return buffer;
}

uint8_t top_direction_style(const struct top_item *item)
{
	return top_is_egress(item) ? TOP_OUT : TOP_IN;
}
