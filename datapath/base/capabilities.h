/* SPDX-License-Identifier: GPL-2.0 */
/* capabilities.h - the capabilities of this process. */
#ifndef WEIR_BASE_CAPABILITIES_H
#define WEIR_BASE_CAPABILITIES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns true if capabilities needed to attach are missing; ret_names is a comma-separated list.
 */
bool capabilities_missing(char *ret_names, size_t size);

bool capability_present(int capability);

#endif
