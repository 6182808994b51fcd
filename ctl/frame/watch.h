/* SPDX-License-Identifier: GPL-2.0 */
/* watch.h - commands that run until Ctrl-C, and their loop. */
#ifndef CTL_FRAME_WATCH_H
#define CTL_FRAME_WATCH_H

#include <stdbool.h>

struct invocation;

/*
 * From now on SIGINT and SIGTERM stop the watching instead of the process, so that reading and
 * writing get finished. A second signal at least one second later ends the process.
 */
void watch_begin(void);
bool watch_stopped(void);

/* Returns CLOCK_MONOTONIC in seconds. */
double watch_now(void);

/*
 * Waits; a signal ends the wait early, even if it came before (after watch_begin()). Returns the
 * seconds waited.
 */
double watch_wait(double seconds);

/*
 * Returns the time of the next turn, if this one was due at `due` and began at `began`. Turns stay
 * in step, so that delays do not add up. If this turn was late (the process was stopped, the
 * machine slept) or took longer than an interval, a new step begins now, because two turns in quick
 * succession would give bad rates.
 */
double watch_next(double due, double seconds, double began, double now);

/* Each function returns 0, or an exit code, which ends the loop. */
struct watch {
	const struct invocation *inv;
	double seconds;              /* interval between turns */
	bool once;                   /* run one turn only; a signal runs it early */
	bool at_once;                /* run the first turn without waiting */
	bool last;                   /* a signal runs one more turn early, instead of none */
	int (*begin)(void *arg);     /* takes the first reading and prints nothing; may be NULL */
	int (*turn)(void *arg);      /* reads and prints */
	int (*meanwhile)(void *arg); /* prints events between turns; may be NULL */
};

/* Runs until a signal arrives or a function fails. Returns the exit code. */
int watch_run(const struct watch *watch, void *arg);

#endif
