/* SPDX-License-Identifier: GPL-2.0 */
/* endpoints.h - the documents by path, and their handlers. */
#ifndef CTL_SERVE_ENDPOINTS_H
#define CTL_SERVE_ENDPOINTS_H

#include "ctl/serve/server.h"

extern const struct endpoint http_endpoints[]; /* ends with path NULL */

int http_flows(struct server *server, const struct query *query, struct reply *reply);
int http_where(struct server *server, const struct query *query, struct reply *reply);
int http_metrics(struct server *server, const struct query *query, struct reply *reply);
int http_tcp(struct server *server, const struct query *query, struct reply *reply);
int http_tune(struct server *server, const struct query *query, struct reply *reply);
int http_sockets(struct server *server, const struct query *query, struct reply *reply);
int http_drops(struct server *server, const struct query *query, struct reply *reply);
int http_health(struct server *server, const struct query *query, struct reply *reply);

/* Frees the earlier reading if it is too old for rates. */
void http_flows_forget(struct server *server);

/*
 * Continues the walk that connections wait for, in short steps. Returns true if there are more
 * steps.
 */
bool http_sockets_run(struct server *server);

/* Resumes all waiting connections, before the daemon stops. */
void http_sockets_end(struct server *server);

/* Reads health when it is due, so that the last minute is known. */
void http_health_run(struct server *server);

#endif
