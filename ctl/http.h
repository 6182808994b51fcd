/* SPDX-License-Identifier: GPL-2.0 */
/*
 * http.h - the server behind `ctl serve`: one thread and one loop, so that nothing here is locked.
 * http.c has the daemon and its limits, http_request.c what becomes of a request, http_api.c,
 * http_metrics.c, http_flows.c, http_sockets.c and http_system.c the documents by path,
 * http_stream.c the events.
 */
#ifndef CTL_HTTP_H
#define CTL_HTTP_H

#include <jansson.h>
#include <microhttpd.h>
#include <stdio.h>
#include <sys/socket.h>
#include "ctl/health_window.h"
#include "ctl/http_auth.h"
#include "ctl/out_prom.h"
#include "ctl/reader.h"
#include "datapath/flow_filter.h"

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

/* What a document was made of, for its header Weir-Flows. */
struct http_looked_at {
	bool flows;
	size_t count; /* those with the most bytes */
	size_t of;
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
	struct http_looked_at looked_at; /* by the document that is being made */
	struct weir_flow_usage highest;  /* counters never go back but for a new table */
	struct weir_flows earlier;       /* flows, for rates */
	struct event *event;             /* the newest */
	struct weir_snapshot snapshot;   /* of that one */
	double next_event;
	struct health_window health; /* of the last minute */
	double next_health;
	struct http_sockets sockets;
	uint64_t event_number;
};

/* Serves on a bound socket until a signal. 0, or -errno with a sentence. */
int http_serve(struct server *server, int socket, struct weir_error *err);

double http_now(void); /* CLOCK_MONOTONIC */

/* --- http_request.c --- */

enum MHD_Result http_request(void *cls, struct MHD_Connection *mhd, const char *url,
			     const char *method, const char *version, const char *upload,
			     size_t *upload_size, void **request);

/* Sends and forgets the response; counts it. */
enum MHD_Result http_send(struct server *server, struct connection *connection, unsigned int status,
			  const char *type, struct MHD_Response *response);

/* --- http_api.c --- */

#define HTTP_PARAMETERS 8

struct query {
	const char *names[HTTP_PARAMETERS];
	const char *values[HTTP_PARAMETERS];
	size_t count;
	const char *accept;
};

/* The value, NULL if it was not given. */
const char *query_value(const struct query *query, const char *name);

/*
 * A document by path. produce: 0; -EAGAIN: not yet, the connection is to wait, and it is called
 * again; -EINVAL: the query is wrong; other errors: it cannot be read; each with a sentence.
 */
struct endpoint {
	const char *path;
	const char *type;
	const char *const *parameters; /* ended by NULL */
	bool counts;                   /* among those of which only so many are under way */
	bool open;                     /* to those who do not prove who they are, too */
	int (*produce)(struct server *server, const struct query *query, FILE *out,
		       struct weir_error *err);
};

extern const struct endpoint http_endpoints[]; /* ended by path NULL */

int http_flows(struct server *server, const struct query *query, FILE *out, struct weir_error *err);
int http_where(struct server *server, const struct query *query, FILE *out, struct weir_error *err);
int http_metrics(struct server *server, const struct query *query, FILE *out,
		 struct weir_error *err);
int http_tcp(struct server *server, const struct query *query, FILE *out, struct weir_error *err);
int http_tune(struct server *server, const struct query *query, FILE *out, struct weir_error *err);
int http_sockets(struct server *server, const struct query *query, FILE *out,
		 struct weir_error *err);
int http_drops(struct server *server, const struct query *query, FILE *out, struct weir_error *err);
int http_health(struct server *server, const struct query *query, FILE *out,
		struct weir_error *err);

/* A tree of jansson as json_print() would have it; frees it. NULL is -ENOMEM. */
int http_write_json(json_t *json, FILE *out);

/* The text of a filter of flows; -EINVAL with a sentence. */
int query_filter(const char *text, struct weir_flow_filter **ret_filter, struct weir_error *err);

/* A reading that is too old for rates is kept no longer. */
void http_flows_forget(struct server *server);

/* Goes on with what connections wait for, in short steps. Whether there is a next one. */
bool http_sockets_run(struct server *server);

/* Lets go whoever waits; before the daemon ends. */
void http_sockets_end(struct server *server);

/* Looks at health when it is time, so that there is a last minute to tell of. */
void http_health_run(struct server *server);

/* "1" or "true", "0" or "false"; -EINVAL with a sentence. */
int query_flag(const struct query *query, const char *name, bool *ret_on, struct weir_error *err);

/* From 1 to most; `most` where it is not given, or too high. */
int query_top(const struct query *query, size_t usual, size_t most, size_t *ret_top,
	      struct weir_error *err);

/* --- http_stream.c --- */

enum MHD_Result http_stream_open(struct server *server, struct connection *connection);
void http_stream_close(struct server *server, struct connection *connection);

/* Sends what is due; returns the milliseconds until the next. */
unsigned int http_stream_run(struct server *server);
void http_stream_end(struct server *server);

#endif
