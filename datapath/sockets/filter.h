/* SPDX-License-Identifier: GPL-2.0 */
/* filter.h - configures the filter of one socket, and selects sockets. */
#ifndef WEIR_SOCKETS_FILTER_H
#define WEIR_SOCKETS_FILTER_H

#include "datapath/sockets/classic.h"
#include "datapath/sockets/socket.h"
#include "datapath/sockets/sockets.h"
#include "datapath/state/context.h"

/* A socket to attach to, and its program. */
struct socket_target {
	struct socket_facts facts;
	struct weir_socket_config config;
	struct insns insns; /* the compiled expression; empty without one */
};

void socket_target_free(struct socket_target *target);

/*
 * Returns -EOPNOTSUPP if the choice would break the TCP connections of this socket. `force` allows
 * dropping segments, but not truncating them.
 */
int socket_filter_check(const struct socket_facts *facts, const struct weir_socket_choice *choice,
			bool force, struct weir_error *err);

/*
 * Sets config and insns for the socket in facts. expression: NULL or "": none. Returns -EINVAL with
 * libpcap's message, -EOPNOTSUPP if this socket cannot have such a filter.
 */
int socket_filter_prepare(struct socket_target *target, const char *expression, uint32_t snap,
			  struct weir_error *err);

/* Reads the configuration of a loaded socket filter. Returns -ENOENT if it is another program. */
int socket_filter_of(int program_fd, struct weir_socket_config *ret_config);

struct socket_list {
	struct socket_facts *items;
	size_t count;
};

void socket_list_free(struct socket_list *list);

/*
 * Finds the selected sockets, without duplicates. Returns -ESRCH, -EBADF, -ENOTSOCK or -EPERM like
 * socket_take(), -ENOENT if no socket has the port.
 */
int socket_choose(const struct weir *weir, const struct weir_socket_choice *choice,
		  struct socket_list *ret_list, struct weir_error *err);

#endif
