/* SPDX-License-Identifier: GPL-2.0 */
/* losses.h - what interfaces count as lost, of all namespaces. */
#ifndef WEIR_DROPS_LOSSES_H
#define WEIR_DROPS_LOSSES_H

#include "datapath/drops/drops.h"
#include "datapath/state/context.h"

struct losses {
	struct weir_drop_interface *items;
	size_t count;
};

/* here: only of the context's namespace. One that cannot be entered is left out. */
int losses_read(struct weir *weir, bool here, struct losses *ret_losses);
void losses_free(struct losses *losses);

/* Keeps what grew, and only interfaces with some. */
void losses_subtract(struct losses *now, const struct losses *before);

#endif
