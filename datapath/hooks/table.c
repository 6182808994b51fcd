// SPDX-License-Identifier: GPL-2.0
/* table.c - see table.h. */
#include <assert.h>
#include "datapath/base/cleanup.h"
#include "datapath/hooks/table.h"

static const struct hook_ops *const table[] = {
	[WEIR_HOOK_XDP] = &hook_xdp_ops,
	[WEIR_HOOK_TC_INGRESS] = &hook_tc_ops,
	[WEIR_HOOK_TC_EGRESS] = &hook_tc_ops,
	[WEIR_HOOK_CGROUP_INGRESS] = &hook_cgroup_ops,
	[WEIR_HOOK_CGROUP_EGRESS] = &hook_cgroup_ops,
	[WEIR_HOOK_SOCKOPS] = &hook_cgroup_ops,
	[WEIR_HOOK_SOCKET_FILTER] = &hook_socket_ops,
};
static_assert(ARRAY_SIZE(table) == WEIR_HOOKS, "a hook has no operations");

const struct hook_ops *hook_ops(enum weir_hook hook)
{
	return table[hook];
}
