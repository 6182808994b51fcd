/* SPDX-License-Identifier: GPL-2.0 */
/* diag.h - TCP sockets of the current network namespace, by sock_diag(7). */
#ifndef WEIR_TCP_DIAG_H
#define WEIR_TCP_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"

struct tcp_diag {
	uint64_t cookie;
	uint8_t state; /* enum weir_tcp_state */
	bool measured; /* false for what is left in TIME-WAIT */
	struct weir_tcp_measures measures;
};

/* All but listening ones, IPv4 and IPv6. -errno; what on_socket returns, if not 0, ends it. */
int tcp_diag_dump(int (*on_socket)(const struct tcp_diag *, void *), void *arg);

/*
 * One answer of the kernel, as it was received: 0 at the end of all, 1 if more is to come, -errno,
 * of which -EBADMSG is an answer that is none. `port` is that of the netlink socket; 0: any.
 */
int tcp_diag_parse(const void *data, size_t size, unsigned int port,
		   int (*on_socket)(const struct tcp_diag *, void *), void *arg);

#endif
