// SPDX-License-Identifier: GPL-2.0
/* command.c - ctl flows */
#include <errno.h>
#include "ctl/attach/select.h"
#include "ctl/flows/filter_option.h"
#include "ctl/flows/table.h"
#include "ctl/flows/row_limit.h"
#include "ctl/frame/watch.h"
#include "ctl/write/json.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"

#define TOP_FOR_PEOPLE 20

struct options {
	struct arg_word hook;
	const char *top;
	struct arg_word sort;
	const char *filter;
	struct arg_word by;
	bool bidirectional;
	bool unidirectional;
	bool rate;
	struct arg_optional watch;
	bool resolve;
};

#define AT(field) offsetof(struct options, field)

static const struct arg args[] = {
	{ "filter", 'f', ARG_VALUE, AT(filter), "EXPR",
	  "only flows such as 'tcp and dst port 443 and net 10.0.0.0/8'" },
	{ "by", 0, ARG_WORD, AT(by), NULL, "sum up by this; default: flow", &flow_by_choices },
	{ "sort", 0, ARG_WORD, AT(sort), NULL, "sort order; default: bytes", &flow_sort_choices },
	{ "top", 0, ARG_VALUE, AT(top), "N", "show at most N rows; default 20, with -j all",
	  &row_limit_choices },
	{ "hook", 0, ARG_WORD, AT(hook), "HOOK", "only flows that this hook counted",
	  &hook_choices },
	{ "bidirectional", 0, ARG_FLAG, AT(bidirectional), NULL,
	  "both directions in one row; the default except with -j" },
	{ "unidirectional", 0, ARG_FLAG, AT(unidirectional), NULL,
	  "one row for each direction and hook; the default with -j" },
	{ "rate", 0, ARG_FLAG, AT(rate), NULL,
	  "measure for a second: packets and bits per second" },
	{ "watch", 'w', ARG_OPTIONAL, AT(watch), "SECONDS",
	  "repeat every SECONDS (default 1), with rates" },
	{ "resolve", 0, ARG_FLAG, AT(resolve), NULL,
	  "show host names; looks them up for at most 3 seconds" },
	{},
};

/* The parsed command line. */
struct request {
	const struct invocation *inv;
	const struct options *options;
	struct selection selection;
	struct weir_flow_filter *filter;
	struct flow_rows_request rows;
	enum flow_sort sort;
	size_t top; /* 0: all */
	double seconds;
	struct weir *weir;
	struct weir_flows before; /* previous reading, for rates */
};

static void request_free(struct request *request)
{
	weir_flows_free(&request->before);
	selection_free(&request->selection);
	weir_flow_filter_free(request->filter);
}

static int fill_seconds(const struct invocation *inv, const struct options *options,
			struct request *request)
{
	if (options->watch.value && parse_seconds(options->watch.value, &request->seconds) < 0)
		return usage_error(inv, "--watch takes seconds from 0.1 to 86400, not '%s'",
				   options->watch.value);
	return EXIT_DONE;
}

static int fill(const struct invocation *inv, const struct options *options,
		struct request *request)
{
	bool by_flow;
	int ret = row_limit(inv, options->top, TOP_FOR_PEOPLE, &request->top);

	if (!ret)
		ret = fill_seconds(inv, options, request);
	if (!ret && options->filter)
		ret = filter_option("--filter", options->filter, &request->filter);
	if (ret)
		return ret;
	request->rows.by = options->by.number;
	request->sort = options->sort.number;
	by_flow = request->rows.by == FLOW_BY_FLOW;
	if (options->bidirectional && options->unidirectional)
		return usage_error(inv, "--bidirectional and --unidirectional exclude each other");
	if (options->unidirectional && !by_flow)
		return usage_error(inv, "--unidirectional goes with --by flow");
	if (options->resolve && inv->json)
		return usage_error(inv, "--resolve is for tables, not for JSON");
	request->rows.apart = by_flow && !options->bidirectional &&
			      (options->unidirectional || inv->json);
	return EXIT_DONE;
}

/* --- reading --- */

struct reading {
	const struct request *request;
	uint64_t now_ns;
	size_t seen;
};

static bool wanted(const struct weir_flow_info *flow, const struct weir_attachment *at, void *arg)
{
	struct reading *reading = arg;

	if (!selection_has(&reading->request->selection, at))
		return false;
	reading->seen++;
	return weir_flow_filter_match(reading->request->filter, flow, at, reading->now_ns);
}

static const struct weir_attachment *attachment_at(const void *list, size_t i)
{
	return &((const struct weir_attachments *)list)->items[i];
}

