/* SPDX-License-Identifier: GPL-2.0 */
/* filter.h - what the program of one socket is to do, and which sockets are meant. */
#ifndef WEIR_SOCKETS_FILTER_H
#define WEIR_SOCKETS_FILTER_H

#include "datapath/sockets/classic.h"
#include "datapath/sockets/socket.h"
#include "datapath/sockets/sockets.h"
#include "datapath/state/context.h"

/* A socket to attach to, and the program that it is to have. */
struct socket_target {
	struct socket_facts facts;
	struct weir_socket_config config;
	struct insns insns; /* of the expression; empty without one */
};

void socket_target_free(struct socket_target *target);

/*
 * -EOPNOTSUPP: the choice would break the TCP connections of this socket; `force` allows to drop
 * segments, not to cut them.
 */
int socket_filter_check(const struct socket_facts *facts, const struct weir_socket_choice *choice,
			bool force, struct weir_error *err);

/*
 * Fills config and insns for the socket in facts. expression: NULL or "" for none. -EINVAL: with
 * libpcap's sentence. -EOPNOTSUPP: this socket can have no such filter, and why.
 */
int socket_filter_prepare(struct socket_target *target, const char *expression, uint32_t snap,
			  struct weir_error *err);

/* What a loaded program of ours was told. -ENOENT: it is none of a socket. */
int socket_filter_of(int program_fd, struct weir_socket_config *ret_config);

struct socket_list {
	struct socket_facts *items;
	size_t count;
};

void socket_list_free(struct socket_list *list);

/*
 * The sockets that are meant, each once. -ESRCH, -EBADF, -ENOTSOCK, -EPERM: as socket_take().
 * -ENOENT: none has that port.
 */
int socket_choose(const struct weir *weir, const struct weir_socket_choice *choice,
		  struct socket_list *ret_list, struct weir_error *err);

#endif
