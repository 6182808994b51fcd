/* SPDX-License-Identifier: GPL-2.0 */
/* diag.h - TCP sockets of the current network namespace, with sock_diag(7). */
#ifndef WEIR_TCP_DIAG_H
#define WEIR_TCP_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"

struct tcp_diag {
	uint64_t cookie;
	uint8_t state; /* enum weir_tcp_state */
	bool measured; /* false in TIME-WAIT */
	struct weir_tcp_measures measures;
};

/*
 * Dumps all sockets except listeners, IPv4 and IPv6. If on_socket returns nonzero, stops and
 * returns that. Returns -errno.
 */
int tcp_diag_dump(int (*on_socket)(const struct tcp_diag *, void *), void *arg);

/*
 * Parses one received reply. Returns 0 at the end of the dump, 1 if there is more, -EBADMSG if it
 * is malformed, or another -errno. `port` is that of the netlink socket; 0: any.
 */
int tcp_diag_parse(const void *data, size_t size, unsigned int port,
		   int (*on_socket)(const struct tcp_diag *, void *), void *arg);

#endif
