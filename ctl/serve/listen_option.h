/* SPDX-License-Identifier: GPL-2.0 */
/* listen_option.h - parses addresses to listen on. */
#ifndef CTL_SERVE_LISTEN_OPTION_H
#define CTL_SERVE_LISTEN_OPTION_H

#include <stdbool.h>
#include <sys/socket.h>

struct listen_address {
	struct sockaddr_storage storage;
	socklen_t length;
	bool loopback; /* reachable only from this machine */
	char host[64]; /* numeric, without brackets */
	char text[96]; /* as given by the user */
};

/*
 * Parses "127.0.0.1:9435", "localhost:9435", "[::1]:9435", or ":9435" for all addresses. Returns 0
 * or -EINVAL.
 */
int listen_option(const char *text, struct listen_address *ret_address);

/* Parses a number from 1 to most. Returns 0 or -EINVAL. */
int count_option(const char *text, unsigned int most, unsigned int *ret_count);

#endif
