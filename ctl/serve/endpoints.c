// SPDX-License-Identifier: GPL-2.0
/* endpoints.c - the documents by path; see endpoints.h. They are the same as those of ctl -j. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/attach/json.h"
#include "ctl/attach/labels.h"
#include "ctl/counters/json.h"
#include "ctl/counters/rates.h"
#include "ctl/serve/endpoints.h"
#include "ctl/serve/query.h"
#include "datapath/base/cleanup.h"

static int status(struct server *server, const struct query *query, struct reply *reply)
{
	_cleanup_(reader_list_free) struct reader_list read = {};
	int ret = reader_list(server->reader, &read, &reply->err);

	(void)query;
	if (ret)
		return ret;
	attachments_sort(&read.list);
	return json_status(&read.list, read.skip_loopback, false, reply->out);
}

static int counters(struct server *server, const struct query *query, struct reply *reply)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	bool per_cpu;
	int ret = query_flag(query, "per_cpu", &per_cpu, &reply->err);

	if (!ret)
		ret = reader_counters(server->reader, &snapshot, &reply->err);
	if (ret)
		return ret;
	snapshot_sort(&snapshot);
	return json_counters(&snapshot, NULL, per_cpu, false, reply->out);
}

static int healthz(struct server *server, const struct query *query, struct reply *reply)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	int ret = reader_counters(server->reader, &snapshot, &reply->err);

	(void)query;
	if (ret)
		return ret;
	fputs("ok\n", reply->out);
	return 0;
}

static const char *const counters_parameters[] = { "per_cpu", NULL };
static const char *const flows_parameters[] = {
	"filter", "by", "sort", "top", "bidirectional", "rate", NULL,
};
static const char *const where_parameters[] = { "q", "top", NULL };
static const char *const tcp_parameters[] = {
	"filter", "state", "closed", "sort", "top", "histogram", NULL,
};
static const char *const drops_parameters[] = { "by", "top", NULL };
static const char *const sockets_parameters[] = { "pattern", NULL };

#define JSON "application/json"

const struct endpoint http_endpoints[] = {
	{ "/metrics", PROM_TEXT_TYPE, NULL, true, false, http_metrics },
	{ "/healthz", "text/plain; charset=utf-8", NULL, true, true, healthz },
	{ "/api/v1/status", JSON, NULL, true, false, status },
	{ "/api/v1/counters", JSON, counters_parameters, true, false, counters },
	{ "/api/v1/flows", JSON, flows_parameters, true, false, http_flows },
	{ "/api/v1/where", JSON, where_parameters, true, false, http_where },
	{ "/api/v1/tcp", JSON, tcp_parameters, true, false, http_tcp },
	{ "/api/v1/tune", JSON, NULL, true, false, http_tune },
	{ "/api/v1/sockets", JSON, sockets_parameters, true, false, http_sockets },
	{ "/api/v1/drops", JSON, drops_parameters, true, false, http_drops },
	{ "/api/v1/health", JSON, NULL, true, false, http_health },
	{},
};
