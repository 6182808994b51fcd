/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libbpf_log.h - what libbpf and libxdp say: kept for the sentence of a failure, and handed to the
 * sink of weir_debug_set(). What is kept is of this thread.
 */
#ifndef WEIR_BASE_LIBBPF_LOG_H
#define WEIR_BASE_LIBBPF_LOG_H

#include "datapath/base/verifier_log.h"

void libbpf_log_capture(void);

/* The first warning since the last call, without newline; "" if there was none. */
const char *libbpf_log_take(void);

/* The last verdict since libbpf_log_take(); its kind is REFUSAL_NONE if there was none. */
const struct verifier_verdict *libbpf_log_verdict(void);

/* Whether somebody listens, and a line for them. */
bool libbpf_log_heard(void);
void libbpf_log_tell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