/* Keep only the selected attachments, so that others do not cause a column for places. */
static void keep_selected(const struct selection *selection, struct weir_attachments *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (selection_has(selection, &list->items[i]))
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

static int read_flows(struct weir *weir, const struct request *request,
		      struct weir_flows *ret_flows, size_t *ret_seen, struct weir_error *err)
{
	struct reading reading = { .request = request };
	int ret;

	reading.now_ns = clock_ns(CLOCK_REALTIME);
	ret = weir_flows_read(weir, wanted, &reading, ret_flows, err);
	if (ret)
		return ret;
	*ret_seen = reading.seen;
	ret = selection_check(&request->selection, &ret_flows->attachments,
			      ret_flows->attachments.count, attachment_at, err);
	keep_selected(&request->selection, &ret_flows->attachments);
	return ret;
}

/* --- showing --- */

static int resolve(const struct flow_rows *rows, const struct flow_order *order,
		   struct resolved *names)
{
	for (size_t i = 0; i < order->count; i++) {
		const struct flow_row *row = &rows->items[order->items[i]];

		if (resolved_add(names, row->a.address) < 0 ||
		    resolved_add(names, row->b.address) < 0)
			return -ENOMEM;
	}
	return resolved_ask(names);
}

static int show(const struct request *request, const struct weir_flows *before,
		const struct weir_flows *now, size_t seen)
{
	_cleanup_(flow_rows_free) struct flow_rows rows = {};
	_cleanup_(flow_order_free) struct flow_order order = {};
	_cleanup_(resolved_free) struct resolved names = {};
	const struct invocation *inv = request->inv;
	/* Flows apart need no rows, so that a million of them is not copied. */
	bool plain = request->rows.apart && inv->json && !before;
	struct flows_view view = {
		.flows = now,
		.rows = plain ? NULL : &rows,
		.order = &order,
		.names = request->options->resolve ? &names : NULL,
		.by = request->rows.by,
		.apart = request->rows.apart,
		.color = inv->color,
		.pretty = inv->pretty,
		.seen = seen,
	};
	int ret = 0;

	if (plain)
		ret = flows_order(now, request->sort, request->top, &order);
	else
		ret = flow_rows_build(before, now, &request->rows, &rows);
	if (!ret && !plain)
		ret = flow_rows_order(&rows, request->sort, request->top, &order);
	if (!ret && view.names && view.by <= FLOW_BY_PAIR)
		ret = resolve(&rows, &order, &names);
	if (!ret)
		ret = inv->json ? json_flows(&view, stdout) : out_flows(&view, stdout);
	return ctl_printed(ret);
}

static int show_once(struct request *request)
{
	_cleanup_(weir_flows_free) struct weir_flows now = {};
	struct weir_error err = {};
	size_t seen;

	if (read_flows(request->weir, request, &now, &seen, &err) < 0)
		return ctl_failed(&err);
	return show(request, NULL, &now, seen);
}

static int begin(void *arg)
{
	struct request *request = arg;
	struct weir_error err = {};
	size_t seen;

	return read_flows(request->weir, request, &request->before, &seen, &err) < 0
		       ? ctl_failed(&err)
		       : EXIT_DONE;
}

static int turn(void *arg)
{
	_cleanup_(weir_flows_free) struct weir_flows now = {};
	struct request *request = arg;
	struct weir_error err = {};
	size_t seen;
	int ret;

	if (read_flows(request->weir, request, &now, &seen, &err) < 0)
		return json_failed(request->inv, '[', &err);
	ret = show(request, &request->before, &now, seen);
	weir_flows_free(&request->before);
	request->before = now;
	now = (struct weir_flows){};
	return ret;
}

static int run(const struct invocation *inv, const void *bound)
{
	const struct options *options = bound;
	_cleanup_(close_weir) struct weir *weir = NULL;
	_cleanup_(request_free) struct request request = {
		.inv = inv,
		.options = options,
		.selection = { .inv = inv,
			       .hook = options->hook,
			       .watching = options->watch.given && !options->watch.value },
		.seconds = 1,
	};
	struct weir_error err = {};
	int ret = fill(inv, options, &request);

	if (ret)
		return ret;
	if (open_weir(inv, &weir, &err) < 0)
		return ctl_failed(&err);
	if (selection_names(&request.selection, weir) < 0)
		return ctl_failed(&(struct weir_error){ "out of memory" });
	request.weir = weir;
	if (!options->watch.given && !options->rate && request.sort != FLOW_SORT_RATE)
		return show_once(&request);
	return watch_run(&(struct watch){ .inv = inv,
					  .seconds = request.seconds,
					  .once = !options->watch.given,
					  .begin = begin,
					  .turn = turn },
			 &request);
}

const struct command cmd_flows = {
	.name = "flows",
	.summary = "show which hosts talk to each other",
	.synopsis = "[IFACE...] [--filter EXPR] [--by WHAT] [--sort WHAT] [--top N]",
	.description =
		"Prints conversations, both directions in one row, as the interfaces saw them: for\n"
		"all attachments or for interfaces by name or glob (-n NETNS: in that namespace).\n"
		"SOURCE is the client, judged by ports and time. Packets are counted as handled: a\n"
		"GSO or GRO super-packet counts once. -j has an object for each direction and hook.\n"
		"Filters: [src|dst] port N or N-M, [src|dst] host ADDR, [src|dst] net CIDR, proto P,\n"
		"tcp, udp, icmp, icmpv6, sctp, ip, ip6, iface NAME, netns NAME, hook NAME,\n"
		"packets > N, bytes >= 10M, age < 10s, idle > 5m, flags syn,ack; and, or, not, ( ).",
	.args = args,
	.options_size = sizeof(struct options),
	.choices = &choices_interfaces,
	.run = run,
};
