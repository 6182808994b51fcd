/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - prints entries of `ctl tune` as a table and as JSON. */
#ifndef CTL_TUNE_TABLE_H
#define CTL_TUNE_TABLE_H

#include <stdio.h>
#include "datapath/tune/tune.h"

/* Returns 0 or -ENOMEM. */
int out_tune_list(const struct weir_tune_entries *entries, bool color, FILE *out);

/* Prints what a connection would get; entry NULL: nothing. */
int out_tune_match(const struct weir_tune_entry *entry, const char *connection, bool color,
		   FILE *out);

/* Returns 0 or -EIO. The shapes are in docs/json.md. entry NULL: no entry matches. */
int json_tune_list(const struct weir_tune_entries *entries, bool pretty, FILE *out);
int json_tune_added(const struct weir_tune_added *added, bool pretty, FILE *out);
int json_tune_match(const struct weir_tune_entry *entry, bool pretty, FILE *out);

#endif
