/* SPDX-License-Identifier: GPL-2.0 */
/* doctor.h - checks what this machine supports. */
#ifndef WEIR_DOCTOR_DOCTOR_H
#define WEIR_DOCTOR_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/base/error.h"

struct weir;

enum weir_check_result { WEIR_CHECK_OK, WEIR_CHECK_LIMITED, WEIR_CHECK_MISSING };

struct weir_check {
	const char *name; /* of the feature, in plain words */
	enum weir_check_result result;
	char found[256];  /* what was found, or why the feature is missing */
	const char *cost; /* consequence for the user if it is missing */
};

struct weir_checks {
	struct weir_check *items;
	size_t count;
};

void weir_checks_free(struct weir_checks *checks);
int weir_doctor(struct weir *weir, struct weir_checks *ret_checks, struct weir_error *err);

#endif
