/* SPDX-License-Identifier: GPL-2.0 */
/* respond.h - sends replies. */
#ifndef CTL_SERVE_RESPOND_H
#define CTL_SERVE_RESPOND_H

#include "ctl/serve/server.h"

/* Counts the response, sends it and drops the reference. */
enum MHD_Result http_send(struct server *server, struct connection *connection, unsigned int status,
			  const char *type, struct MHD_Response *response);

/* Sends {"error": SENTENCE}. */
enum MHD_Result http_send_fault(struct server *server, struct connection *connection,
				unsigned int status, const char *sentence);

#endif
