/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - prints sockets of processes as a table and as JSON. */
#ifndef CTL_SOCKETS_TABLE_H
#define CTL_SOCKETS_TABLE_H

#include <stdbool.h>
#include <stdio.h>
#include "datapath/weir.h"

/* Returns 0 or -ENOMEM. */
int out_sockets(const struct weir_sockets *sockets, bool color, FILE *out);

/* Prints the sockets that socket_match() selects; pattern NULL: all. Returns 0 or -EIO. */
int json_sockets(const struct weir_sockets *sockets, const char *pattern, bool pretty, FILE *out);

#endif
