/* SPDX-License-Identifier: GPL-2.0 */
/* debug.h - messages of libbpf and the verifier, for debugging. */
#ifndef WEIR_BASE_DEBUG_H
#define WEIR_BASE_DEBUG_H

/*
 * Passes every line that libbpf and libxdp print from now on to `sink`, including the verifier log
 * of a rejected program. NULL disables this. Lines are printable ASCII; other bytes become \xNN.
 * There is one sink per process, as in libbpf. Threads call it one at a time. It must not call this
 * library.
 */
typedef void (*weir_debug_sink)(const char *line);
void weir_debug_set(weir_debug_sink to);

#endif
