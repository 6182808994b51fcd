// SPDX-License-Identifier: GPL-2.0
/* metrics.c - /metrics; see endpoints.h. */
#include <errno.h>
#include <string.h>
#include "ctl/serve/endpoints.h"
#include "datapath/base/cleanup.h"

static uint64_t resident_bytes(void)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/self/statm", "re");
	unsigned long long size, resident;

	if (!f || fscanf(f, "%llu %llu", &size, &resident) != 2)
		return 0;
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void raise_to(uint64_t *value, uint64_t *highest)
{
	if (*value < *highest)
		*value = *highest;
	*highest = *value;
}

/*
 * The evictions are the difference of two numbers that are not read atomically, and so may decrease
 * a little. Prometheus would take that for a restart, and count everything again.
 */
static void never_back(struct server *server, struct weir_flow_usage *usage)
{
	if (usage->inserted < server->highest.inserted)
		server->highest = (struct weir_flow_usage){};
	server->highest.inserted = usage->inserted;
	raise_to(&usage->evicted, &server->highest.evicted);
}

struct reading {
	struct reader_list list;
	struct weir_snapshot snapshot;
	struct reader_usage usage;
	struct reader_tcp tcp;
	struct weir_tune_entries tune;
	struct weir_drops drops;
	struct weir_health_report health, minute;
};

static void reading_free(struct reading *reading)
{
	reader_tcp_free(&reading->tcp);
	weir_tune_entries_free(&reading->tune);
	weir_drops_free(&reading->drops);
	weir_health_report_free(&reading->health);
	weir_health_report_free(&reading->minute);
	reader_list_free(&reading->list);
	weir_snapshot_free(&reading->snapshot);
}

/* The reader has exited, or cannot be used any more. */
static bool is_end(int ret)
{
	return ret == -EPIPE || ret == -ETIMEDOUT;
}

/*
 * Reads attachments and their counts. Leaves out what it cannot read, and fails only if the reader
 * has exited.
 */
static int read_counted(struct server *server, struct reading *reading, struct prom_view *view,
			struct weir_error *err)
{
	int ret = reader_list(server->reader, &reading->list, err);

	view->list = ret ? NULL : &reading->list.list;
	view->skip_loopback = reading->list.skip_loopback;
	if (!is_end(ret))
		ret = reader_counters(server->reader, &reading->snapshot, err);
	view->snapshot = ret ? NULL : &reading->snapshot;
	if (!is_end(ret))
		ret = reader_usage(server->reader, &reading->usage, err);
	if (!ret) {
		view->flows = &reading->usage.flows;
		view->maps = &reading->usage.maps;
		never_back(server, &reading->usage.flows);
	}
	return is_end(ret) ? -EPIPE : 0;
}

static int read_connections(struct server *server, struct reading *reading, struct prom_view *view,
			    struct weir_error *err)
{
	int ret = reader_tcp(server->reader, &reading->tcp, err);

	view->tcp = ret ? NULL : &reading->tcp.list;
	if (!is_end(ret))
		ret = reader_tune(server->reader, &reading->tune, err);
	view->tune = ret ? NULL : &reading->tune;
	return is_end(ret) ? -EPIPE : 0;
}

/*
 * Reads drops and health. If the kernel does not support them, that is not an error of the scrape.
 */
static int read_probes(struct server *server, struct reading *reading, struct prom_view *view,
		       struct weir_error *err)
{
	int ret = reader_drops(server->reader, &reading->drops, err);

	view->drops = ret ? NULL : &reading->drops;
	view->probe_failed = ret && ret != -ENOTSUP;
	if (!is_end(ret))
		ret = reader_health(server->reader, &reading->health, err);
	view->probe_failed |= ret && ret != -ENOTSUP;
	if (ret)
		return is_end(ret) ? -EPIPE : 0;
	view->health = &reading->health;
	if (health_window_report(&server->health, &reading->health, &reading->minute) == 0)
		view->minute = &reading->minute;
	return 0;
}

int http_metrics(struct server *server, const struct query *query, struct reply *reply)
{
	_cleanup_(reading_free) struct reading reading = {};
	struct prom_view view = {
		.self = &server->self,
		.openmetrics = prom_wants_openmetrics(query->accept),
	};
	double start = http_now();
	int ret;

	server->self.scrapes++;
	ret = read_counted(server, &reading, &view, &reply->err);
	if (!ret)
		ret = read_connections(server, &reading, &view, &reply->err);
	if (!ret)
		ret = read_probes(server, &reading, &view, &reply->err);
	if (ret)
		return ret;
	if (!prom_complete(&view))
		server->self.scrape_errors++;
	server->self.scrape_seconds = http_now() - start;
	server->self.resident_bytes = resident_bytes();
	if (view.openmetrics)
		reply->type = PROM_OPEN_TYPE;
	return out_prom(&view, reply->out);
}
