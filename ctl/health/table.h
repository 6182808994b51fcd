/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - health for people and for scripts. */
#ifndef CTL_HEALTH_TABLE_H
#define CTL_HEALTH_TABLE_H

#include <stdbool.h>
#include <stdio.h>
#include "datapath/health/health.h"

/* 0 or -ENOMEM. */
int out_health(const struct weir_health_report *report, bool color, FILE *out);

/* 0 or -EIO. */
int json_health(const struct weir_health_report *report, bool pretty, FILE *out);

#endif
