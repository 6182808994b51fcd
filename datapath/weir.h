/* SPDX-License-Identifier: GPL-2.0 */
/*
 * weir.h - the library behind ctl: attach, list, read, regulate.
 *
 * Functions return 0 or -errno. A failing function leaves its outputs, named ret_x, untouched and
 * puts one sentence for the user into the struct weir_error, which may be NULL. Nothing here
 * prints. Strings are NUL-terminated; integers are in host byte order; times are CLOCK_REALTIME
 * in nanoseconds. A struct weir belongs to one thread: working on another network namespace moves
 * the calling thread there for a moment.
 */
#ifndef WEIR_H
#define WEIR_H

#include "datapath/attach/attach.h"
#include "datapath/counters/counters.h"
#include "datapath/doctor/doctor.h"
#include "datapath/drops/drops.h"
#include "datapath/flows/flows.h"
#include "datapath/health/health.h"
#include "datapath/hooks/hooks.h"
#include "datapath/kernel/kernel.h"
#include "datapath/probes/probes.h"
#include "datapath/sockets/sockets.h"
#include "datapath/state/state.h"
#include "datapath/tcp/tcp.h"
#include "datapath/tune/tune.h"

#endif
