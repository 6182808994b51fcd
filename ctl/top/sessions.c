// SPDX-License-Identifier: GPL-2.0
/* sessions.c - see sessions.h. */
#include <errno.h>
#include <malloc.h>
#include <string.h>
#include "ctl/top/flows.h"
#include "ctl/top/sessions.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/flows/flows.h"

void top_probe_free(struct top_probe *probe)
{
	weir_drops_close(probe->drops);
	weir_close(probe->weir);
	*probe = (struct top_probe){};
}

/* Time of the next reading, by the cost of the last. */
static uint64_t next_time(const struct top_view *view, uint64_t began)
{
	double cost = (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - began) / 1e9;

	return clock_ns(CLOCK_MONOTONIC) +
	       (uint64_t)(top_flows_pause(view->interval * 0.9, cost) * 1e9);
}

static void open_session(struct top_probe *probe, const struct invocation *inv,
			 struct weir_error *err)
{
	const struct weir_drops_request request = { .here = inv->netns != NULL };

	if (open_weir(inv, &probe->weir, err) < 0 ||
	    weir_drops_open(probe->weir, &request, &probe->drops, err) < 0)
		probe->refused = true;
	malloc_trim(0); /* releases the memory of the kernel's BTF */
}

static int read_drops(struct top_probe *probe, const struct invocation *inv,
		      struct top_drops *drops)
{
	_cleanup_(weir_drops_free) struct weir_drops reading = {};
	struct weir_error err = {};

	if (!probe->drops)
		open_session(probe, inv, &err);
	if (probe->drops && weir_drops_read(probe->drops, &reading, &err) == 0)
		return top_drops_take(drops, &reading);
	memcpy(drops->fault, err.text, sizeof(drops->fault));
	return 0;
}

static int read_tcp(struct weir *weir, const struct top_view *view, struct top_tcp *tcp)
{
	_cleanup_(weir_flow_filter_freep) struct weir_flow_filter *filter = NULL;
	_cleanup_(weir_tcp_list_free) struct weir_tcp_list reading = {};
	struct weir_error err = {};

	/* it compiled when the user typed it */
	if (view->flows[0] && weir_flow_filter_compile(view->flows, &filter, NULL) < 0)
		return -ENOMEM;
	if (weir_tcp_read(weir, &reading, &err) == 0)
		return top_tcp_take(tcp, &reading, filter);
	memcpy(tcp->fault, err.text, sizeof(tcp->fault));
	return 0;
}

int top_probe_read(struct top_probe *probe, const struct invocation *inv, struct weir *weir,
		   const struct top_view *view, struct top_system *system)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC), began = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	int ret = 0;

	if (view->placed >> TOP_PANEL_DROPS & 1 && !probe->refused && now >= probe->drops_ns) {
		ret = read_drops(probe, inv, &system->drops);
		probe->drops_ns = next_time(view, began);
	}
	began = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	if (!ret && view->placed >> TOP_PANEL_TCP & 1 && weir && now >= probe->tcp_ns) {
		ret = read_tcp(weir, view, &system->tcp);
		probe->tcp_ns = next_time(view, began);
	}
	return ret;
}
