// SPDX-License-Identifier: GPL-2.0
/* target.c - see target.h. */
#include "datapath/base/cleanup.h"
#include "datapath/state/target.h"

struct target target_of_interface(uint64_t netns_cookie, const struct interface *interface)
{
	return (struct target){
		.name = interface->name,
		.interface = interface,
		.netns_cookie = netns_cookie,
		.ifindex = interface->ifindex,
		.fd = -1,
	};
}
