/* SPDX-License-Identifier: GPL-2.0 */
/* watch.h - commands that go on until Ctrl-C. */
#ifndef CTL_FRAME_WATCH_H
#define CTL_FRAME_WATCH_H

#include <stdbool.h>

/* From here on SIGINT and SIGTERM end the watching, not the process. */
void watch_begin(void);
bool watch_stopped(void);

/* CLOCK_MONOTONIC, seconds. */
double watch_now(void);

/* A signal ends it early. Returns the seconds that it took. */
double sleep_for(double seconds);

#endif
