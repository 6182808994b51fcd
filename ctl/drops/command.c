// SPDX-License-Identifier: GPL-2.0
/* command.c - ctl drops */
#include <errno.h>
#include <stdlib.h>
#include "ctl/drops/table.h"
#include "ctl/flows/filter_option.h"
#include "ctl/flows/row_limit.h"
#include "ctl/frame/watch.h"
#include "ctl/write/json.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"

#define TOP_FOR_PEOPLE 20
#define SECONDS 5
#define EVENTS_PER_SECOND 1000

struct options {
	const char *duration;
	struct arg_optional watch;
	struct arg_optional events;
	bool flows;
	bool stack;
	const char *filter;
	struct arg_word by; /* mask of enum drop_by */
	const char *top;
};

#define AT(field) offsetof(struct options, field)

static const struct arg args[] = {
	{ "duration", 'd', ARG_VALUE, AT(duration), "SECONDS", "observe for that long; default 5" },
	{ "watch", 'w', ARG_OPTIONAL, AT(watch), "SECONDS",
	  "repeat every SECONDS (default 1), with running totals" },
	{ "events", 'e', ARG_OPTIONAL, AT(events), "PER-SECOND",
	  "print single drops, limited for each CPU; default 1000" },
	{ "flows", 0, ARG_FLAG, AT(flows), NULL, "by flow: addresses and ports" },
	{ "stack", 0, ARG_FLAG, AT(stack), NULL, "show kernel stacks" },
	{ "filter", 'f', ARG_VALUE, AT(filter), "EXPR",
	  "only packets of flows such as 'udp and dst port 53'" },
	{ "by", 0, ARG_WORDS, AT(by), "LIST", "keys to sum up by; default: all", &drop_by_choices },
	{ "top", 0, ARG_VALUE, AT(top), "N", "show at most N rows; default 20, with -j all",
	  &row_limit_choices },
	{},
};

struct looking {
	const struct invocation *inv;
	const struct options *options;
	struct weir *weir;
	struct weir_drops_session *session;
	struct weir_flow_filter *filter;
	unsigned int by;
	size_t top;
	double seconds; /* of one interval */
	uint32_t events;
};

static void looking_free(struct looking *l)
{
	weir_drops_close(l->session); /* the session borrows the filter */
	weir_flow_filter_free(l->filter);
}

static int parse_events(const char *text, uint32_t *ret_events)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || text[0] < '0' || text[0] > '9' || !value || value > 1000000)
		return -EINVAL;
	*ret_events = (uint32_t)value;
	return 0;
}

static int fill(const struct invocation *inv, const struct options *o, struct looking *l)
{
	int ret;

	if (inv->word_count)
		return usage_error(inv, "unexpected '%s'", inv->words[0]);
	if (o->duration && o->watch.given)
		return usage_error(inv, "--duration and --watch exclude each other");
	if (o->by.given && (o->flows || o->stack))
		return usage_error(inv, "--by makes sums, so it goes without --flows and --stack");
	if (o->duration && parse_seconds(o->duration, &l->seconds) < 0)
		return usage_error(inv, "--duration takes seconds from 0.1 to 86400, not '%s'",
				   o->duration);
	if (o->watch.given)
		l->seconds = 1;
	if (o->watch.value && parse_seconds(o->watch.value, &l->seconds) < 0)
		return usage_error(inv, "--watch takes seconds from 0.1 to 86400, not '%s'",
				   o->watch.value);
	l->events = o->events.given ? EVENTS_PER_SECOND : 0;
	if (o->events.value && parse_events(o->events.value, &l->events) < 0)
		return usage_error(inv, "--events takes a number from 1 to 1000000, not '%s'",
				   o->events.value);
	if (o->by.given)
		l->by = o->by.number;
	ret = row_limit(inv, o->top, TOP_FOR_PEOPLE, &l->top);
	if (!ret && o->filter)
		ret = filter_option("--filter", o->filter, &l->filter);
	return ret;
}

