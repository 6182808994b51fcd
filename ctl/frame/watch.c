// SPDX-License-Identifier: GPL-2.0
/* watch.c - see watch.h. */
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include "ctl/frame/watch.h"

static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
	(void)signal;
	stopped = 1;
}

void watch_begin(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool watch_stopped(void)
{
	return stopped;
}

double watch_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

double sleep_for(double seconds)
{
	double begin = watch_now();
	struct timespec ts = {
		.tv_sec = (time_t)seconds,
		.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9),
	};

	nanosleep(&ts, NULL);
	return watch_now() - begin;
}
