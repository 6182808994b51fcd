/* SPDX-License-Identifier: GPL-2.0 */
/* libbpf_log.h - keeps libbpf and libxdp quiet, and their last warning at hand. */
#ifndef WEIR_BASE_LIBBPF_LOG_H
#define WEIR_BASE_LIBBPF_LOG_H

void libbpf_log_capture(void);

/* The first warning since the last call, without newline; "" if there was none. */
const char *libbpf_log_take(void);

#endif
