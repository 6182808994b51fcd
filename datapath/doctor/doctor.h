/* SPDX-License-Identifier: GPL-2.0 */
/* doctor.h - what this machine offers. */
#ifndef WEIR_DOCTOR_DOCTOR_H
#define WEIR_DOCTOR_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/base/error.h"

struct weir;

enum weir_check_result { WEIR_CHECK_OK, WEIR_CHECK_LIMITED, WEIR_CHECK_MISSING };

struct weir_check {
	const char *name; /* plain description */
	enum weir_check_result result;
	char found[256];  /* what was found, and why not */
	const char *cost; /* what it costs the user where it is missing */
};

struct weir_checks {
	struct weir_check *items;
	size_t count;
};

void weir_checks_free(struct weir_checks *checks);
int weir_doctor(struct weir *weir, struct weir_checks *ret_checks, struct weir_error *err);

#endif
