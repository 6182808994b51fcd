/* SPDX-License-Identifier: GPL-2.0 */
/* sockets.h - sockets of running processes, and the filters that they have. */
#ifndef WEIR_SOCKETS_SOCKETS_H
#define WEIR_SOCKETS_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"
#include "datapath/base/error.h"

struct weir;

/* Sockets of running processes: one, or all of the context's namespace with that local port. */
struct weir_socket_choice {
	uint32_t pid; /* 0: by port */
	int32_t fd;
	uint16_t port;  /* host byte order */
	bool listening; /* with a port: TCP listeners; else UDP, and TCP that does not listen */
	int protocol;   /* with a port: IPPROTO_TCP or IPPROTO_UDP; 0: both */
	const char
		*keep; /* a filter expression as of libpcap; what is not so is dropped; NULL: all */
	uint32_t snap; /* bytes of a datagram that the process gets to see; 0: all. Not for TCP */
};

enum weir_socket_filter {
	WEIR_SOCKET_FILTER_NONE,
	WEIR_SOCKET_FILTER_CLASSIC, /* SO_ATTACH_FILTER: classic BPF */
	WEIR_SOCKET_FILTER_EBPF, /* SO_ATTACH_BPF: a program, of which the kernel tells no more */
	WEIR_SOCKET_FILTER_WEIR, /* that of a slot */
	WEIR_SOCKET_FILTER_UNKNOWN, /* it may not be looked at */
	WEIR_SOCKET_FILTERS,
};

const char *weir_socket_filter_name(enum weir_socket_filter filter);

/*
 * Of the name of a socket in struct weir_slot: its protocol, for which 16 bytes suffice, and its
 * local port, 0 where the protocol has none.
 */
void weir_socket_name_split(const char *name, char *ret_protocol, size_t size, uint16_t *ret_port);

/* A socket as a process has it. One that several processes share is there for each. */
struct weir_socket {
	uint32_t pid;
	int32_t fd;
	char command[16];  /* comm of the process */
	char protocol[16]; /* "tcp", "udp", "unix-dgram" ... */
	char local[112];   /* "127.0.0.1:53", "[::1]:53", a path, "@abstract"; "" for none */
	char remote[112];
	char state[16];      /* of TCP, in small letters; "" for others */
	uint16_t local_port; /* host byte order; 0: none */
	uint16_t remote_port;
	uint64_t inode;
	uint64_t cookie;                /* SO_COOKIE; 0: not known */
	uint64_t netns_cookie;          /* 0: not known */
	char netns[WEIR_NETNS_LEN];     /* "" if it has no name */
	bool here;                      /* in the namespace of the context */
	enum weir_socket_filter filter; /* looked at only where the socket is wanted */
	bool locked;                    /* the filter is, by SO_LOCK_FILTER */
	uint32_t slot;                  /* with WEIR_SOCKET_FILTER_WEIR */
};

struct weir_sockets {
	struct weir_socket *items; /* by process and descriptor */
	size_t count;
};

void weir_sockets_free(struct weir_sockets *sockets);

/*
 * Sockets of all processes and namespaces for which `wanted` (NULL: any) is true; it sees all but
 * filter, locked and slot. A socket that no process holds is not there.
 */
int weir_sockets_read(struct weir *weir, bool (*wanted)(const struct weir_socket *, void *),
		      void *arg, struct weir_sockets *ret_sockets, struct weir_error *err);

/*
 * The same in steps, for who has to do something else meanwhile: a socket costs 0.1 ms. weir and
 * arg are borrowed. A step goes on for about `ms` (0: to the end) and gives what it found, in no
 * order; *ret_more: there are further ones. A failed session can only be closed.
 */
struct weir_sockets_session;

int weir_sockets_open(struct weir *weir, bool (*wanted)(const struct weir_socket *, void *),
		      void *arg, struct weir_sockets_session **ret_session, struct weir_error *err);
int weir_sockets_step(struct weir_sockets_session *session, unsigned int ms,
		      struct weir_sockets *ret_sockets, bool *ret_more, struct weir_error *err);
void weir_sockets_close(struct weir_sockets_session *session);

/* By process and descriptor. */
void weir_sockets_sort(struct weir_sockets *sockets);

#endif
