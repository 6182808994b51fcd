/* SPDX-License-Identifier: GPL-2.0 */
/* stream.h - /api/v1/stream: server-sent events. */
#ifndef CTL_SERVE_STREAM_H
#define CTL_SERVE_STREAM_H

#include "ctl/serve/server.h"

enum MHD_Result http_stream_open(struct server *server, struct connection *connection);
void http_stream_close(struct server *server, struct connection *connection);

/* Sends events that are due. Returns the milliseconds until the next one. */
unsigned int http_stream_run(struct server *server);
void http_stream_end(struct server *server);

#endif
