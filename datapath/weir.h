/* SPDX-License-Identifier: GPL-2.0 */
/*
 * weir.h - the library behind ctl: attach, list, read, configure.
 *
 * Functions return 0 or -errno unless noted. On failure a function leaves its outputs, named ret_x,
 * untouched and stores a sentence for the user in the struct weir_error, which may be NULL. The
 * library never prints. Strings are NUL-terminated; integers are in host byte order; times are
 * CLOCK_REALTIME in nanoseconds, unless noted. A struct weir belongs to one thread: to work on
 * another network namespace, functions move the calling thread there and back.
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
