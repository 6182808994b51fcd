// SPDX-License-Identifier: GPL-2.0
/* command.c - ctl health */
#include <errno.h>
#include "datapath/base/cleanup.h"
#include "ctl/frame/ctl.h"
#include "ctl/health/table.h"
#include "ctl/write/units.h"
#include "ctl/frame/watch.h"

#define SECONDS 3

struct options {
	const char *duration;
};

#define AT(field) offsetof(struct options, field)

static const struct arg args[] = {
	{ "duration", 'd', ARG_VALUE, AT(duration), "SECONDS", "observe for that long; default 3" },
	{},
};

static void close_session(struct weir_health_session **session)
{
	weir_health_close(*session);
}

static int run(const struct invocation *inv, const void *bound)
{
	_cleanup_(weir_health_report_free) struct weir_health_report report = {};
	_cleanup_(close_weir) struct weir *weir = NULL;
	_cleanup_(close_session) struct weir_health_session *session = NULL;
	const struct options *options = bound;
	struct weir_error err = {};
	double seconds = SECONDS;
	int ret;

	if (inv->word_count)
		return usage_error(inv, "unexpected '%s'", inv->words[0]);
	if (options->duration && parse_seconds(options->duration, &seconds) < 0)
		return usage_error(inv, "--duration takes seconds from 0.1 to 86400, not '%s'",
				   options->duration);
	if (open_weir(inv, &weir, &err) < 0)
		return ctl_failed(&err);
	watch_begin();
	if (weir_health_open(weir, &session, &err) < 0)
		return ctl_failed(&err);
	watch_wait(seconds);
	if (weir_health_read(session, &report, &err) < 0)
		return ctl_failed(&err);
	ret = inv->json ? json_health(&report, inv->pretty, stdout)
			: out_health(&report, inv->color, stdout);
	if (ret)
		return ctl_printed(ret);
	return report.well ? EXIT_DONE : EXIT_FAILED;
}

const struct command cmd_health = {
	.name = "health",
	.summary = "check whether the network of this machine is healthy",
	.synopsis = "[-d SECONDS]",
	.description =
		"Observes signs of trouble for some seconds: TCP retransmits, loss probes and\n"
		"resets, overflows of UDP buffers, drops of queues, transmit timeouts, CPUs that do\n"
		"not keep up, and how long received packets wait for a CPU. It covers the namespace;\n"
		"checks of CPUs cover the machine. The exit code is 1 if a check finds trouble.",
	.args = args,
	.options_size = sizeof(struct options),
	.run = run,
};
