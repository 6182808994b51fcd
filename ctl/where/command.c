// SPDX-License-Identifier: GPL-2.0
/* command.c - ctl where */
#include <errno.h>
#include <stdlib.h>
#include "ctl/flows/filter_option.h"
#include "ctl/flows/row_limit.h"
#include "ctl/frame/watch.h"
#include "ctl/where/question.h"
#include "ctl/where/table.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"

#define TOP_FOR_PEOPLE 8
#define DROPS_SECONDS 5

struct options {
	const char *seconds;
	const char *top;
	struct arg_optional drops;
};

#define AT(field) offsetof(struct options, field)

static const struct arg args[] = {
	{ "for", 0, ARG_VALUE, AT(seconds), "SECONDS",
	  "compare packets of that time, instead of since attaching" },
	{ "top", 0, ARG_VALUE, AT(top), "N", "show at most N paths; default 8, with -j all",
	  &row_limit_choices },
	{ "drops", 0, ARG_OPTIONAL, AT(drops), "SECONDS",
	  "also show kernel drops in that time, and why; default 5" },
	{},
};

struct question {
	const struct invocation *inv;
	char *text; /* the arguments, joined by spaces */
	struct where_question asked;
	double seconds; /* 0: since attach */
	size_t top;
	bool with_drops;
	struct weir_drops_session *session;
	struct weir_drops drops;
};

static void question_free(struct question *q)
{
	free(q->text);
	weir_drops_close(q->session); /* close it first: it borrows the filter */
	weir_drops_free(&q->drops);
	where_question_free(&q->asked);
}

static char *join(const struct invocation *inv)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	for (size_t i = 0; i < inv->word_count; i++)
		fprintf(f, "%s%s", i ? " " : "", inv->words[i]);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static int not_understood(const struct question *q, const struct where_fault *fault)
{
	if (fault->kind == WHERE_FAULT_PHRASE)
		return usage_error(q->inv, "%s", fault->filter.text);
	fprintf(stderr, "ctl: %s\n", fault->filter.text);
	if (fault->kind == WHERE_FAULT_NOTHING)
		return EXIT_FAILED;
	filter_point(q->text, &fault->filter, stderr);
	return EXIT_USAGE;
}

/* --- reading and printing --- */

static int read_flows(struct weir *weir, struct question *q, struct weir_flows *ret_flows,
		      struct weir_error *err)
{
	q->asked.now_ns = clock_ns(CLOCK_REALTIME);
	return weir_flows_read(weir, where_question_wants, &q->asked, ret_flows, err);
}

static int out_of_memory(struct weir_error *err)
{
	snprintf(err->text, sizeof(err->text), "out of memory");
	return -ENOMEM;
}

/* Call it between the two readings of counters. */
static int begin_drops(struct weir *weir, struct question *q, struct weir_error *err)
{
	struct weir_drops_request request = { .filter = q->asked.filter };

	return q->with_drops ? weir_drops_open(weir, &request, &q->session, err) : 0;
}

/* Waits. Ctrl-C ends it early, and the answer covers the time until then. */
static void look(struct question *q)
{
	double seconds;

	watch_begin();
	seconds = watch_wait(q->seconds);
	if (watch_stopped() && seconds > 0 && seconds < q->seconds)
		q->seconds = seconds;
}

static int end_drops(struct question *q, struct weir_error *err)
{
	return q->with_drops ? weir_drops_read(q->session, &q->drops, err) : 0;
}

static int find_flows(struct weir *weir, struct question *q, const struct weir_attachments *list,
		      struct where *ret_where, struct weir_error *err)
{
	_cleanup_(weir_flows_free) struct weir_flows before = {}, now = {};
	_cleanup_(flow_rows_free) struct flow_rows rows = {};
	const struct flow_rows_request request = { .by = FLOW_BY_FLOW, .apart = true };
	int ret = read_flows(weir, q, &now, err);

	if (!ret && q->seconds > 0) {
		before = now;
		now = (struct weir_flows){};
		ret = begin_drops(weir, q, err);
		if (!ret)
			look(q);
		if (!ret)
			ret = end_drops(q, err);
		if (!ret)
			ret = read_flows(weir, q, &now, err);
	}
	if (ret)
		return ret;
	if (flow_rows_build(q->seconds > 0 ? &before : NULL, &now, &request, &rows) < 0 ||
	    where_flows(list, &rows, ret_where) < 0)
		return out_of_memory(err);
	return 0;
}

