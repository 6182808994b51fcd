// SPDX-License-Identifier: GPL-2.0
/* command_trace_pipe.c - ctl trace-pipe */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/frame/ctl.h"
#include "ctl/frame/watch.h"
#include "ctl/write/json.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"
#include "datapath/probes/probes.h"

#define WAIT 1.0        /* seconds between reads of the clock */
#define LOOK_AROUND 5.0 /* seconds between checks for other readers */

struct options {
	const char *duration;
	const char *count;
};

#define AT(field) offsetof(struct options, field)

static const struct arg args[] = {
	{ "duration", 'd', ARG_VALUE, AT(duration), "SECONDS", "end after SECONDS" },
	{ "count", 'c', ARG_VALUE, AT(count), "N", "end after N lines" },
	{},
};

struct reading {
	const struct invocation *inv;
	struct weir_trace_pipe *pipe;
	double seconds; /* 0: until Ctrl-C */
	uint64_t left;  /* remaining lines; UINT64_MAX: no limit */
	pid_t warned_of;
};

static void reading_free(struct reading *r)
{
	weir_trace_pipe_close(r->pipe);
}

static int fill(const struct invocation *inv, const struct options *o, struct reading *r)
{
	char *end;

	if (inv->word_count)
		return usage_error(inv, "unexpected '%s'", inv->words[0]);
	if (o->duration && parse_seconds(o->duration, &r->seconds) < 0)
		return usage_error(inv, "--duration takes seconds from 0.1 to 86400, not '%s'",
				   o->duration);
	if (!o->count)
		return EXIT_DONE;
	errno = 0;
	r->left = strtoull(o->count, &end, 10);
	if (errno || *end || o->count[0] < '0' || o->count[0] > '9' || !r->left)
		return usage_error(inv, "--count takes a number from 1 on, not '%s'", o->count);
	return EXIT_DONE;
}

static void put_json(const char *text)
{
	struct json_stream js = { .out = stdout };
	_cleanup_free_ char *copy = strdup(text);
	struct weir_trace_line line = { .text = text };
	bool parsed = copy && weir_trace_line_parse(copy, &line) == 0;

	js_open(&js, NULL, '{');
	js_text(&js, "command", line.command);
	if (parsed) {
		js_number(&js, "pid", (uint64_t)line.pid);
		js_number(&js, "cpu", line.cpu);
		js_text(&js, "flags", line.flags);
		js_real(&js, "time_s", line.time_s);
		js_text(&js, "function", line.function);
	}
	js_text(&js, "text", line.text);
	js_close(&js, '}');
	js_end(&js); /* errors are detected at the end */
}

static int on_line(const char *text, void *arg)
{
	struct reading *r = arg;

	if (r->inv->json)
		put_json(text);
	else
		puts(text);
	if (r->left != UINT64_MAX)
		r->left--;
	return !r->left;
}

/* If there are two readers, each gets only some of the lines, and neither notices. */
static void warn_of_others(struct reading *r)
{
	char command[17];
	pid_t pid;

	if (!weir_trace_pipe_other(r->pipe, &pid, command) || pid == r->warned_of)
		return;
	r->warned_of = pid;
	fprintf(stderr, "ctl: note: '%s' (process %d) reads it too; each line goes to one of us\n",
		command, (int)pid);
}

static int follow(struct reading *r)
{
	double until = watch_now() + r->seconds, look = 0;
	struct weir_error err = {};
	int ret = EXIT_DONE;

	while (!ret && !watch_stopped() && r->left) {
		double wait = WAIT, at = watch_now();

		if (r->seconds && at >= until)
			break;
		if (r->seconds && until - at < wait)
			wait = until - at;
		if (at >= look) {
			warn_of_others(r);
			look = at + LOOK_AROUND;
		}
		if (weir_trace_pipe_read(r->pipe, wait, on_line, r, &err) < 0)
			return json_failed(r->inv, '{', &err);
		ret = ctl_flush();
	}
	return ret;
}

static int run(const struct invocation *inv, const void *bound)
{
	_cleanup_(reading_free) struct reading r = { .inv = inv, .left = UINT64_MAX };
	struct weir_error err = {};
	int ret = fill(inv, bound, &r);

	if (ret)
		return ret;
	watch_begin();
	if (weir_trace_pipe_open(&r.pipe, &err) < 0)
		return ctl_failed(&err);
	if (!weir_trace_pipe_on(r.pipe))
		fputs("ctl: note: nothing is recorded now: 'tracing_on' of tracefs is 0\n", stderr);
	return follow(&r);
}

const struct command cmd_trace_pipe = {
	.name = "trace-pipe",
	.summary = "print what programs write with bpf_printk",
	.synopsis = "[-d SECONDS] [-c COUNT]",
	.description =
		"Prints the kernel's trace_pipe until Ctrl-C: text that BPF programs write with\n"
		"bpf_printk(), and events of other tracers. Each line can be read only once, so ctl\n"
		"names other readers, which take lines away.",
	.args = args,
	.options_size = sizeof(struct options),
	.run = run,
};
