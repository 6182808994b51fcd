/* SPDX-License-Identifier: GPL-2.0 */
/* debug.h - the messages of libbpf and the verifier, for debugging. */
#ifndef WEIR_BASE_DEBUG_H
#define WEIR_BASE_DEBUG_H

/*
 * Passes every line that libbpf and libxdp print from now on to `sink`, including the verifier log
 * of a rejected program. NULL stops that. A line is printable ASCII; other bytes are \xNN. Like
 * libbpf, the process has one sink. Several threads may call it, one at a time. It must not call
 * this library.
 */
typedef void (*weir_debug_sink)(const char *line);
void weir_debug_set(weir_debug_sink to);

#endif
