/* SPDX-License-Identifier: GPL-2.0 */
/* watch.h - commands that go on until Ctrl-C, and the loop of those that read again and again. */
#ifndef CTL_FRAME_WATCH_H
#define CTL_FRAME_WATCH_H

#include <stdbool.h>

struct invocation;

/*
 * From here on SIGINT and SIGTERM end the watching, not the process: what is being read and written
 * is finished first. A second signal, a second later or more, ends the process.
 */
void watch_begin(void);
bool watch_stopped(void);

/* CLOCK_MONOTONIC, seconds. */
double watch_now(void);

/*
 * Waits; a signal ends it early, also one that came before, once watch_begin() was called. Returns
 * the seconds that it took.
 */
double watch_wait(double seconds);

/*
 * When the turn behind this one is due, which was due at `due` and began at `began`. It keeps step,
 * so that delays do not add up. If this turn was late (the process was stopped, the machine slept)
 * or took longer than an interval, the step is a new one from now on: two turns in a row would be
 * too near to each other for rates.
 */
double watch_next(double due, double seconds, double began, double now);

/* Writes what is printed. 0, or the exit code after a sentence. */
int watch_flush(void);

/* Each function returns 0 or the exit code, which ends the loop. */
struct watch {
	const struct invocation *inv;
	double seconds;              /* from one turn to the next */
	bool once;                   /* one turn only; a signal brings it forward */
	bool at_once;                /* the first turn does not wait */
	bool last;                   /* a signal brings the next turn forward; else there is none */
	int (*begin)(void *arg);     /* the first reading, of which nothing is shown; may be NULL */
	int (*turn)(void *arg);      /* reads and prints */
	int (*meanwhile)(void *arg); /* prints what came between turns; may be NULL */
};

/* Until a signal comes, or a function fails. Returns the exit code. */
int watch_run(const struct watch *watch, void *arg);

#endif
