// SPDX-License-Identifier: GPL-2.0
/* watch.c - see watch.h. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>
#include "ctl/frame/ctl.h"
#include "ctl/frame/watch.h"
#include "datapath/base/clock.h"

#define MEANWHILE 0.05 /* seconds between two calls of meanwhile() */
#define PATIENCE 1.0   /* seconds; timeout(1) sends its signal twice in quick succession */

static volatile sig_atomic_t stopped;
static double stopped_at; /* used only in on_signal(), which other signals do not interrupt */

/* --- signals --- */

static void on_signal(int number)
{
	int saved = errno;

	if (!stopped) {
		stopped_at = watch_now();
		stopped = 1;
	} else if (watch_now() - stopped_at >= PATIENCE) {
		signal(number, SIG_DFL);
		raise(number);
	}
	errno = saved;
}

static void end_signals(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	sigaddset(ret_set, SIGINT);
	sigaddset(ret_set, SIGTERM);
}

void watch_begin(void)
{
	/* SA_RESTART lets reads and writes go on. ppoll() is never restarted; see signal(7). */
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	stopped = 0;
	end_signals(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool watch_stopped(void)
{
	return stopped;
}

/* --- time --- */

double watch_now(void)
{
	return (double)clock_ns(CLOCK_MONOTONIC) / 1e9;
}

/* Signals are unblocked only in ppoll(), so that none is lost between the check and the wait. */
double watch_wait(double seconds)
{
	double begin = watch_now(), left = seconds;
	sigset_t set, before;

	end_signals(&set);
	sigprocmask(SIG_BLOCK, &set, &before);
	while (!stopped && left > 0) {
		struct timespec ts = { .tv_sec = (time_t)left };

		ts.tv_nsec = (long)((left - (double)ts.tv_sec) * 1e9);
		if (ppoll(NULL, 0, &ts, &before) < 0 && errno != EINTR)
			break;
		left = begin + seconds - watch_now();
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return watch_now() - begin;
}

double watch_next(double due, double seconds, double began, double now)
{
	due += seconds;
	return due < began + seconds / 2 || due <= now ? now + seconds : due;
}

/* --- the loop --- */

static int wait_until(const struct watch *w, double due, void *arg)
{
	for (double left; !stopped && (left = due - watch_now()) > 0;) {
		int ret;

		watch_wait(w->meanwhile && left > MEANWHILE ? MEANWHILE : left);
		ret = w->meanwhile ? w->meanwhile(arg) : EXIT_DONE;
		if (!ret && w->meanwhile)
			ret = ctl_flush();
		if (ret)
			return ret;
	}
	return EXIT_DONE;
}

/*
 * On a terminal, each turn replaces the previous one, unless something else was printed between
 * them.
 */
static int take_turn(const struct watch *w, void *arg)
{
	bool text = !w->inv->json;
	bool screen = text && !w->once && !w->meanwhile && isatty(STDOUT_FILENO);
	int ret;

	if (screen)
		printf("\033[H\033[2Jctl %s, every %g s; Ctrl-C ends\n\n", w->inv->command->name,
		       w->seconds);
	else if (text && w->meanwhile)
		putchar('\n');
	ret = w->turn(arg);
	if (text && !w->once && !screen)
		putchar('\n');
	return ret ? ret : ctl_flush();
}

int watch_run(const struct watch *w, void *arg)
{
	double due, began;
	int ret;

	watch_begin();
	ret = w->begin ? w->begin(arg) : EXIT_DONE;
	due = watch_now() + (w->at_once ? 0 : w->seconds);
	while (!ret) {
		ret = wait_until(w, due, arg);
		if (ret || (stopped && !w->once && !w->last))
			break;
		began = watch_now();
		ret = take_turn(w, arg);
		if (w->once || stopped)
			break;
		due = watch_next(due, w->seconds, began, watch_now());
	}
	return ret;
}
