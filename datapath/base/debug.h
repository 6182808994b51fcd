/* SPDX-License-Identifier: GPL-2.0 */
/* debug.h - what libbpf and the verifier say, for whoever looks into a failure. */
#ifndef WEIR_BASE_DEBUG_H
#define WEIR_BASE_DEBUG_H

/*
 * Hands every line that libbpf and libxdp print to `sink` from now on, the verifier's log of a
 * refused program included. NULL ends that. A line is printable ASCII; any other byte is \xNN.
 * The process has one sink, as libbpf does. Several threads may call it, one at a time, and it must
 * not call this library.
 */
typedef void (*weir_debug_sink)(const char *line);
void weir_debug_set(weir_debug_sink to);

#endif
