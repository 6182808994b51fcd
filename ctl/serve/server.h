/* SPDX-License-Identifier: GPL-2.0 */
/*
 * server.h - the state of the server of `ctl serve`. It has one thread and one loop, so there are
 * no locks.
 */
#ifndef CTL_SERVE_SERVER_H
#define CTL_SERVE_SERVER_H

#include <microhttpd.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include "ctl/health/window.h"
#include "ctl/metrics/prom.h"
#include "ctl/serve/auth.h"
#include "ctl/serve/reader/process.h"

#define HTTP_CONNECTIONS 256
#define HTTP_CONNECTIONS_PER_IP 64
#define HTTP_STREAMS 32
#define HTTP_HEADERS_MAX 16384  /* bytes, including the request line */
#define HTTP_IDLE_SECONDS 20    /* without a byte in either direction */
#define HTTP_REQUEST_SECONDS 30 /* from a connection's start or last reply to a request */
#define HTTP_ANSWER_SECONDS 60  /* until the client has read the reply */

struct event; /* an event of the streams, with a reference count */

struct connection {
	struct connection *next, **link;
	struct MHD_Connection *mhd;
	int fd;
	double since;  /* CLOCK_MONOTONIC: start of the present state */
	bool bad_path; /* the request line has %00 or a malformed escape */
	bool begun;    /* headers are complete */
	bool answering;
	bool counts; /* counts towards the limit of documents, see struct endpoint */
	bool streaming;
	bool suspended;
	bool waiting;        /* for a walk through all sockets */
	bool parked;         /* suspended meanwhile */
	struct event *event; /* being sent */
	size_t sent;         /* bytes of it sent so far */
	uint64_t event_number;
};

/*
 * The result of one walk through all sockets is sent to all clients that ask during the walk, and
 * for a second after it.
 */
struct http_sockets {
	struct weir_sockets list;
	bool walking;
	bool done; /* the list is complete, or the walk has failed */
	double done_at;
	int ret;
	struct weir_error err;
};

struct server {
	struct http_auth *auth;
	struct reader *reader;
	bool loopback;     /* only this machine can connect */
	char address[64];  /* local address, without port */
	unsigned int most; /* maximum of documents that clients have not yet read */
	struct MHD_Daemon *daemon;
	struct connection *connections;
	unsigned int under_way;
	bool broken; /* the reader has exited */
	bool stopping;
	struct prom_self self;
	struct weir_flow_usage highest; /* metrics must not decrease, except after a new table */
	struct weir_flows earlier;      /* earlier flows, for rates */
	struct event *event;            /* the latest event */
	struct weir_snapshot snapshot;  /* counters of the latest event */
	double next_event;
	struct health_window health; /* health in the last minute */
	double next_health;
	struct http_sockets sockets;
	uint64_t event_number;
};

static inline double http_now(void) /* CLOCK_MONOTONIC */
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#define HTTP_PARAMETERS 8

struct query {
	const char *names[HTTP_PARAMETERS];
	const char *values[HTTP_PARAMETERS];
	size_t count;
	const char *accept;
};

#define REPLY_HEADERS 4

/* A document that a handler produces. */
struct reply {
	FILE *out;        /* body */
	const char *type; /* type of the endpoint, unless the handler changes it */
	struct reply_header {
		const char *name;
		char value[64];
	} headers[REPLY_HEADERS];
	size_t header_count;
	struct weir_error err; /* if the handler fails */
};

/*
 * A document by path. `handle` returns 0; -EAGAIN if the connection has to wait, and calls it
 * again; -EINVAL for a wrong query; or other errors if reading fails. Errors have a sentence.
 */
struct endpoint {
	const char *path;
	const char *type;
	const char *const *parameters; /* ends with NULL */
	bool counts;                   /* counts towards the limit of documents */
	bool open;                     /* needs no authorization */
	int (*handle)(struct server *server, const struct query *query, struct reply *reply);
};

#endif
