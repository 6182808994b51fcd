/* SPDX-License-Identifier: GPL-2.0 */
/* sockets.h - sockets of running processes, and their filters. */
#ifndef WEIR_SOCKETS_SOCKETS_H
#define WEIR_SOCKETS_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"
#include "datapath/base/error.h"

struct weir;

/* Selects one socket of a process, or all sockets on a local port in the context's namespace. */
struct weir_socket_choice {
	uint32_t pid; /* 0: select by port */
	int32_t fd;
	uint16_t port;  /* host byte order */
	bool listening; /* with a port: TCP listeners only; otherwise all except listeners */
	int protocol;   /* with a port: IPPROTO_TCP or IPPROTO_UDP; 0: both */
	const char
		*keep; /* pcap-filter expression; drop packets that do not match; NULL: keep all */
	uint32_t snap; /* truncate datagrams to this many bytes; 0: do not. Not for TCP */
};

enum weir_socket_filter {
	WEIR_SOCKET_FILTER_NONE,
	WEIR_SOCKET_FILTER_CLASSIC, /* SO_ATTACH_FILTER: classic BPF */
	WEIR_SOCKET_FILTER_EBPF, /* SO_ATTACH_BPF; the kernel reports nothing about the program */
	WEIR_SOCKET_FILTER_WEIR, /* attached by weir, in a slot */
	WEIR_SOCKET_FILTER_UNKNOWN, /* not permitted to inspect it */
	WEIR_SOCKET_FILTERS,
};

const char *weir_socket_filter_name(enum weir_socket_filter filter);

/*
 * Splits the name of a socket in struct weir_slot into its protocol, for which 16 bytes are enough,
 * and its local port; 0 if the protocol has no ports.
 */
void weir_socket_name_split(const char *name, char *ret_protocol, size_t size, uint16_t *ret_port);

/* A socket of a process. If several processes share a socket, each has an item. */
struct weir_socket {
	uint32_t pid;
	int32_t fd;
	char command[16];  /* comm of the process */
	char protocol[16]; /* "tcp", "udp", "unix-dgram" ... */
	char local[112];   /* "127.0.0.1:53", "[::1]:53", a path, "@abstract"; "": unbound */
	char remote[112];
	char state[16];      /* TCP state in lower case; "" for others */
	uint16_t local_port; /* host byte order; 0: no port */
	uint16_t remote_port;
	uint64_t inode;
	uint64_t cookie;                /* SO_COOKIE; 0: unknown */
	uint64_t netns_cookie;          /* 0: unknown */
	char netns[WEIR_NETNS_LEN];     /* "": the namespace has no name */
	bool here;                      /* in the context's namespace */
	enum weir_socket_filter filter; /* set only for wanted sockets */
	bool locked;                    /* the filter is locked (SO_LOCK_FILTER) */
	uint32_t slot;                  /* if filter is WEIR_SOCKET_FILTER_WEIR */
};

struct weir_sockets {
	struct weir_socket *items; /* by process and descriptor */
	size_t count;
};

void weir_sockets_free(struct weir_sockets *sockets);

/*
 * Reads the sockets of all processes in all namespaces for which `wanted` returns true (NULL: all).
 * It gets all members except filter, locked and slot. Sockets that no process holds are not found.
 */
int weir_sockets_read(struct weir *weir, bool (*wanted)(const struct weir_socket *, void *),
		      void *arg, struct weir_sockets *ret_sockets, struct weir_error *err);

/*
 * The same in steps, for callers with other work to do: a socket takes 0.1 ms. `weir` and `arg`
 * must stay valid. A step takes about `ms` (0: until the end) and returns the sockets it found,
 * unordered; *ret_more is true if there are more. After a failure the session can only be closed.
 */
struct weir_sockets_session;

int weir_sockets_open(struct weir *weir, bool (*wanted)(const struct weir_socket *, void *),
		      void *arg, struct weir_sockets_session **ret_session, struct weir_error *err);
int weir_sockets_step(struct weir_sockets_session *session, unsigned int ms,
		      struct weir_sockets *ret_sockets, bool *ret_more, struct weir_error *err);
void weir_sockets_close(struct weir_sockets_session *session);

/* Sorts by process and descriptor. */
void weir_sockets_sort(struct weir_sockets *sockets);

#endif
