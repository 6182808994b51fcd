// SPDX-License-Identifier: GPL-2.0
/* command.c - ctl tcp */
#include <errno.h>
#include "ctl/flows/filter_option.h"
#include "ctl/flows/row_limit.h"
#include "ctl/frame/watch.h"
#include "ctl/tcp/table.h"
#include "ctl/write/json.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"

#define TOP_FOR_PEOPLE 20

struct options {
	const char *filter;
	struct arg_word state;
	struct arg_word sort;
	const char *top;
	bool closed;
	bool histogram;
	bool events;
	bool adopt;
	struct arg_optional watch;
};

#define AT(field) offsetof(struct options, field)

static const struct arg args[] = {
	{ "filter", 'f', ARG_VALUE, AT(filter), "EXPR",
	  "only connections such as 'dst port 443 and net 10.0.0.0/8'" },
	{ "state", 0, ARG_WORD, AT(state), "STATE",
	  "only connections in that state, named as in ss(8)", &tcp_state_choices },
	{ "closed", 0, ARG_FLAG, AT(closed), NULL,
	  "connections that have ended, instead of open ones" },
	{ "sort", 0, ARG_WORD, AT(sort), NULL, "sort order; default: bytes", &tcp_sort_choices },
	{ "top", 0, ARG_VALUE, AT(top), "N", "show at most N rows; default 20, with -j all",
	  &row_limit_choices },
	{ "histogram", 0, ARG_FLAG, AT(histogram), NULL,
	  "histograms of connect latency and round-trip time" },
	{ "events", 0, ARG_FLAG, AT(events), NULL,
	  "print connect, accept, close, retransmit and rto events" },
	{ "adopt", 0, ARG_FLAG, AT(adopt), NULL,
	  "first adopt connections that are older than the attachment" },
	{ "watch", 'w', ARG_OPTIONAL, AT(watch), "SECONDS", "repeat every SECONDS; default 1" },
	{},
};

/* The parsed command line. */
struct request {
	const struct invocation *inv;
	const struct options *options;
	struct tcp_choice choice;
	struct weir_flow_filter *filter;
	enum tcp_sort sort;
	size_t top; /* 0: all */
	double seconds;
	struct weir *weir;
	bool begun; /* an earlier document was printed */
};

static void request_free(struct request *request)
{
	weir_flow_filter_free(request->filter);
}

/* Rejects options that exclude each other. */
static int check(const struct invocation *inv, const struct options *options)
{
	if (options->events + options->histogram + options->watch.given > 1)
		return usage_error(inv, "--events, --histogram and --watch exclude each other");
	if (options->closed && options->state.given)
		return usage_error(inv, "--closed and --state exclude each other");
	if (options->events &&
	    (options->sort.given || options->top || options->state.given || options->closed))
		return usage_error(inv, "--events goes with --filter and cgroups only");
	if (options->histogram && (options->sort.given || options->top || options->state.given ||
				   options->closed || options->filter))
		return usage_error(inv, "--histogram goes with cgroups only");
	return EXIT_DONE;
}

static int fill(const struct invocation *inv, const struct options *options,
		struct request *request)
{
	int ret = check(inv, options);

	if (!ret && options->watch.value &&
	    parse_seconds(options->watch.value, &request->seconds) < 0)
		ret = usage_error(inv, "--watch takes seconds from 0.1 to 86400, not '%s'",
				  options->watch.value);
	if (!ret)
		ret = row_limit(inv, options->top, TOP_FOR_PEOPLE, &request->top);
	if (!ret && options->filter)
		ret = filter_option("--filter", options->filter, &request->filter);
	request->sort = options->sort.number;
	tcp_choice_state(&request->choice, options->state.number);
	request->choice.words = inv->words;
	request->choice.word_count = inv->word_count;
	request->choice.here = inv->netns != NULL;
	request->choice.ended = options->closed;
	request->choice.any_state |= options->events;
	request->choice.filter = request->filter;
	return ret;
}

/* --- connections --- */

/* Returns an error if nothing is attached to a named cgroup. */
static int check_words(const struct request *request, const struct weir_tcp_list *list,
		       struct weir_error *err)
{
	for (size_t i = 0; i < request->choice.word_count; i++) {
		struct tcp_choice one = { .words = &request->choice.words[i], .word_count = 1 };
		bool found = false;

		for (size_t j = 0; j < list->slot_count && !found; j++)
			found = tcp_named(&one, &list->slots[j].attachment);
		if (found)
			continue;
		snprintf(err->text, sizeof(err->text),
			 "nothing is attached to cgroup '%s' that watches TCP connections",
			 request->choice.words[i]);
		return -ENOENT;
	}
	return 0;
}

