/* SPDX-License-Identifier: GPL-2.0 */
/* debug.h - what libbpf and the verifier say, for whoever looks into a failure. */
#ifndef WEIR_BASE_DEBUG_H
#define WEIR_BASE_DEBUG_H

/*
 * From now on hands every line that libbpf and libxdp say to `sink`, the verifier's log of a refused
 * program among them; NULL: no longer. A line is printable ASCII, anything else in it is \xNN.
 * One sink for the process, as libbpf has it. Several threads may call it, one at a time; it calls
 * nothing of this library.
 */
typedef void (*weir_debug_sink)(const char *line);
void weir_debug_set(weir_debug_sink sink);

#endif
