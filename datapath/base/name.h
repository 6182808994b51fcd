/* SPDX-License-Identifier: GPL-2.0 */
/* name.h - the word for a number. */
#ifndef WEIR_BASE_NAME_H
#define WEIR_BASE_NAME_H

#include <stddef.h>
#include "datapath/base/cleanup.h"

/* NULL for a number that the table does not have. */
#define NAME(table, i) ((size_t)(i) < ARRAY_SIZE(table) ? (table)[i] : NULL)

#endif