/* --- showing --- */

static void on_event(const struct weir_kernel_drop *drop, uint64_t time_ns, void *arg)
{
	const struct looking *l = arg;

	if (l->inv->json)
		json_drop_event(drop, time_ns, stdout); /* a failure is reported at the end */
	else
		out_drop_event(drop, time_ns, stdout);
}

static size_t stack_of(void *arg, int32_t stack, char (*ret_frames)[WEIR_SYMBOL], size_t size)
{
	return weir_drops_stack(arg, stack, ret_frames, size);
}

/* With -j --events or --watch, the last line reports the error as JSON, too. */
static int failed(const struct looking *l, const struct weir_error *err)
{
	return l->events || l->options->watch.given ? json_failed(l->inv, '{', err)
						    : ctl_failed(err);
}

static int show(void *arg)
{
	_cleanup_(weir_drops_free) struct weir_drops drops = {};
	struct looking *l = arg;
	struct drops_view view = {
		.drops = &drops,
		.by = l->by,
		.top = l->top,
		.flows = l->options->flows,
		.events = l->events,
		.color = l->inv->color,
		.pretty = l->inv->pretty,
		.stack = l->options->stack ? stack_of : NULL,
		.stack_arg = l->session,
	};
	struct weir_error err = {};
	int ret;

	if (weir_drops_read(l->session, &drops, &err) < 0)
		return failed(l, &err);
	drop_rows_merge(&drops, l->by);
	ret = l->inv->json ? json_drops(&view, stdout) : out_drops(&view, stdout);
	return ctl_printed(ret);
}

static int begin(void *arg)
{
	struct looking *l = arg;
	const struct weir_drops_request request = {
		.flows = l->options->flows,
		.stacks = l->options->stack,
		.here = l->inv->netns != NULL,
		.interfaces = true,
		.verdicts = !l->filter, /* verdicts cannot be filtered by flow */
		.events_per_second = l->events,
		.filter = l->filter,
	};
	struct weir_error err = {};

	return weir_drops_open(l->weir, &request, &l->session, &err) < 0 ? ctl_failed(&err)
									 : EXIT_DONE;
}

static int print_events(void *arg)
{
	struct looking *l = arg;
	struct weir_error err = {};

	return weir_drops_events(l->session, on_event, l, &err) < 0 ? failed(l, &err) : EXIT_DONE;
}

static int run(const struct invocation *inv, const void *bound)
{
	_cleanup_(close_weir) struct weir *weir = NULL;
	_cleanup_(looking_free) struct looking l = {
		.inv = inv,
		.options = bound,
		.by = DROP_BY_ALL,
		.seconds = SECONDS,
	};
	struct weir_error err = {};
	int ret = fill(inv, bound, &l);

	if (ret)
		return ret;
	if (open_weir(inv, &weir, &err) < 0)
		return ctl_failed(&err);
	l.weir = weir;
	return watch_run(&(struct watch){ .inv = inv,
					  .seconds = l.seconds,
					  .once = !l.options->watch.given,
					  .last = true,
					  .begin = begin,
					  .turn = show,
					  .meanwhile = l.events ? print_events : NULL },
			 &l);
}

const struct command cmd_drops = {
	.name = "drops",
	.summary = "show where the kernel drops packets, and why",
	.synopsis = "[-d SECONDS | --watch] [--flows] [--events] [--stack] [--filter EXPR]",
	.description =
		"Counts packets that the kernel drops while ctl runs, by reason (as the kernel names\n"
		"it), interface, namespace, protocol and location in the kernel; packets that XDP\n"
		"could not pass on; drops by rules of attached programs; and losses that interfaces\n"
		"count. It covers every namespace (-n NETNS: that one). Nothing has to be attached.\n"
		"A line for each common reason says if it is normal or deserves a look. A packet\n"
		"may be in two tables, because interfaces count some drops of the kernel as well.",
	.args = args,
	.options_size = sizeof(struct options),
	.run = run,
};
