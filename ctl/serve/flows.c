// SPDX-License-Identifier: GPL-2.0
/* flows.c - /api/v1/flows and /api/v1/where; see endpoints.h. */
#include <errno.h>
#include <malloc.h>
#include <string.h>
#include "ctl/flows/table.h"
#include "ctl/serve/endpoints.h"
#include "ctl/serve/query.h"
#include "ctl/where/question.h"
#include "ctl/where/table.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/base/growth.h"
#include "datapath/flows/flows.h"

#define TOP 100
#define TOP_MOST 10000

/*
 * Limits of the time between two readings for rates, in seconds: less is inaccurate, and more is
 * not recent.
 */
#define RATE_MIN 0.5
#define RATE_MAX 15

struct asked {
	struct flow_rows_request rows;
	enum flow_sort sort;
	size_t top;
	bool rate;
	struct weir_flow_filter *filter;
};

static void asked_free(struct asked *asked)
{
	weir_flow_filter_free(asked->filter);
}

static int understand(const struct query *query, struct asked *asked, struct weir_error *err)
{
	const char *filter = query_value(query, "filter");
	bool both;
	int ret = query_top(query, TOP, TOP_MOST, &asked->top, err);

	if (!ret)
		ret = query_flag(query, "bidirectional", &both, err);
	if (!ret)
		ret = query_flag(query, "rate", &asked->rate, err);
	if (!ret)
		ret = query_choice(query, "by", &flow_by_choices, &asked->rows.by, err);
	if (!ret)
		ret = query_choice(query, "sort", &flow_sort_choices, &asked->sort, err);
	if (ret)
		return ret;
	asked->rate |= asked->sort == FLOW_SORT_RATE;
	asked->rows.apart = asked->rows.by == FLOW_BY_FLOW && !both;
	return filter && *filter ? query_filter(filter, &asked->filter, err) : 0;
}

/* --- flows --- */

/* Reads flows. If small ones were left out, a header has the number of all. */
static int read_flows(struct server *server, struct reply *reply, struct weir_flows *ret_flows)
{
	struct reader_flows read;
	int ret = reader_flows(server->reader, &read, &reply->err);

	if (ret)
		return ret;
	reply_header(reply, "Weir-Flows", "%zu of %zu", read.flows.count, read.seen);
	*ret_flows = read.flows;
	return 0;
}

/* Moves the wanted flows to the front and sets the count to theirs. The others stay after them. */
static void keep(struct weir_flows *flows,
		 bool (*wanted)(const struct weir_flow_info *, const struct weir_attachment *,
				void *),
		 void *arg)
{
	const struct weir_attachment *of[WEIR_SLOTS] = {};
	size_t kept = 0;

	for (size_t i = 0; i < flows->attachments.count; i++)
		of[flows->attachments.items[i].slot] = &flows->attachments.items[i];
	for (size_t i = 0; i < flows->count; i++) {
		const struct weir_flow_info flow = flows->items[i];
		const struct weir_attachment *at = of[flow.slot % WEIR_SLOTS];

		if (!at || !wanted(&flow, at, arg))
			continue;
		flows->items[i] = flows->items[kept];
		flows->items[kept++] = flow;
	}
	flows->count = kept;
}

struct matching {
	const struct weir_flow_filter *filter;
	uint64_t now_ns;
};

static bool matches(const struct weir_flow_info *flow, const struct weir_attachment *at, void *arg)
{
	const struct matching *m = arg;

	return weir_flow_filter_match(m->filter, flow, at, m->now_ns);
}

/* Returns true if the time between the readings is within the limits. */
static bool makes_rates(const struct weir_flows *before, const struct weir_flows *now)
{
	double seconds = growth_seconds(before->monotonic_ns, now->monotonic_ns);

	return seconds >= RATE_MIN && seconds <= RATE_MAX;
}

/*
 * Builds rows of both readings, and the rates. There may be 100,000 flows, and a row is larger than
 * a flow, so free memory as early as possible. Frees the earlier reading.
 */
static int build_rows(const struct asked *asked, struct weir_flows *before,
		      const struct weir_flows *now, struct flow_rows *ret_rows)
{
	_cleanup_(flow_rows_free) struct flow_rows rows = {}, then = {};
	int ret = before->monotonic_ns ? flow_rows_base(before, asked->rows.apart, &then) : 0;

	weir_flows_free(before);
	if (!ret)
		ret = flow_rows_base(now, asked->rows.apart, &rows);
	if (!ret)
		ret = flow_rows_rates(&then, &rows);
	flow_rows_free(&then);
	if (!ret)
		ret = flow_rows_sum(asked->rows.by, &rows);
	if (ret)
		return ret;
	*ret_rows = rows;
	rows = (struct flow_rows){};
	return 0;
}

