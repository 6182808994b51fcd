// SPDX-License-Identifier: GPL-2.0
/* losses.c - see losses.h. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/growth.h"
#include "datapath/drops/losses.h"
#include "datapath/kernel/netlink.h"

#define DUMP_TRIES 64

static const struct {
	const char *name;
	size_t offset;
} fields[] = {
#define FIELD(field)                                              \
	{                                                         \
#field, offsetof(struct rtnl_link_stats64, field) \
	}
	[WEIR_LOSS_RX_DROPPED] = FIELD(rx_dropped),
	[WEIR_LOSS_RX_ERRORS] = FIELD(rx_errors),
	[WEIR_LOSS_RX_MISSED] = FIELD(rx_missed_errors),
	[WEIR_LOSS_RX_OVER] = FIELD(rx_over_errors),
	[WEIR_LOSS_RX_FIFO] = FIELD(rx_fifo_errors),
	[WEIR_LOSS_RX_CRC] = FIELD(rx_crc_errors),
	[WEIR_LOSS_RX_FRAME] = FIELD(rx_frame_errors),
	[WEIR_LOSS_RX_LENGTH] = FIELD(rx_length_errors),
	[WEIR_LOSS_RX_NOHANDLER] = FIELD(rx_nohandler),
	[WEIR_LOSS_TX_DROPPED] = FIELD(tx_dropped),
	[WEIR_LOSS_TX_ERRORS] = FIELD(tx_errors),
	[WEIR_LOSS_TX_CARRIER] = FIELD(tx_carrier_errors),
	[WEIR_LOSS_TX_FIFO] = FIELD(tx_fifo_errors),
	[WEIR_LOSS_COLLISIONS] = FIELD(collisions),
#undef FIELD
};
static_assert(ARRAY_SIZE(fields) == WEIR_LOSSES, "a field for each");

const char *weir_loss_name(enum weir_loss loss)
{
	return loss < WEIR_LOSSES ? fields[loss].name : NULL;
}

void losses_free(struct losses *losses)
{
	free(losses->items);
	*losses = (struct losses){};
}

/* The structure of an older kernel is shorter: missing members are 0. */
static void fill(struct weir_drop_interface *item, const struct nlattr *attr)
{
	struct rtnl_link_stats64 stats = {};
	size_t size = mnl_attr_get_payload_len(attr);

	memcpy(&stats, mnl_attr_get_payload(attr), size < sizeof(stats) ? size : sizeof(stats));
	for (int i = 0; i < WEIR_LOSSES; i++)
		memcpy(&item->losses[i], (const char *)&stats + fields[i].offset, sizeof(__u64));
}

static int on_link(const struct nlmsghdr *nlh, void *arg)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct losses *losses = arg;
	struct weir_drop_interface *grown = realloc(losses->items,
						    (losses->count + 1) * sizeof(*grown));
	struct weir_drop_interface *item;
	const struct nlattr *attr;

	if (!grown) {
		errno = ENOMEM;
		return MNL_CB_ERROR;
	}
	losses->items = grown;
	item = &grown[losses->count++];
	*item = (struct weir_drop_interface){ .ifindex = (uint32_t)ifi->ifi_index };
	mnl_attr_for_each(attr, nlh, sizeof(*ifi))
	{
		if (mnl_attr_get_type(attr) == IFLA_IFNAME)
			snprintf(item->ifname, sizeof(item->ifname), "%s", netlink_text(attr));
		else if (mnl_attr_get_type(attr) == IFLA_STATS64)
			fill(item, attr);
	}
	return MNL_CB_OK;
}

static int read_one(struct weir *weir, const struct netns *ns, struct losses *losses)
{
	const struct ifinfomsg header = {};
	size_t first = losses->count;
	int ret = netns_enter(&weir->netns, ns);

	if (ret)
		return 0; /* as described in losses.h */
	ret = -EINTR;
	for (int tries = 0; tries < DUMP_TRIES && ret == -EINTR; tries++) {
		losses->count = first;
		ret = netlink_dump(RTM_GETLINK, &header, sizeof(header), on_link, losses);
	}
	netns_leave(&weir->netns);
	for (size_t i = first; i < losses->count; i++) {
		losses->items[i].netns_cookie = ns->cookie;
		losses->items[i].here = ns->cookie == weir->netns.home;
		memcpy(losses->items[i].netns, ns->name, sizeof(ns->name));
	}
	return ret;
}

int losses_read(struct weir *weir, bool here, struct losses *ret_losses)
{
	_cleanup_(losses_free) struct losses losses = {};
	int ret = 0;

	if (here) {
		ret = read_one(weir, netns_home(&weir->netns), &losses);
	} else {
		netns_find_all(&weir->netns);
		for (size_t i = 0; !ret && i < weir->netns.count; i++)
			ret = read_one(weir, weir->netns.items[i], &losses);
	}
	if (ret)
		return ret;
	*ret_losses = losses;
	losses = (struct losses){};
	return 0;
}

static const struct weir_drop_interface *find(const struct losses *list,
					      const struct weir_drop_interface *like)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].netns_cookie == like->netns_cookie &&
		    list->items[i].ifindex == like->ifindex)
			return &list->items[i];
	}
	return NULL;
}

void losses_subtract(struct losses *now, const struct losses *before)
{
	size_t kept = 0;

	for (size_t i = 0; i < now->count; i++) {
		struct weir_drop_interface item = now->items[i];
		const struct weir_drop_interface *then = find(before, &item);
		bool any = false;

		for (int j = 0; j < WEIR_LOSSES; j++) {
			item.losses[j] = growth(then ? then->losses[j] : 0, item.losses[j]);
			any |= item.losses[j] != 0;
		}
		if (any)
			now->items[kept++] = item;
	}
	now->count = kept;
}
