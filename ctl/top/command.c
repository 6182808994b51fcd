// SPDX-License-Identifier: GPL-2.0
/* command.c - ctl top */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include "ctl/flows/filter_option.h"
#include "ctl/top/draw.h"
#include "ctl/top/screen.h"
#include "ctl/top/session.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"

struct options {
	const char *interval;
	struct arg_word unit;
	struct arg_word sort;
	const char *filter;
	bool ascii;
};

#define AT(field) offsetof(struct options, field)

static const struct arg args[] = {
	{ "interval", 'i', ARG_VALUE, AT(interval), "SECONDS",
	  "time between readings, 0.1 to 86400; default 1" },
	{ "unit", 'u', ARG_WORD, AT(unit), NULL, "unit of rates; default: bits",
	  &top_unit_choices },
	{ "sort", 0, ARG_WORD, AT(sort), NULL, "order of attachments; default: name",
	  &top_sort_choices },
	{ "filter", 'f', ARG_VALUE, AT(filter), "EXPR",
	  "only flows such as 'tcp and dst port 443 and net 10.0.0.0/8'" },
	{ "ascii", 0, ARG_FLAG, AT(ascii), NULL, "use only ASCII characters, in any locale" },
	{},
};

static int fill(const struct invocation *inv, const struct options *options, struct top_view *view)
{
	_cleanup_(weir_flow_filter_freep) struct weir_flow_filter *filter = NULL;
	int ret;

	if (inv->json)
		return usage_error(inv, "top has no JSON; use `ctl -j counters`");
	if (options->interval && parse_seconds(options->interval, &view->interval) < 0)
		return usage_error(inv, "--interval takes seconds from 0.1 to 86400, not '%s'",
				   options->interval);
	view->unit = options->unit.number;
	view->sort = options->sort.number;
	if (!options->filter)
		return EXIT_DONE;
	ret = filter_option("--filter", options->filter, &filter);
	if (ret)
		return ret;
	if (strlen(options->filter) >= sizeof(view->flows))
		return usage_error(inv, "--filter is longer than %zu bytes",
				   sizeof(view->flows) - 1);
	strcpy(view->flows, options->filter);
	return EXIT_DONE;
}

/* --- signals --- */

/*
 * Blocks signals and reads them from a descriptor, so that none interrupts the restoring of the
 * terminal.
 */
static int take_signals(sigset_t *ret_before, int *ret_fd)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGWINCH);
	if (sigprocmask(SIG_BLOCK, &set, ret_before) < 0)
		return -errno;
	*ret_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return *ret_fd < 0 ? -errno : 0;
}

/* Returns true to quit. */
static bool handle_signals(int fd, struct top_screen *screen)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGWINCH)
			return true;
		top_screen_resize(screen);
	}
	return false;
}

/* --- drawing --- */

static int draw(struct top_session *session, struct top_screen *screen)
{
	_cleanup_(top_canvas_free) struct top_canvas canvas = {};
	const struct top_scene scene = { &session->model, &session->flows, &session->view,
					 &session->system };
	int rows, cols;

	top_screen_size(screen, &rows, &cols);
	if (top_canvas_init(&canvas, rows, cols, session->view.ascii) < 0)
		return -ENOMEM;
	top_draw(&scene, &canvas, &session->view.page, &session->view.placed);
	top_screen_show(screen, &canvas);
	return 0;
}

static int handle_keys(struct top_session *session, struct top_screen *screen, bool *ret_quit)
{
	unsigned int effects = TOP_EFFECT_NONE;
	uint32_t key;
	int ret = 0;

	while (!ret && top_screen_key(screen, &key) == 0) {
		effects = top_key(&session->view, key);
		if (effects & TOP_EFFECT_QUIT)
			*ret_quit = true;
		ret = top_session_effect(session, effects);
	}
	return ret;
}

static int wait_ms(const struct top_session *session)
{
	uint64_t now = top_now_ns();

	if (session->view.paused)
		return -1;
	return session->next_ns <= now ? 0 : (int)((session->next_ns - now + 999999) / 1000000);
}

/* Returns 0 when the user quits, -EIO if the terminal is gone, or -ENOMEM. */
static int loop(struct top_session *session, struct top_screen *screen, int signals)
{
	struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
				{ .fd = signals, .events = POLLIN } };
	bool quit = false;
	int ret = 0;

	while (!quit && !ret) {
		ret = draw(session, screen);
		if (ret)
			break;
		if (poll(fds, ARRAY_SIZE(fds), wait_ms(session)) < 0) {
			if (errno != EINTR)
				return -errno;
			continue; /* stopped and continued */
		}
		if (fds[1].revents && handle_signals(signals, screen))
			return 0;
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			return -EIO;
		if (fds[0].revents)
			ret = handle_keys(session, screen, &quit);
		if (!ret && !quit && !session->view.paused && top_now_ns() >= session->next_ns)
			ret = top_session_read(session);
	}
	return ret;
}

static int show(struct top_session *session, bool color)
{
	_cleanup_(top_screen_closep) struct top_screen *screen = NULL;
	_cleanup_close_ int signals = -1;
	struct weir_error err = {};
	sigset_t before;
	int ret = take_signals(&before, &signals);

	if (ret)
		return ctl_failed(&(struct weir_error){ "cannot wait for signals" });
	if (top_screen_open(color, &screen, &err) < 0)
		return ctl_failed(&err);
	ret = loop(session, screen, signals);
	top_screen_close(TAKE_PTR(screen));
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (ret == -EIO)
		return ctl_failed(&(struct weir_error){ "the terminal is gone" });
	return ret ? ctl_failed(&(struct weir_error){ "out of memory" }) : EXIT_DONE;
}

static int run(const struct invocation *inv, const void *bound)
{
	const struct options *options = bound;
	_cleanup_(top_session_free) struct top_session session = {
		.selection = { .inv = inv },
		.view = { .interval = 1, .flow_sort = FLOW_SORT_RATE, .page = 1 },
	};
	struct weir_error err = {};
	int ret = fill(inv, options, &session.view);

	if (ret)
		return ret;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return ctl_failed(&(struct weir_error){
			"cannot show a dashboard: this is not a terminal; `ctl counters --watch` "
			"writes to files and pipes" });
	/* letters only, so that numbers keep their decimal point */
	setlocale(LC_CTYPE, "");
	session.view.ascii = options->ascii || !top_screen_utf8();
	if (open_weir(inv, &session.weir, &err) < 0)
		return ctl_failed(&err);
	if (selection_names(&session.selection, session.weir) < 0)
		return ctl_failed(&(struct weir_error){ "out of memory" });
	if (top_session_begin(&session, &err) < 0)
		return ctl_failed(&err);
	return show(&session, inv->color);
}

const struct command cmd_top = {
	.name = "top",
	.summary = "show a dashboard in the terminal",
	.synopsis = "[IFACE...] [--interval SECONDS] [--unit bits|bytes|packets]",
	.description =
		"Shows attachments with their rates and history, live: all of them, or interfaces by\n"
		"name or glob (-n NETNS: in that namespace); protocols, packet sizes and verdicts of\n"
		"the selected one; the flows with the highest rates; and, if the terminal is large\n"
		"enough, kernel drops and TCP connections. ? explains the keys, q quits.\n"
		"Packets are counted as handled: a GSO or GRO super-packet counts once.\n"
		"Characters are ASCII if the locale is not UTF-8; --color is obeyed.",
	.args = args,
	.options_size = sizeof(struct options),
	.choices = &choices_interfaces,
	.run = run,
};
