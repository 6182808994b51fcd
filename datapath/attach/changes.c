// SPDX-License-Identifier: GPL-2.0
/* changes.c - see changes.h. */
#include <errno.h>
#include <stdlib.h>
#include "datapath/attach/changes.h"

void weir_changes_free(struct weir_changes *changes)
{
	free(changes->items);
	*changes = (struct weir_changes){};
}

int changes_reserve(struct weir_changes *changes, size_t count)
{
	changes->items = calloc(count + 1, sizeof(*changes->items));
	return changes->items ? 0 : -ENOMEM;
}

void changes_add(struct weir_changes *changes, enum weir_action action, uint32_t slot,
		 const struct weir_slot *record)
{
	changes->items[changes->count++] = (struct weir_change){ action, slot, *record };
}
