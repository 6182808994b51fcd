// SPDX-License-Identifier: GPL-2.0
/* match.c - see match.h. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/sockets/match.h"

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* `address`: "127.0.0.1:53", "[::1]:53" or a path. */
static bool address_matches(const char *address, bool has_port, const char *pattern)
{
	char host[128];
	char *end;

	if (!address[0])
		return false;
	if (fnmatch(pattern, address, 0) == 0)
		return true;
	if (!has_port)
		return false;
	snprintf(host, sizeof(host), "%s", address + (address[0] == '['));
	end = strrchr(host, ':');
	if (end)
		end[address[0] == '[' && end > host ? -1 : 0] = '\0';
	return fnmatch(pattern, host, 0) == 0;
}

bool socket_match(const struct weir_socket *s, const char *pattern)
{
	if (is_number(pattern)) {
		unsigned long number = strtoul(pattern, NULL, 10);

		return number &&
		       (number == s->local_port || number == s->remote_port || number == s->pid);
	}
	return fnmatch(pattern, s->command, 0) == 0 || strcmp(pattern, s->protocol) == 0 ||
	       address_matches(s->local, s->local_port, pattern) ||
	       address_matches(s->remote, s->remote_port, pattern);
}
