// SPDX-License-Identifier: GPL-2.0
/* target.c - see target.h. */
#include "datapath/base/cleanup.h"
#include "datapath/state/target.h"

static const enum target_kind kinds[] = {
	[WEIR_HOOK_XDP] = TARGET_INTERFACE,        [WEIR_HOOK_TC_INGRESS] = TARGET_INTERFACE,
	[WEIR_HOOK_TC_EGRESS] = TARGET_INTERFACE,  [WEIR_HOOK_CGROUP_INGRESS] = TARGET_CGROUP,
	[WEIR_HOOK_CGROUP_EGRESS] = TARGET_CGROUP, [WEIR_HOOK_SOCKOPS] = TARGET_CGROUP,
	[WEIR_HOOK_SOCKET_FILTER] = TARGET_SOCKET,
};
static_assert(ARRAY_SIZE(kinds) == WEIR_HOOKS, "a hook has no target");

enum target_kind hook_target(enum weir_hook hook)
{
	return kinds[hook];
}

const char *record_target_name(const struct weir_slot *record)
{
	return hook_target(record->hook) == TARGET_INTERFACE ? record->ifname : record->target;
}

struct target target_of_interface(uint64_t netns_cookie, const struct interface *interface)
{
	return (struct target){
		.kind = TARGET_INTERFACE,
		.name = interface->name,
		.interface = interface,
		.netns_cookie = netns_cookie,
		.ifindex = interface->ifindex,
		.fd = -1,
	};
}