static int write_flows(const struct asked *asked, struct weir_flows *before,
		       struct weir_flows *flows, FILE *out)
{
	_cleanup_(flow_rows_free) struct flow_rows rows = {};
	_cleanup_(flow_order_free) struct flow_order order = {};
	struct matching matching = { asked->filter, clock_ns(CLOCK_REALTIME) };
	struct flows_view view = {
		.flows = flows,
		.rows = &rows,
		.order = &order,
		.by = asked->rows.by,
		.apart = asked->rows.apart,
		.seen = flows->count,
	};
	int ret;

	if (asked->filter) {
		keep(flows, matches, &matching);
		keep(before, matches, &matching);
	}
	ret = build_rows(asked, before, flows, &rows);
	if (!ret)
		ret = flow_rows_order(&rows, asked->sort, asked->top, &order);
	if (!ret)
		ret = json_flows(&view, out);
	flows->count = view.seen; /* restore the full count */
	return ret;
}

/*
 * Keeps the reading for the rates of the next request, unless several clients ask at the same time.
 * Takes ownership.
 */
static void keep_for_rates(struct server *server, struct weir_flows *flows)
{
	if (server->earlier.monotonic_ns &&
	    growth_seconds(server->earlier.monotonic_ns, flows->monotonic_ns) < RATE_MIN)
		return;
	weir_flows_free(&server->earlier);
	server->earlier = *flows;
	*flows = (struct weir_flows){};
}

/*
 * Takes the earlier reading out of the server for the comparison; no other request can use it then.
 */
int http_flows(struct server *server, const struct query *query, struct reply *reply)
{
	_cleanup_(weir_flows_free) struct weir_flows flows = {}, before = {};
	_cleanup_(asked_free) struct asked asked = {};
	int ret = understand(query, &asked, &reply->err);

	if (!ret)
		ret = read_flows(server, reply, &flows);
	if (ret)
		return ret;
	if (asked.rate && makes_rates(&server->earlier, &flows)) {
		before = server->earlier;
		server->earlier = (struct weir_flows){};
	}
	ret = write_flows(&asked, &before, &flows, reply->out);
	if (asked.rate)
		keep_for_rates(server, &flows);
	return ret;
}

void http_flows_forget(struct server *server)
{
	uint64_t then_ns = server->earlier.monotonic_ns;

	if (growth_seconds(then_ns, clock_ns(CLOCK_MONOTONIC)) < RATE_MAX)
		return;
	weir_flows_free(&server->earlier);
	malloc_trim(0);
}

/* --- where --- */

static int not_understood(int ret, const struct where_fault *fault, struct weir_error *err)
{
	snprintf(err->text, sizeof(err->text), "%s",
		 ret == -EINVAL ? fault->filter.text : "out of memory");
	return ret;
}

static int where_of_flows(struct server *server, struct where_question *question,
			  const struct weir_attachments *list, struct reply *reply,
			  struct where *ret_where)
{
	const struct flow_rows_request request = { .by = FLOW_BY_FLOW, .apart = true };
	_cleanup_(weir_flows_free) struct weir_flows flows = {};
	_cleanup_(flow_rows_free) struct flow_rows rows = {};
	int ret = read_flows(server, reply, &flows);

	if (ret)
		return ret;
	question->now_ns = clock_ns(CLOCK_REALTIME);
	keep(&flows, where_question_wants, question);
	ret = flow_rows_build(NULL, &flows, &request, &rows);
	return ret ? ret : where_flows(list, &rows, ret_where);
}

static int where_of_interfaces(struct server *server, struct where_question *question,
			       const struct weir_attachments *list, struct reply *reply,
			       struct where *ret_where)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	int ret = reader_counters(server->reader, &snapshot, &reply->err);

	return ret ? ret
		   : where_interfaces(list, NULL, &snapshot, where_question_chooses, question,
				      ret_where);
}

int http_where(struct server *server, const struct query *query, struct reply *reply)
{
	_cleanup_(reader_list_free) struct reader_list read = {};
	_cleanup_(where_question_free) struct where_question question = {
		.text = query_value(query, "q"),
	};
	_cleanup_(where_free) struct where where = {};
	struct where_view view = { .where = &where, .expression = question.text };
	struct where_fault fault = {};
	int ret = query_top(query, TOP, TOP_MOST, &view.top, &reply->err);

	if (ret)
		return ret;
	if (!question.text || !*question.text) {
		snprintf(reply->err.text, sizeof(reply->err.text),
			 "parameter q is missing: name an interface or a flow");
		return -EINVAL;
	}
	question.one_word = !strchr(question.text, ' ');
	ret = reader_list(server->reader, &read, &reply->err);
	if (ret)
		return ret;
	ret = where_question_understand(&question, NULL, &read.list, &fault);
	if (ret)
		return not_understood(ret, &fault, &reply->err);
	view.interface = question.ifname[0] != '\0';
	ret = view.interface ? where_of_interfaces(server, &question, &read.list, reply, &where)
			     : where_of_flows(server, &question, &read.list, reply, &where);
	return ret ? ret : json_where(&view, reply->out);
}
