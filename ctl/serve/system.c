// SPDX-License-Identifier: GPL-2.0
/* system.c - /api/v1/{tcp,tune,drops,health}; see endpoints.h. */
#include <errno.h>
#include <string.h>
#include "ctl/drops/rows.h"
#include "ctl/drops/table.h"
#include "ctl/health/table.h"
#include "ctl/serve/endpoints.h"
#include "ctl/serve/query.h"
#include "ctl/tcp/table.h"
#include "ctl/tune/table.h"
#include "datapath/base/cleanup.h"

#define TOP 100
#define TOP_MOST 10000

/* --- TCP connections --- */

struct asked_tcp {
	struct tcp_choice choice;
	struct weir_flow_filter *filter;
	enum tcp_sort sort;
	size_t top;
	bool histogram;
};

static void asked_free(struct asked_tcp *asked)
{
	weir_flow_filter_free(asked->filter);
}

static int understand(const struct query *query, struct asked_tcp *asked, struct weir_error *err)
{
	const char *filter = query_value(query, "filter");
	unsigned int state = 0;
	int ret = query_top(query, TOP, TOP_MOST, &asked->top, err);

	if (!ret)
		ret = query_flag(query, "closed", &asked->choice.ended, err);
	if (!ret)
		ret = query_flag(query, "histogram", &asked->histogram, err);
	if (!ret)
		ret = query_choice(query, "state", &tcp_state_choices, &state, err);
	if (ret)
		return ret;
	if (asked->choice.ended && state) {
		snprintf(err->text, sizeof(err->text), "closed and state exclude each other");
		return -EINVAL;
	}
	if (asked->histogram && query->count > 1) {
		snprintf(err->text, sizeof(err->text), "histogram excludes all other parameters");
		return -EINVAL;
	}
	ret = query_choice(query, "sort", &tcp_sort_choices, &asked->sort, err);
	if (ret)
		return ret;
	tcp_choice_state(&asked->choice, state);
	ret = filter && *filter ? query_filter(filter, &asked->filter, err) : 0;
	asked->choice.filter = asked->filter;
	return ret;
}

int http_tcp(struct server *server, const struct query *query, struct reply *reply)
{
	_cleanup_(reader_tcp_free) struct reader_tcp tcp = {};
	_cleanup_(asked_free) struct asked_tcp asked = {};
	_cleanup_(tcp_rows_free) struct tcp_rows rows = {};
	struct tcp_view view = { .list = &tcp.list, .rows = &rows, .choice = &asked.choice };
	int ret = understand(query, &asked, &reply->err);

	if (!ret)
		ret = reader_tcp(server->reader, &tcp, &reply->err);
	if (ret)
		return ret;
	if (asked.histogram)
		return json_tcp_histograms(&view, reply->out);
	ret = tcp_rows_build(&tcp.list, &asked.choice, asked.sort, asked.top, &rows);
	return ret ? ret : json_tcp(&view, reply->out);
}

/* --- tuning --- */

int http_tune(struct server *server, const struct query *query, struct reply *reply)
{
	_cleanup_(weir_tune_entries_free) struct weir_tune_entries entries = {};
	int ret = reader_tune(server->reader, &entries, &reply->err);

	(void)query;
	return ret ? ret : json_tune_list(&entries, false, reply->out);
}

/* --- drops, health --- */

int http_drops(struct server *server, const struct query *query, struct reply *reply)
{
	_cleanup_(weir_drops_free) struct weir_drops drops = {};
	struct drops_view view = { .drops = &drops, .by = DROP_BY_ALL };
	int ret = query_top(query, TOP, TOP_MOST, &view.top, &reply->err);

	if (!ret)
		ret = query_choices(query, "by", &drop_by_choices, &view.by, &reply->err);
	if (ret)
		return ret;
	ret = reader_drops(server->reader, &drops, &reply->err);
	if (ret)
		return ret;
	drop_rows_merge(&drops, view.by);
	return json_drops(&view, reply->out);
}

int http_health(struct server *server, const struct query *query, struct reply *reply)
{
	_cleanup_(weir_health_report_free) struct weir_health_report now = {}, minute = {};
	int ret = reader_health(server->reader, &now, &reply->err);

	(void)query;
	if (!ret)
		ret = health_window_report(&server->health, &now, &minute);
	return ret ? ret : json_health(&minute, false, reply->out);
}

void http_health_run(struct server *server)
{
	_cleanup_(weir_health_report_free) struct weir_health_report now = {};
	struct weir_error err;
	int ret;

	if (server->reader->words.health[0] || http_now() < server->next_health)
		return;
	server->next_health = http_now() + HEALTH_STEP;
	ret = reader_health(server->reader, &now, &err);
	if (ret == -EPIPE || ret == -ETIMEDOUT)
		server->broken = true;
	if (!ret) /* if out of memory, the window gets longer */
		(void)health_window_take(&server->health, &now);
}
