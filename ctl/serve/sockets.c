// SPDX-License-Identifier: GPL-2.0
/*
 * sockets.c - /api/v1/sockets; see endpoints.h. A walk through all processes takes 0.1 ms a socket,
 * so it is split into steps, and the server handles other requests between them.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/serve/endpoints.h"
#include "ctl/serve/query.h"
#include "ctl/sockets/table.h"
#include "datapath/base/cleanup.h"

#define KEPT 1.0 /* seconds to keep a list */

static int append(struct weir_sockets *list, const struct weir_sockets *more)
{
	struct weir_socket *grown;

	if (!more->count)
		return 0;
	grown = realloc(list->items, (list->count + more->count) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	memcpy(grown + list->count, more->items, more->count * sizeof(*grown));
	list->items = grown;
	list->count += more->count;
	return 0;
}

static void wake_all(struct server *server)
{
	for (struct connection *c = server->connections; c; c = c->next) {
		if (!c->parked)
			continue;
		c->parked = false;
		MHD_resume_connection(c->mhd);
	}
}

static void forget(struct http_sockets *s)
{
	weir_sockets_free(&s->list);
	*s = (struct http_sockets){};
	malloc_trim(0);
}

bool http_sockets_run(struct server *server)
{
	struct reader_sockets found = {};
	struct http_sockets *s = &server->sockets;
	struct weir_error err = { "out of memory" };
	int ret;

	if (s->done && http_now() - s->done_at > KEPT)
		forget(s);
	if (!s->walking)
		return false;
	ret = reader_sockets(server->reader, &found, &err);
	if (!ret)
		ret = append(&s->list, &found.list);
	weir_sockets_free(&found.list);
	if (ret && !s->ret) {
		s->ret = ret;
		s->err = err;
	}
	if (found.more) /* even after a fault; otherwise the next walk would continue this one */
		return true;
	s->walking = false;
	s->done = true;
	s->done_at = http_now();
	weir_sockets_sort(&s->list);
	wake_all(server);
	return false;
}

void http_sockets_end(struct server *server)
{
	wake_all(server);
	forget(&server->sockets);
}

int http_sockets(struct server *server, const struct query *query, struct reply *reply)
{
	const char *pattern = query_value(query, "pattern");
	struct http_sockets *s = &server->sockets;

	if (!s->done) {
		s->walking = true;
		return -EAGAIN;
	}
	if (s->ret) {
		reply->err = s->err;
		return s->ret;
	}
	return json_sockets(&s->list, pattern && *pattern ? pattern : NULL, false, reply->out);
}
