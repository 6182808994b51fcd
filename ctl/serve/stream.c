// SPDX-License-Identifier: GPL-2.0
/*
 * stream.c - server-sent events: counters with rates every second, attachments every fifth second
 * and on each change. All streams share one reading. Slow clients miss whole events; there is no
 * queue for them.
 */
#include <errno.h>
#include <string.h>
#include "ctl/attach/json.h"
#include "ctl/attach/labels.h"
#include "ctl/counters/json.h"
#include "ctl/counters/rates.h"
#include "ctl/frame/watch.h"
#include "ctl/serve/query.h"
#include "ctl/serve/respond.h"
#include "ctl/serve/stream.h"
#include "ctl/write/json_stream.h"
#include "datapath/base/cleanup.h"

#define PERIOD 1.0 /* seconds */
#define STATUS_EVERY 5

struct event {
	unsigned int references;
	char *text;
	size_t size;
};

static void put(struct event *event)
{
	if (!event || --event->references)
		return;
	free(event->text);
	free(event);
}

/* --- events --- */

/* The document and an empty line must follow. */
static void begin_event(FILE *out, const char *name)
{
	fprintf(out, "event: %s\ndata: ", name);
}

static int end_event(FILE *out)
{
	return fputc('\n', out) < 0 ? -EIO : 0;
}

static void write_fault(struct server *server, FILE *out, int ret, const struct weir_error *err)
{
	struct json_stream js = { .out = out };

	if (ret == -EPIPE || ret == -ETIMEDOUT)
		server->broken = true;
	begin_event(out, "fault");
	js_fail(&js, err->text);
	js_end(&js);
	end_event(out);
}

static int write_status(struct server *server, FILE *out, struct weir_error *err)
{
	_cleanup_(reader_list_free) struct reader_list read = {};
	int ret = reader_list(server->reader, &read, err);

	if (ret)
		return ret;
	attachments_sort(&read.list);
	begin_event(out, "status");
	ret = json_status(&read.list, read.skip_loopback, false, out);
	return ret ? ret : end_event(out);
}

static bool same_slots(const struct weir_snapshot *a, const struct weir_snapshot *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct weir_attachment *x = &a->items[i].attachment,
					     *y = &b->items[i].attachment;

		if (x->slot != y->slot || x->record.instance != y->record.instance ||
		    x->record.program_id != y->record.program_id)
			return false;
	}
	return true;
}

static int write_counters(struct server *server, FILE *out, bool *ret_changed,
			  struct weir_error *err)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot now = {};
	_cleanup_(rates_free) struct rates rates = {};
	bool first = !server->snapshot.time_ns;
	int ret = reader_counters(server->reader, &now, err);

	if (ret)
		return ret;
	snapshot_sort(&now);
	if (rates_compute(&server->snapshot, &now, &rates) < 0)
		return -ENOMEM;
	*ret_changed = first || !same_slots(&server->snapshot, &now);
	begin_event(out, "counters");
	ret = json_counters(&now, &rates, false, false, out);
	if (!ret)
		ret = end_event(out);
	weir_snapshot_free(&server->snapshot);
	server->snapshot = now;
	now = (struct weir_snapshot){};
	return ret;
}

static void make_event(struct server *server)
{
	struct event *event = calloc(1, sizeof(*event));
	struct weir_error err = { "out of memory" };
	bool changed = false;
	FILE *out;
	int ret;

	out = event ? open_memstream(&event->text, &event->size) : NULL;
	if (!out) {
		free(event);
		return;
	}
	server->event_number++;
	fprintf(out, "id: %llu\n", (unsigned long long)server->event_number);
	ret = write_counters(server, out, &changed, &err);
	if (!ret && (changed || server->event_number % STATUS_EVERY == 0))
		ret = write_status(server, out, &err);
	if (ret)
		write_fault(server, out, ret, &err);
	event->references = 1;
	if (fclose(out) != 0) {
		put(event);
		return;
	}
	put(server->event);
	server->event = event;
}

/* --- sending --- */

static ssize_t next_bytes(void *cls, uint64_t position, char *buffer, size_t room)
{
	struct connection *c = ((void **)cls)[0];
	struct server *server = ((void **)cls)[1];
	size_t size;

	(void)position;
	if (server->stopping)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (c->event && c->sent == c->event->size) {
		put(c->event);
		c->event = NULL;
	}
	if (!c->event && server->event && c->event_number != server->event_number) {
		c->event = server->event;
		c->event->references++;
		c->event_number = server->event_number;
		c->sent = 0;
	}
	if (!c->event) {
		c->suspended = true;
		MHD_suspend_connection(c->mhd);
		return 0;
	}
	size = c->event->size - c->sent < room ? c->event->size - c->sent : room;
	memcpy(buffer, c->event->text + c->sent, size);
	c->sent += size;
	return (ssize_t)size;
}

enum MHD_Result http_stream_open(struct server *server, struct connection *c)
{
	struct MHD_Response *response;
	void **pair;

	if (server->self.streams >= HTTP_STREAMS) {
		server->self.rejected++;
		return http_send_fault(server, c, MHD_HTTP_SERVICE_UNAVAILABLE,
				       "too many streams are open");
	}
	pair = calloc(2, sizeof(*pair));
	if (!pair)
		return MHD_NO;
	pair[0] = c;
	pair[1] = server;
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, next_bytes, pair,
						     free);
	if (!response) {
		free(pair);
		return MHD_NO;
	}
	/* A reply to HEAD has no body, so next_bytes() will not be called. */
	c->streaming = true;
	c->event_number = 0;
	/* Rates need an earlier reading. With the first stream, take one now. */
	if (!server->self.streams++)
		server->next_event = 0;
	return http_send(server, c, MHD_HTTP_OK, "text/event-stream", response);
}

void http_stream_close(struct server *server, struct connection *c)
{
	put(c->event);
	c->event = NULL;
	c->streaming = c->suspended = false;
	server->self.streams--;
	if (server->self.streams)
		return;
	put(server->event);
	server->event = NULL;
	weir_snapshot_free(&server->snapshot);
}

static void wake_all(struct server *server)
{
	for (struct connection *c = server->connections; c; c = c->next) {
		if (!c->suspended)
			continue;
		c->suspended = false;
		MHD_resume_connection(c->mhd);
	}
}

unsigned int http_stream_run(struct server *server)
{
	double now = http_now();

	if (!server->self.streams)
		return 1000;
	if (now >= server->next_event) {
		make_event(server);
		wake_all(server);
		server->next_event = watch_next(server->next_event, PERIOD, now, http_now());
		return 0;
	}
	return 1 + (unsigned int)((server->next_event - now) * 1000);
}

void http_stream_end(struct server *server)
{
	wake_all(server);
	put(server->event);
	server->event = NULL;
}
