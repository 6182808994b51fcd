// SPDX-License-Identifier: GPL-2.0
/* listen_option.c - see listen_option.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/serve/listen_option.h"

static bool is_loopback(const struct sockaddr_storage *storage)
{
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)storage;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)storage;

	if (storage->ss_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

/* Splits text into the host, without brackets, and the port, a number. */
static int split(const char *text, char *host, size_t size, const char **ret_port)
{
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;
	char *end;

	if (!colon || strspn(colon + 1, "0123456789") != strlen(colon + 1) || !colon[1] ||
	    strlen(colon + 1) > 5 || strtoul(colon + 1, &end, 10) > 65535)
		return -EINVAL;
	if (length && text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	} else if (memchr(text, ':', length)) {
		return -EINVAL; /* it is ambiguous where the address ends */
	}
	if (length >= size)
		return -EINVAL;
	memcpy(host, text, length);
	host[length] = '\0';
	*ret_port = colon + 1;
	return 0;
}

int listen_option(const char *text, struct listen_address *ret_address)
{
	struct addrinfo hints = {
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	struct listen_address address = {};
	struct addrinfo *found = NULL;
	const char *port, *name;
	char host[64];

	if (split(text, host, sizeof(host), &port) < 0)
		return -EINVAL;
	name = strcmp(host, "localhost") == 0 ? "127.0.0.1" : *host ? host : "::";
	if (getaddrinfo(name, port, &hints, &found) != 0)
		return -EINVAL;
	memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
	address.length = found->ai_addrlen;
	address.loopback = is_loopback(&address.storage);
	freeaddrinfo(found);
	snprintf(address.host, sizeof(address.host), "%s", name);
	snprintf(address.text, sizeof(address.text), "%s", text);
	*ret_address = address;
	return 0;
}

int count_option(const char *text, unsigned int most, unsigned int *ret_count)
{
	size_t length = strlen(text);
	unsigned long count;

	if (!length || length > 9 || strspn(text, "0123456789") != length)
		return -EINVAL;
	count = strtoul(text, NULL, 10);
	if (!count || count > most)
		return -EINVAL;
	*ret_count = (unsigned int)count;
	return 0;
}
