// SPDX-License-Identifier: GPL-2.0
/* words.c - formats the parts of a drop. */
#include <inttypes.h>
#include <linux/if_ether.h>
#include <string.h>
#include "ctl/drops/table.h"
#include "ctl/flows/words.h"

const char *drop_netns_word(const struct weir_kernel_drop *drop, char *buffer, size_t size)
{
	if (drop->netns[0])
		snprintf(buffer, size, "%s", drop->netns);
	else if (drop->here)
		snprintf(buffer, size, "-");
	else if (drop->netns_cookie)
		snprintf(buffer, size, "#%" PRIu64, drop->netns_cookie);
	else
		snprintf(buffer, size, "?");
	return buffer;
}

const char *drop_interface_word(const struct weir_kernel_drop *drop, char *buffer, size_t size)
{
	if (drop->ifname[0])
		snprintf(buffer, size, "%s", drop->ifname);
	else if (drop->ifindex)
		snprintf(buffer, size, "if%" PRIu32, drop->ifindex);
	else
		snprintf(buffer, size, "?");
	return buffer;
}

const char *drop_protocol_word(const struct weir_kernel_drop *drop, char *buffer, size_t size)
{
	char protocol[16];

	if (drop->ethertype == ETH_P_IP || drop->ethertype == ETH_P_IPV6)
		snprintf(buffer, size, "%s%s",
			 protocol_word(drop->flow.protocol, protocol, sizeof(protocol)),
			 drop->flow.v6 && drop->flow.protocol != 58 ? "/ipv6" : "");
	else if (drop->ethertype == ETH_P_ARP)
		snprintf(buffer, size, "arp");
	else if (drop->ethertype)
		snprintf(buffer, size, "0x%04x", drop->ethertype);
	else
		snprintf(buffer, size, "?");
	return buffer;
}
