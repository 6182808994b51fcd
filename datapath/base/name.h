/* SPDX-License-Identifier: GPL-2.0 */
/* name.h - looks up the name of a number. */
#ifndef WEIR_BASE_NAME_H
#define WEIR_BASE_NAME_H

#include <stddef.h>
#include "datapath/base/cleanup.h"

/* Returns NULL if the number is not in the table. */
#define NAME(table, i) ((size_t)(i) < ARRAY_SIZE(table) ? (table)[i] : NULL)

#endif