static int find_interfaces(struct weir *weir, struct question *q,
			   const struct weir_attachments *list, struct where *ret_where,
			   struct weir_error *err)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot before = {}, now = {};
	int ret = 0;

	if (q->seconds > 0) {
		ret = weir_counters_read(weir, NULL, NULL, &before, err);
		if (!ret)
			ret = begin_drops(weir, q, err);
		if (!ret)
			look(q);
		if (!ret)
			ret = end_drops(q, err);
	}
	if (!ret)
		ret = weir_counters_read(weir, NULL, NULL, &now, err);
	if (ret)
		return ret;
	if (where_interfaces(list, q->seconds > 0 ? &before : NULL, &now, where_question_chooses,
			     &q->asked, ret_where) < 0)
		return out_of_memory(err);
	return 0;
}

static int render(const struct question *q, const struct where *where)
{
	struct where_view view = {
		.where = where,
		.expression = q->text,
		.top = q->top,
		.seconds = q->seconds,
		.interface = q->asked.ifname[0] != '\0',
		.drops = q->with_drops ? &q->drops : NULL,
		.color = q->inv->color,
		.pretty = q->inv->pretty,
	};
	int ret = q->inv->json ? json_where(&view, stdout) : out_where(&view, stdout);

	return ctl_printed(ret);
}

static int answer(struct weir *weir, struct question *q)
{
	_cleanup_(weir_attachments_free) struct weir_attachments list = {};
	_cleanup_(where_free) struct where where = {};
	struct where_fault fault;
	struct weir_error err = {};
	int ret;

	if (weir_list(weir, &list, &err) < 0)
		return ctl_failed(&err);
	ret = where_question_understand(&q->asked, weir, &list, &fault);
	if (ret)
		return ret == -EINVAL ? not_understood(q, &fault)
				      : ctl_failed(&(struct weir_error){ "out of memory" });
	if (!list.count)
		return ctl_failed(
			&(struct weir_error){ "nothing is attached; begin with `ctl attach`" });
	ret = q->asked.ifname[0] ? find_interfaces(weir, q, &list, &where, &err)
				 : find_flows(weir, q, &list, &where, &err);
	return ret < 0 ? ctl_failed(&err) : render(q, &where);
}

static int run(const struct invocation *inv, const void *bound)
{
	_cleanup_(close_weir) struct weir *weir = NULL;
	_cleanup_(question_free) struct question question = { .inv = inv };
	const struct options *options = bound;
	struct weir_error err = {};
	int ret;

	if (!inv->word_count)
		return usage_error(inv, "which interface or flow?");
	if (options->seconds && parse_seconds(options->seconds, &question.seconds) < 0)
		return usage_error(inv, "--for takes seconds from 0.1 to 86400, not '%s'",
				   options->seconds);
	if (options->drops.given && options->seconds && options->drops.value)
		return usage_error(inv, "--for and --drops=SECONDS set the same time: give one");
	if (options->drops.value && parse_seconds(options->drops.value, &question.seconds) < 0)
		return usage_error(inv, "--drops takes seconds from 0.1 to 86400, not '%s'",
				   options->drops.value);
	question.with_drops = options->drops.given;
	if (question.with_drops && !(question.seconds > 0))
		question.seconds = DROPS_SECONDS;
	ret = row_limit(inv, options->top, TOP_FOR_PEOPLE, &question.top);
	if (ret)
		return ret;
	question.text = join(inv);
	if (!question.text)
		return ctl_failed(&(struct weir_error){ "out of memory" });
	question.asked = (struct where_question){
		.text = question.text,
		.one_word = inv->word_count == 1,
		.here = inv->netns != NULL,
	};
	if (open_weir(inv, &weir, &err) < 0)
		return ctl_failed(&err);
	return answer(weir, &question);
}

const struct command cmd_where = {
	.name = "where",
	.summary = "show between which hooks packets vanish",
	.synopsis = "IFACE[@NETNS] | SRC[:PORT] to DST[:PORT][/PROTOCOL] | FILTER",
	.description =
		"Shows the counts of all hooks that packets pass side by side, in the order in which\n"
		"they pass them: across veth pairs, and through the namespaces that forward them.\n"
		"For an interface, these are wire packets that it sends and receives. For flows, these\n"
		"are packets as handled, which GSO and GRO regroup: a difference between hops that\n"
		"this can explain is not reported as loss. Counts start when attached, or cover\n"
		"--for SECONDS. Filters are those of `ctl flows`.",
	.args = args,
	.options_size = sizeof(struct options),
	.choices = &choices_interfaces,
	.run = run,
};
