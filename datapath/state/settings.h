/* SPDX-License-Identifier: GPL-2.0 */
/* settings.h - live settings, as far as the rest of datapath/ needs them. */
#ifndef WEIR_STATE_SETTINGS_H
#define WEIR_STATE_SETTINGS_H

#include "datapath/state/context.h"

/* A number that no other attachment has. Call under the lock. */
int settings_next_instance(struct weir *weir, uint32_t *ret_instance, struct weir_error *err);

#endif
