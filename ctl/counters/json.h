/* SPDX-License-Identifier: GPL-2.0 */
/* json.h - counters as JSON. The shape is in docs/json.md. */
#ifndef CTL_COUNTERS_JSON_H
#define CTL_COUNTERS_JSON_H

#include <stdio.h>
#include "ctl/counters/rates.h"

/* 0 or -EIO. rates: NULL if they are not asked for. */
int json_counters(const struct weir_snapshot *snapshot, const struct rates *rates, bool per_cpu,
		  bool pretty, FILE *out);

#endif
