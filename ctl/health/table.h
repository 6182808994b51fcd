/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - prints health as a table and as JSON. */
#ifndef CTL_HEALTH_TABLE_H
#define CTL_HEALTH_TABLE_H

#include <stdbool.h>
#include <stdio.h>
#include "datapath/health/health.h"

/* Returns 0 or -ENOMEM. */
int out_health(const struct weir_health_report *report, bool color, FILE *out);

/* Returns 0 or -EIO. */
int json_health(const struct weir_health_report *report, bool pretty, FILE *out);

#endif
