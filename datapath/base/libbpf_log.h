/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libbpf_log.h - captures the messages of libbpf and libxdp, keeps them for error messages, and
 * passes them to the sink of weir_debug_set(). Kept messages are per thread.
 */
#ifndef WEIR_BASE_LIBBPF_LOG_H
#define WEIR_BASE_LIBBPF_LOG_H

#include "datapath/base/verifier_log.h"

void libbpf_log_capture(void);

/*
 * Returns the first warning since the last call, without its newline; "" if nothing was captured.
 */
const char *libbpf_log_take(void);

/* Returns the last verdict since libbpf_log_take(); without one, its kind is REFUSAL_NONE. */
const struct verifier_verdict *libbpf_log_verdict(void);

/* libbpf_log_heard() returns true if there is a sink; libbpf_log_tell() prints a line to it. */
bool libbpf_log_heard(void);
void libbpf_log_tell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
