/* SPDX-License-Identifier: GPL-2.0 */
/*
 * loop.h - the loop of the server. loop.c has the daemon and its limits, request.c the way
 * from a request to its answer, respond.c the answer, endpoints.c the documents by path,
 * stream.c the events.
 */
#ifndef CTL_SERVE_LOOP_H
#define CTL_SERVE_LOOP_H

#include "ctl/serve/server.h"

/* Serves on a bound socket until a signal. 0, or -errno with a sentence. */
int http_serve(struct server *server, int socket, struct weir_error *err);

#endif
