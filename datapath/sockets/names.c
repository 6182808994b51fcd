// SPDX-License-Identifier: GPL-2.0
/* names.c - names of types of filters; see datapath/weir.h. */
#include <assert.h>
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
