/* SPDX-License-Identifier: GPL-2.0 */
/* json.h - formats the checks of doctor as JSON. */
#ifndef CTL_DOCTOR_JSON_H
#define CTL_DOCTOR_JSON_H

#include <jansson.h>
#include "datapath/weir.h"

/* Returns a new reference, NULL if out of memory. */
json_t *json_checks(const struct weir_checks *checks);

#endif
