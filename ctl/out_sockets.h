/* SPDX-License-Identifier: GPL-2.0 */
/* out_sockets.h - sockets of processes, as a table and as JSON. */
#ifndef CTL_OUT_SOCKETS_H
#define CTL_OUT_SOCKETS_H

#include <jansson.h>
#include <stdio.h>
#include "datapath/weir.h"

/* 0 or -ENOMEM. */
int out_sockets(const struct weir_sockets *sockets, bool color, FILE *out);

/* A new reference, NULL if out of memory. */
json_t *json_sockets(const struct weir_sockets *sockets);

#endif
