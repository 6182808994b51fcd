// SPDX-License-Identifier: GPL-2.0
/* command_run.c - ctl probe run */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/flows/filter_option.h"
#include "ctl/frame/watch.h"
#include "ctl/probes/command.h"
#include "ctl/probes/table.h"
#include "ctl/write/json.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"

#define POLL_MS 20
#define FOREVER 1e9
#define WARNINGS_SHOWN 10

struct running {
	const struct invocation *inv;
	const struct probe_options *options;
	struct weir_probe_request request;
	struct weir_probe_session *session;
	char titles[WEIR_PROBE_STATS][128];
	struct probe_run_view view;
	double duration, interval; /* in seconds */
	bool full;                 /* writing to stdout failed */
};

static void running_free(struct running *r)
{
	weir_probe_close(r->session);
}

/* --- options --- */

static int read_number(const char *text, uint64_t most, uint64_t *ret_value)
{
	char *end;

	errno = 0;
	*ret_value = strtoull(text, &end, 10);
	return errno || *end || text[0] < '0' || text[0] > '9' || !*ret_value || *ret_value > most
		       ? -EINVAL
		       : 0;
}

static int fill_limits(struct running *r)
{
	const struct probe_options *o = r->options;
	const struct invocation *inv = r->inv;
	uint64_t pid = 0;

	if (o->pid && read_number(o->pid, INT32_MAX, &pid) < 0)
		return usage_error(inv, "--pid takes the number of a process, not '%s'", o->pid);
	r->request.pid = (uint32_t)pid;
	if (o->hits && read_number(o->hits, UINT32_MAX - 1, &r->request.limit) < 0)
		return usage_error(inv, "--hits takes a number from 1 to 4294967294, not '%s'",
				   o->hits);
	r->duration = FOREVER;
	if (o->duration && parse_seconds(o->duration, &r->duration) < 0)
		return usage_error(inv, "--duration takes seconds from 0.1 to 86400, not '%s'",
				   o->duration);
	if (o->interval && parse_seconds(o->interval, &r->interval) < 0)
		return usage_error(inv, "--interval takes seconds from 0.1 to 86400, not '%s'",
				   o->interval);
	r->request.cgroup = o->cgroup;
	r->request.force = o->force;
	return EXIT_DONE;
}

/* Collects specs. "by EXPR,..." may be between them. */
static int fill_specs(struct running *r, const char **specs)
{
	const char *const *words = r->inv->words;
	size_t count = r->inv->word_count;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], "by") != 0) {
			specs[r->request.spec_count++] = words[i];
			continue;
		}
		if (r->request.by)
			return usage_error(r->inv, "there is one 'by', with commas between values");
		if (++i == count)
			return usage_error(r->inv,
					   "'by' must be followed by a list of expressions");
		r->request.by = words[i];
	}
	r->request.specs = specs;
	if (!r->request.spec_count)
		return usage_error(r->inv, "which probe? run SPEC..., such as kprobe:vfs_mkdir");
	return EXIT_DONE;
}

static void add_stat(struct running *r, const char *expression, enum probe_stat_kind kind)
{
	static const char *const names[] = { "--sum", "--min", "--max", "--avg" };
	static const char *const titles[] = { "SUM", "MIN", "MAX", "AVG" };
	size_t n = 0;

	if (!expression)
		return;
	while (r->request.stats[n])
		n++;
	r->request.stats[n] = expression;
	r->request.stat_names[n] = names[kind];
	snprintf(r->titles[n], sizeof(r->titles[n]), "%s %s", titles[kind], expression);
	r->view.stats[n] = r->titles[n];
	r->view.kinds[n] = kind;
}

static int fill_questions(struct running *r)
{
	const struct probe_options *o = r->options;
	struct weir_probe_request *q = &r->request;
	bool sums;

	q->print = o->print;
	q->filter = o->filter;
	q->hist = o->hist;
	q->stack = o->stack;
	q->returns = o->returns;
	q->latency = o->latency;
	add_stat(r, o->sum, PROBE_SUM_OF);
	add_stat(r, o->min, PROBE_MIN_OF);
	add_stat(r, o->max, PROBE_MAX_OF);
	add_stat(r, o->avg, PROBE_AVG_OF);
	sums = o->count || q->by || q->hist || q->stats[0];
	if (o->latency && !sums && !o->print && !o->returns) {
		q->hist = "latency";
		sums = true;
	}
	if (o->interval && !sums)
		return usage_error(r->inv, "--interval goes with --count, --hist and other sums");
	q->table = sums;
	q->events = o->print || !sums;
	r->view.hist = q->hist;
	r->view.table = sums;
	r->view.stack = q->stack && sums;
	r->view.color = r->inv->color;
	r->view.pretty = r->inv->pretty;
	return EXIT_DONE;
}

