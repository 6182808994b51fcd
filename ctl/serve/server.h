/* SPDX-License-Identifier: GPL-2.0 */
/*
 * server.h - the state of the server behind `ctl serve`: one thread and one loop, so that
 * nothing here is locked.
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
#define HTTP_HEADERS_MAX 16384  /* bytes, the request line included */
#define HTTP_IDLE_SECONDS 20    /* without a byte in either direction */
#define HTTP_REQUEST_SECONDS 30 /* from a connection's start, or its last answer, to a request */
#define HTTP_ANSWER_SECONDS 60  /* until an answer is taken */

struct event; /* what streams are sent, counted by reference */

struct connection {
	struct connection *next, **link;
	struct MHD_Connection *mhd;
	int fd;
	double since;  /* CLOCK_MONOTONIC: when the present wait began */
	bool bad_path; /* %00 or half an escape in the request line */
	bool begun;    /* headers are there */
	bool answering;
	bool counts; /* among those that are limited, see struct endpoint */
	bool streaming;
	bool suspended;
	bool waiting;        /* for a walk through all sockets */
	bool parked;         /* suspended for that */
	struct event *event; /* that is being sent */
	size_t sent;         /* of it */
	uint64_t event_number;
};

/* One walk through all sockets answers all who ask meanwhile, and for a second after it. */
struct http_sockets {
	struct weir_sockets list;
	bool walking;
	bool done; /* the list is whole, or there is why not */
	double done_at;
	int ret;
	struct weir_error err;
};

struct server {
	struct http_auth *auth;
	struct reader *reader;
	bool loopback;     /* nobody else can connect */
	char address[64];  /* that it listens on, without port */
	unsigned int most; /* documents made and not yet taken by their clients */
	struct MHD_Daemon *daemon;
	struct connection *connections;
	unsigned int under_way;
	bool broken; /* the reader is no more */
	bool stopping;
	struct prom_self self;
	struct weir_flow_usage highest; /* counters never go back but for a new table */
	struct weir_flows earlier;      /* flows, for rates */
	struct event *event;            /* the newest */
	struct weir_snapshot snapshot;  /* of that one */
	double next_event;
	struct health_window health; /* of the last minute */
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

/* A document, as its handler makes it. */
struct reply {
	FILE *out;        /* the body */
	const char *type; /* that of the endpoint, unless the handler says another */
	struct reply_header {
		const char *name;
		char value[64];
	} headers[REPLY_HEADERS];
	size_t header_count;
	struct weir_error err; /* the sentence, where the handler fails */
};

/*
 * A document by path. handle: 0; -EAGAIN: not yet, the connection is to wait, and it is called
 * again; -EINVAL: the query is wrong; other errors: it cannot be read; each with a sentence.
 */
struct endpoint {
	const char *path;
	const char *type;
	const char *const *parameters; /* ended by NULL */
	bool counts;                   /* among those of which only so many are under way */
	bool open;                     /* to those who do not prove who they are, too */
	int (*handle)(struct server *server, const struct query *query, struct reply *reply);
};

#endif
