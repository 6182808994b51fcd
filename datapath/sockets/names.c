// SPDX-License-Identifier: GPL-2.0
/* names.c - names of types of filters; see datapath/weir.h. */
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/name.h"
#include "datapath/sockets/sockets.h"

static const char *const socket_filters[] = {
	[WEIR_SOCKET_FILTER_NONE] = "none",       [WEIR_SOCKET_FILTER_CLASSIC] = "classic",
	[WEIR_SOCKET_FILTER_EBPF] = "ebpf",       [WEIR_SOCKET_FILTER_WEIR] = "weir",
	[WEIR_SOCKET_FILTER_UNKNOWN] = "unknown",
};
static_assert(ARRAY_SIZE(socket_filters) == WEIR_SOCKET_FILTERS, "a filter has no name");

const char *weir_socket_filter_name(enum weir_socket_filter filter)
{
	return NAME(socket_filters, filter);
}

/* Splits "udp 127.0.0.1:53", "tcp [::1]:80 [::1]:4711", "unix-dgram 8:5"; see name_socket(). */
void weir_socket_name_split(const char *name, char *ret_protocol, size_t size, uint16_t *ret_port)
{
	static const char *const with_ports[] = { "tcp", "udp", "udplite" };
	size_t length = strcspn(name, " "), end = length + strspn(name + length, " ");

	snprintf(ret_protocol, size, "%.*s", (int)length, name);
	*ret_port = 0;
	end += strcspn(name + end, " ");
	while (end > length && isdigit((unsigned char)name[end - 1]))
		end--;
	for (size_t i = 0; i < ARRAY_SIZE(with_ports); i++) {
		if (strlen(with_ports[i]) == length && strncmp(with_ports[i], name, length) == 0)
			*ret_port = (uint16_t)strtoul(name + end, NULL, 10);
	}
}
