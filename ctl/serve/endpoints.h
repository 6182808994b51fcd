/* SPDX-License-Identifier: GPL-2.0 */
/* endpoints.h - the documents by path, and what each is made by. */
#ifndef CTL_SERVE_ENDPOINTS_H
#define CTL_SERVE_ENDPOINTS_H

#include "ctl/serve/server.h"

extern const struct endpoint http_endpoints[]; /* ended by path NULL */

int http_flows(struct server *server, const struct query *query, struct reply *reply);
int http_where(struct server *server, const struct query *query, struct reply *reply);
int http_metrics(struct server *server, const struct query *query, struct reply *reply);
int http_tcp(struct server *server, const struct query *query, struct reply *reply);
int http_tune(struct server *server, const struct query *query, struct reply *reply);
int http_sockets(struct server *server, const struct query *query, struct reply *reply);
int http_drops(struct server *server, const struct query *query, struct reply *reply);
int http_health(struct server *server, const struct query *query, struct reply *reply);

/* A reading that is too old for rates is kept no longer. */
void http_flows_forget(struct server *server);

/* Goes on with what connections wait for, in short steps. Whether there is a next one. */
bool http_sockets_run(struct server *server);

/* Lets go whoever waits; before the daemon ends. */
void http_sockets_end(struct server *server);

/* Looks at health when it is time, so that there is a last minute to tell of. */
void http_health_run(struct server *server);

#endif
