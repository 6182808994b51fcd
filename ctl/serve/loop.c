// SPDX-License-Identifier: GPL-2.0
/* loop.c - the daemon, its connections and limits; see loop.h. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "ctl/frame/watch.h"
#include "ctl/serve/endpoints.h"
#include "ctl/serve/loop.h"
#include "ctl/serve/request.h"
#include "ctl/serve/stream.h"
#include "datapath/base/cleanup.h"

#define SEND_BUFFER 131072 /* the kernel's buffer for a connection */

static struct connection *connection_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static void opened(struct server *server, struct MHD_Connection *mhd, void **context)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct connection *c = calloc(1, sizeof(*c));
	int size = SEND_BUFFER;

	*context = c; /* NULL: requests are not answered */
	if (!c)
		return;
	c->mhd = mhd;
	c->fd = info ? info->connect_fd : -1;
	c->since = http_now();
	/*
	 * Keep documents of megabytes in this process, where they are limited, and not in the
	 * kernel.
	 */
	setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	c->next = server->connections;
	c->link = &server->connections;
	if (c->next)
		c->next->link = &c->next;
	server->connections = c;
}

static void closed(struct connection *c)
{
	if (!c)
		return;
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	free(c);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		opened(cls, mhd, context);
	else
		closed(*context);
}

/* Reject malformed escapes and %00: a proxy in front may decode them to another path. */
static bool bad_escape(const char *uri)
{
	for (const char *at = uri; (at = strchr(at, '%')); at++) {
		if (strspn(at + 1, "0123456789abcdefABCDEF") < 2 || strncmp(at, "%00", 3) == 0)
			return true;
	}
	return false;
}

/* Called first for each request. Its return value is `request` in later calls. */
static void *on_request_line(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct connection *c = connection_of(mhd);

	(void)cls;
	if (c)
		c->bad_path = bad_escape(uri);
	return c;
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **request,
			 enum MHD_RequestTerminationCode code)
{
	struct server *server = cls;
	struct connection *c = connection_of(mhd);

	(void)code;
	*request = NULL;
	if (!c)
		return;
	if (c->counts)
		server->under_way--;
	if (c->streaming)
		http_stream_close(server, c);
	c->counts = c->begun = c->answering = c->waiting = c->parked = false;
	c->since = http_now();
}

/* The library's timeout restarts with each byte, so a slow client could stay forever. */
static void end_overdue(struct server *server)
{
	double now = http_now();

	for (struct connection *c = server->connections; c; c = c->next) {
		double patience = c->answering ? HTTP_ANSWER_SECONDS : HTTP_REQUEST_SECONDS;

		if (!c->streaming && now - c->since > patience)
			shutdown(c->fd, SHUT_RDWR);
	}
}

static void nothing_logged(void *cls, const char *format, va_list args)
{
	(void)cls;
	(void)format;
	(void)args;
}

static struct MHD_Daemon *start(struct server *server, int socket)
{
	const struct http_auth *auth = server->auth;
	const struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, auth->certificate },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, auth->key },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0,
		  (void *)"SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
		{ MHD_OPTION_END, 0, NULL },
	};
	const struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
	unsigned int flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
			     (auth->certificate ? MHD_USE_TLS : 0);

	return MHD_start_daemon(flags, 0, NULL, NULL, http_request, server,
				MHD_OPTION_EXTERNAL_LOGGER, nothing_logged, NULL,
				MHD_OPTION_LISTEN_SOCKET, socket, MHD_OPTION_CONNECTION_LIMIT,
				HTTP_CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
				HTTP_CONNECTIONS_PER_IP, MHD_OPTION_CONNECTION_TIMEOUT,
				HTTP_IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				(size_t)HTTP_HEADERS_MAX, MHD_OPTION_NOTIFY_CONNECTION,
				on_connection, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
				server, MHD_OPTION_URI_LOG_CALLBACK, on_request_line, server,
				MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY,
				auth->certificate ? tls : none, MHD_OPTION_END);
}

int http_serve(struct server *server, int socket, struct weir_error *err)
{
	struct timespec now;
	unsigned int wait;

	clock_gettime(CLOCK_REALTIME, &now);
	server->self.start_seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
	server->daemon = start(server, socket);
	if (!server->daemon) {
		close(socket);
		snprintf(err->text, sizeof(err->text), "cannot start the server%s",
			 server->auth->certificate
				 ? ": are certificate and key PEM, and do they match?"
				 : "");
		return -EIO;
	}
	while (!watch_stopped() && !server->broken) {
		http_health_run(server);
		http_flows_forget(server);
		wait = http_stream_run(server);
		MHD_run_wait(server->daemon, http_sockets_run(server) ? 0 : (int)wait);
		end_overdue(server);
	}
	server->stopping = true;
	http_stream_end(server);
	http_sockets_end(server);
	MHD_stop_daemon(server->daemon);
	weir_flows_free(&server->earlier);
	weir_snapshot_free(&server->snapshot);
	health_window_free(&server->health);
	if (!server->broken)
		return 0;
	snprintf(err->text, sizeof(err->text), "the process that reads the maps has exited");
	return -EPIPE;
}
