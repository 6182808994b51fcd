/* SPDX-License-Identifier: GPL-2.0 */
/* losses.h - losses counted by interfaces, in all namespaces. */
#ifndef WEIR_DROPS_LOSSES_H
#define WEIR_DROPS_LOSSES_H

#include "datapath/drops/drops.h"
#include "datapath/state/context.h"

struct losses {
	struct weir_drop_interface *items;
	size_t count;
};

/* here: only in the context's namespace. Skips namespaces that cannot be entered. */
int losses_read(struct weir *weir, bool here, struct losses *ret_losses);
void losses_free(struct losses *losses);

/* Leaves the differences in `now`, and removes interfaces without any. */
void losses_subtract(struct losses *now, const struct losses *before);

#endif
