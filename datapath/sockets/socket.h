/* SPDX-License-Identifier: GPL-2.0 */
/*
 * socket.h - sockets of other processes: duplicated for a moment, looked at, let go.
 *
 * A duplicate keeps a socket alive, and its port in use, when its owner has closed it: whoever
 * takes one closes it at once.
 */
#ifndef WEIR_SOCKETS_SOCKET_H
#define WEIR_SOCKETS_SOCKET_H

#include <dirent.h>
#include "bpf/abi/abi.h"
#include "datapath/base/error.h"
#include "datapath/sockets/sockets.h"

/* What a descriptor tells of its socket. */
struct socket_facts {
	uint32_t pid;
	int32_t fd;            /* the process's number for it */
	uint64_t cookie;       /* SO_COOKIE: of this socket alone, until the machine restarts */
	uint64_t netns_cookie; /* of the namespace that it was made in */
	int domain;            /* AF_* */
	int type;              /* SOCK_* */
	int protocol;          /* IPPROTO_*, or what the family has */
	bool listening;
	bool locked; /* SO_LOCK_FILTER */
	enum weir_socket_filter filter;
	uint16_t local_port; /* host byte order; 0: none */
	uint16_t remote_port;
	const char *state; /* of TCP, in small letters; "" for others */
	char local[112];   /* "127.0.0.1:53", "[::1]:53", a path, "@abstract"; "" for none */
	char remote[112];
	char name[WEIR_TARGET_LEN]; /* "udp 127.0.0.1:53", "tcp [::1]:80 [::1]:4711" */
};

/*
 * Duplicates; ret_fd is the caller's. -ESRCH: no such process; -EBADF: no such descriptor;
 * -ENOTSOCK: it is none; -EPERM: the capability is named.
 */
int socket_take(uint32_t pid, int32_t fd, int *ret_fd, struct weir_error *err);

/* All but pid and fd, which the caller knows. -ENOTSOCK. */
int socket_look(int fd, struct socket_facts *ret_facts);

/* Only SO_COOKIE; 0: none. */
uint64_t socket_cookie(int fd);

/*
 * The socket of that cookie, by process and descriptor where it is expected, else wherever a
 * process has it. ret_facts may be NULL. -ENOENT: no process has it.
 */
int socket_find(uint64_t cookie, uint32_t pid, int32_t fd, struct socket_facts *ret_facts,
		int *ret_fd);

/* Where a walk through the processes is, so that it can pause. */
struct socket_walk {
	DIR *processes;   /* NULL: it has ended */
	DIR *descriptors; /* of the process that it is in, or NULL */
	uint32_t pid;
};

struct socket_place {
	uint32_t pid;
	int32_t fd;
	uint64_t inode; /* 0: nothing to look at, go on */
};

void socket_walk_begin(struct socket_walk *ret_walk);

/* A short step: one descriptor, or less. false: that was all. */
bool socket_walk_next(struct socket_walk *walk, struct socket_place *ret_place);
void socket_walk_end(struct socket_walk *walk);

/* Calls for every descriptor of every process that is a socket, until `each` returns false. */
void socket_walk(bool (*each)(uint32_t pid, int32_t fd, uint64_t inode, void *arg), void *arg);

/* The protocol in a word: "tcp", "udp", "unix-dgram" ... */
const char *socket_protocol_name(int domain, int type, int protocol);

/* Whether the kernel runs filters for such a socket, and packets are such that we know. */
int socket_check(const struct socket_facts *facts, struct weir_error *err);

#endif
