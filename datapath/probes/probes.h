/* SPDX-License-Identifier: GPL-2.0 */
/* probes.h - lists probes, runs them, and reads the trace pipe. */
#ifndef WEIR_PROBES_PROBES_H
#define WEIR_PROBES_PROBES_H

#include "datapath/probes/list/list.h"
#include "datapath/probes/probe.h"
#include "datapath/probes/trace_pipe.h"

#endif
