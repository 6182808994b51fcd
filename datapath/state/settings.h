/* SPDX-License-Identifier: GPL-2.0 */
/* settings.h - live settings for the rest of datapath/. */
#ifndef WEIR_STATE_SETTINGS_H
#define WEIR_STATE_SETTINGS_H

#include "datapath/state/context.h"

/* Returns an unused instance number. Call it under the lock. */
int settings_next_instance(struct weir *weir, uint32_t *ret_instance, struct weir_error *err);

#endif
