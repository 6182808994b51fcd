/* SPDX-License-Identifier: GPL-2.0 */
/*
 * loop.h - the main loop of the server. loop.c has the daemon and its limits, request.c handles
 * requests, respond.c sends replies, endpoints.c has the documents by path, stream.c the events.
 */
#ifndef CTL_SERVE_LOOP_H
#define CTL_SERVE_LOOP_H

#include "ctl/serve/server.h"

/* Serves on a bound socket until a signal arrives. Returns 0, or -errno with a sentence. */
int http_serve(struct server *server, int socket, struct weir_error *err);

#endif
