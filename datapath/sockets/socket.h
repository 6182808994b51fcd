/* SPDX-License-Identifier: GPL-2.0 */
/*
 * socket.h - sockets of other processes: duplicate the descriptor, inspect the socket, close it.
 *
 * A duplicate keeps a socket alive and its port in use after its owner has closed it. So callers
 * close it as soon as possible.
 */
#ifndef WEIR_SOCKETS_SOCKET_H
#define WEIR_SOCKETS_SOCKET_H

#include <dirent.h>
#include "bpf/abi/abi.h"
#include "datapath/base/error.h"
#include "datapath/sockets/sockets.h"

/* Properties of a socket. */
struct socket_facts {
	uint32_t pid;
	int32_t fd;            /* its descriptor in the process */
	uint64_t cookie;       /* SO_COOKIE: unique until the machine reboots */
	uint64_t netns_cookie; /* of the namespace it was created in */
	int domain;            /* AF_* */
	int type;              /* SOCK_* */
	int protocol;          /* IPPROTO_*, or a protocol of the family */
	bool listening;
	bool locked; /* SO_LOCK_FILTER */
	enum weir_socket_filter filter;
	uint16_t local_port; /* host byte order; 0: no port */
	uint16_t remote_port;
	const char *state; /* TCP state in lower case; "" for others */
	char local[112];   /* "127.0.0.1:53", "[::1]:53", a path, "@abstract"; "": unbound */
	char remote[112];
	char name[WEIR_TARGET_LEN]; /* "udp 127.0.0.1:53", "tcp [::1]:80 [::1]:4711" */
};

/*
 * Duplicates the descriptor; the caller owns ret_fd. Returns -ESRCH if there is no such process,
 * -EBADF if there is no such descriptor, -ENOTSOCK if it is not a socket, -EPERM if a capability is
 * missing (err names it).
 */
int socket_take(uint32_t pid, int32_t fd, int *ret_fd, struct weir_error *err);

/* Sets all members except pid and fd. Returns -ENOTSOCK if it is not a socket. */
int socket_look(int fd, struct socket_facts *ret_facts);

/* Returns SO_COOKIE; 0: not a socket. */
uint64_t socket_cookie(int fd);

/*
 * Finds the socket with that cookie, first in the expected process and descriptor, then in all
 * processes. ret_facts may be NULL. Returns -ENOENT if no process has it.
 */
int socket_find(uint64_t cookie, uint32_t pid, int32_t fd, struct socket_facts *ret_facts,
		int *ret_fd);

/* Position of a scan through the processes, so that it can pause. */
struct socket_walk {
	DIR *processes;   /* NULL: at the end */
	DIR *descriptors; /* of the current process, or NULL */
	uint32_t pid;
};

struct socket_place {
	uint32_t pid;
	int32_t fd;
	uint64_t inode; /* 0: not a socket, continue */
};

void socket_walk_begin(struct socket_walk *ret_walk);

/* Looks at one descriptor at most. Returns false at the end. */
bool socket_walk_next(struct socket_walk *walk, struct socket_place *ret_place);
void socket_walk_end(struct socket_walk *walk);

/* Calls `each` for every descriptor of every process that is a socket, until it returns false. */
void socket_walk(bool (*each)(uint32_t pid, int32_t fd, uint64_t inode, void *arg), void *arg);

/* Returns the name of the protocol: "tcp", "udp", "unix-dgram" ... */
const char *socket_protocol_name(int domain, int type, int protocol);

/* Checks that the kernel runs filters for such a socket, and that its packets are supported. */
int socket_check(const struct socket_facts *facts, struct weir_error *err);

#endif
