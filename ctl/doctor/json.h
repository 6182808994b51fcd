/* SPDX-License-Identifier: GPL-2.0 */
/* json.h - formats the checks of doctor as JSON. */
#ifndef CTL_DOCTOR_JSON_H
#define CTL_DOCTOR_JSON_H

#include <stdio.h>
#include "datapath/weir.h"

/* Returns 0 or -EIO. */
int json_checks(const struct weir_checks *checks, bool pretty, FILE *out);

#endif
