/* SPDX-License-Identifier: GPL-2.0 */
/*
 * http.h - the loop of the server. http.c has the daemon and its limits, http_request.c the way
 * from a request to its answer, http_respond.c the answer, http_api.c the documents by path,
 * http_stream.c the events.
 */
#ifndef CTL_HTTP_H
#define CTL_HTTP_H

#include "ctl/serve/server.h"

/* Serves on a bound socket until a signal. 0, or -errno with a sentence. */
int http_serve(struct server *server, int socket, struct weir_error *err);

#endif
