/* SPDX-License-Identifier: GPL-2.0 */
/* json.h - prints counters as JSON. docs/json.md describes it. */
#ifndef CTL_COUNTERS_JSON_H
#define CTL_COUNTERS_JSON_H

#include <stdio.h>
#include "ctl/counters/rates.h"

/* Returns 0 or -EIO. rates may be NULL. */
int json_counters(const struct weir_snapshot *snapshot, const struct rates *rates, bool per_cpu,
		  bool pretty, FILE *out);

#endif