/* --- running --- */

static void on_event(const struct weir_probe_event *event, void *arg)
{
	const struct running *r = arg;

	if (r->inv->json)
		json_probe_event(event, stdout);
	else
		out_probe_event(event, !r->options->print, stdout);
}

static int show(struct running *r, bool last)
{
	_cleanup_(weir_probe_sums_free) struct weir_probe_sums sums = {};
	struct weir_probe_counts counts;
	struct weir_error err = {};
	int ret;

	if (weir_probe_read(r->session, &sums, &err) < 0 ||
	    weir_probe_counts(r->session, &counts, &err) < 0)
		return json_failed(r->inv, '{', &err);
	r->view.sums = &sums;
	r->view.counts = &counts;
	if (r->inv->json) {
		ret = json_probe_sums(&r->view, stdout);
	} else {
		ret = out_probe_sums(&r->view, stdout);
		if (r->view.table)
			putchar('\n');
		if (last)
			out_probe_counts(&r->view, stdout);
	}
	return ret ? ctl_printed(ret) : ctl_flush();
}

static int look(struct running *r)
{
	double start = watch_now(), next = start + r->interval;
	struct weir_error err = {};
	int ret = EXIT_DONE;

	while (!ret && !watch_stopped() && !weir_probe_done(r->session)) {
		double at = watch_now();

		if (at - start >= r->duration)
			break;
		if (r->interval > 0 && at >= next) {
			ret = show(r, false);
			if (ret)
				break;
			next = watch_next(next, r->interval, at, watch_now());
		}
		if (weir_probe_poll(r->session, 0, on_event, r, &err) < 0)
			return json_failed(r->inv, '{', &err);
		ret = ctl_flush();
		if (!ret && !weir_probe_done(r->session))
			watch_wait(POLL_MS / 1e3);
	}
	if (ret)
		return ret;
	weir_probe_stop(r->session);
	/* events that arrived meanwhile */
	if (weir_probe_poll(r->session, 0, on_event, r, &err) < 0)
		return json_failed(r->inv, '{', &err);
	return EXIT_DONE;
}

static int open_failed(const struct weir_probe_error *err)
{
	struct weir_filter_error place = { .position = err->position, .length = err->length };

	if (!err->option)
		return ctl_failed(&err->error);
	fprintf(stderr, "ctl: %s%s%s\n", err->option, *err->option ? ": " : "", err->error.text);
	filter_point(err->source, &place, stderr);
	return EXIT_USAGE;
}

static void begin(struct running *r)
{
	r->view.probes = weir_probe_attached(r->session);
	r->view.warning_count = weir_probe_warnings(r->session, &r->view.warnings);
	for (size_t i = 0; i < r->view.warning_count && i < WARNINGS_SHOWN; i++)
		fprintf(stderr, "ctl: %s\n", r->view.warnings[i]);
	if (r->view.warning_count > WARNINGS_SHOWN)
		fprintf(stderr, "ctl: and %zu more that could not be attached; -j names them all\n",
			r->view.warning_count - WARNINGS_SHOWN);
	fprintf(stderr, "ctl: %zu probe%s attached; Ctrl-C ends\n", r->view.probes,
		r->view.probes == 1 ? " is" : "s are");
}

int probe_run(const struct invocation *inv, const struct probe_options *options)
{
	_cleanup_(running_free) struct running r = { .inv = inv, .options = options };
	_cleanup_free_ const char **specs = calloc(inv->word_count + 1, sizeof(*specs));
	struct weir_probe_error err = {};
	int ret = specs ? fill_specs(&r, specs)
			: ctl_failed(&(struct weir_error){ "out of memory" });

	if (!ret)
		ret = fill_limits(&r);
	if (!ret)
		ret = fill_questions(&r);
	if (ret)
		return ret;
	watch_begin();
	if (weir_probe_open(&r.request, &r.session, &err) < 0)
		return open_failed(&err);
	begin(&r);
	ret = look(&r);
	return ret ? ret : show(&r, true);
}