static int show(const struct request *request, const struct weir_tcp_list *list)
{
	_cleanup_(tcp_rows_free) struct tcp_rows rows = {};
	const struct invocation *inv = request->inv;
	struct tcp_view view = {
		.list = list,
		.rows = &rows,
		.choice = &request->choice,
		.color = inv->color,
		.pretty = inv->pretty,
	};
	int ret;

	if (request->options->histogram)
		return ctl_printed(inv->json ? json_tcp_histograms(&view, stdout)
					     : out_tcp_histograms(&view, stdout));
	ret = tcp_rows_build(list, &request->choice, request->sort, request->top, &rows);
	if (!ret)
		ret = inv->json ? json_tcp(&view, stdout) : out_tcp(&view, stdout);
	return ctl_printed(ret);
}

static int show_once(void *arg)
{
	_cleanup_(weir_tcp_list_free) struct weir_tcp_list list = {};
	struct request *request = arg;
	struct weir_error err = {};

	if (weir_tcp_read(request->weir, &list, &err) < 0 || check_words(request, &list, &err) < 0)
		return request->begun ? json_failed(request->inv, '[', &err) : ctl_failed(&err);
	request->begun = true;
	return show(request, &list);
}

/* --- events --- */

struct printing {
	const struct request *request;
	int ret;
};

static void on_event(const struct weir_tcp_occurrence *event, void *arg)
{
	struct printing *printing = arg;
	const struct request *request = printing->request;

	if (printing->ret ||
	    !tcp_chosen(&request->choice, &event->info, event->attachment, event->time_ns))
		return;
	printing->ret = request->inv->json ? json_tcp_event(event, stdout)
					   : out_tcp_event(event, stdout);
}

static void close_stream(struct weir_tcp_stream **stream)
{
	weir_tcp_stream_close(*stream);
}

static int print_events(struct weir *weir, const struct request *request)
{
	_cleanup_(close_stream) struct weir_tcp_stream *stream = NULL;
	struct printing printing = { .request = request };
	struct weir_error err = {};
	uint64_t lost = 0;

	watch_begin();
	if (weir_tcp_stream_open(weir, &stream, &err) < 0)
		return ctl_failed(&err);
	while (!watch_stopped() && !printing.ret) {
		if (weir_tcp_stream_read(stream, 500, on_event, &printing, &err) < 0)
			return json_failed(request->inv, '{', &err);
		if (weir_tcp_stream_lost(stream) > lost)
			fprintf(stderr, "ctl: %llu events were lost: there was no room for them\n",
				(unsigned long long)(weir_tcp_stream_lost(stream) - lost));
		lost = weir_tcp_stream_lost(stream);
	}
	return ctl_printed(printing.ret);
}

static int adopt(struct weir *weir, const struct request *request)
{
	struct weir_error err = {};
	size_t adopted;

	if (weir_tcp_adopt(weir, &adopted, &err) < 0)
		return ctl_failed(&err);
	if (!request->inv->json)
		printf("%zu connection%s adopted.\n\n", adopted, adopted == 1 ? "" : "s");
	return EXIT_DONE;
}

static int run(const struct invocation *inv, const void *bound)
{
	const struct options *options = bound;
	_cleanup_(close_weir) struct weir *weir = NULL;
	_cleanup_(request_free) struct request request = {
		.inv = inv,
		.options = options,
		.seconds = 1,
	};
	struct weir_error err = {};
	int ret = fill(inv, options, &request);

	if (ret)
		return ret;
	if (open_weir(inv, &weir, &err) < 0)
		return ctl_failed(&err);
	if (options->adopt)
		ret = adopt(weir, &request);
	if (ret)
		return ret;
	if (options->events)
		return print_events(weir, &request);
	request.weir = weir;
	if (!options->watch.given)
		return show_once(&request);
	return watch_run(&(struct watch){ .inv = inv,
					  .seconds = request.seconds,
					  .at_once = true,
					  .turn = show_once },
			 &request);
}

const struct command cmd_tcp = {
	.name = "tcp",
	.summary = "show the state of TCP connections, and how they ended",
	.synopsis = "[CGROUP...] [--filter EXPR] [--state STATE] [--closed] [--sort WHAT]",
	.description =
		"Prints TCP connections of the cgroups that `ctl attach --cgroup` watches: of all of\n"
		"them, or of cgroups given by path or glob (-n NETNS: in that network namespace).\n"
		"LATENCY is from connect() to established, or from SYN-ACK to ACK if accepted.\n"
		"RTT is smoothed. ACKED and RECEIVED are bytes. --closed prints ended connections\n"
		"and why they ended. Filters are those of `ctl flows`: src is the local end, and\n"
		"packets and bytes are sums of both directions.",
	.args = args,
	.options_size = sizeof(struct options),
	.run = run,
};
