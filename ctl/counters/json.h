/* SPDX-License-Identifier: GPL-2.0 */
/* json.h - counters as JSON. */
#ifndef CTL_COUNTERS_JSON_H
#define CTL_COUNTERS_JSON_H

#include <jansson.h>
#include "ctl/counters/rates.h"

/* A new reference, NULL if out of memory. rates: NULL for none. */
json_t *json_counters(const struct weir_snapshot *snapshot, const struct rates *rates,
		      bool per_cpu);

#endif
