/* SPDX-License-Identifier: GPL-2.0 */
/* capabilities.h - which capabilities this process has. */
#ifndef WEIR_BASE_CAPABILITIES_H
#define WEIR_BASE_CAPABILITIES_H

#include <stdbool.h>
#include <stddef.h>

/* Names, comma-separated, of the capabilities that attaching needs and this process lacks. */
bool capabilities_missing(char *ret_names, size_t size);

bool capability_present(int capability);

#endif
