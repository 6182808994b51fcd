// SPDX-License-Identifier: GPL-2.0
/* purge.c - removes everything that weir attached, even if its pins have an unknown layout. */
#include <errno.h>
#include <string.h>
#include "datapath/attach/attach.h"
#include "datapath/attach/journal.h"
#include "datapath/base/cleanup.h"
#include "datapath/hooks/table.h"
#include "datapath/state/pin.h"

static int detach_slots(struct weir *weir, size_t *ret_detached, struct weir_error *err)
{
	_cleanup_free_ struct slot_table *table = NULL;
	size_t detached = 0;
	int ret = journal_recover(weir, err);

	if (!ret)
		ret = slot_table_read(weir, &table, err);
	for (uint32_t i = 0; i < WEIR_SLOTS && !ret; i++) {
		if (table->slots[i].state == WEIR_SLOT_FREE)
			continue;
		ret = journal_detach(weir, i, err);
		if (!ret)
			detached++;
	}
	if (ret)
		return ret;
	*ret_detached = detached;
	return 0;
}

static void sweep_interface(struct weir *weir, const struct interface *interface)
{
	for (unsigned int hook = 0; hook < WEIR_HOOKS; hook++) {
		if (hook_ops(hook)->sweep)
			hook_ops(hook)->sweep(weir, hook, interface);
	}
}

/* Without a slot table, looks at all interfaces of all namespaces. */
static void sweep(struct weir *weir)
{
	for (uint32_t i = 0; i < WEIR_SLOTS; i++)
		hook_pins_remove(weir, i, NULL); /* detaches at once, unlike removing the pin */
	netns_find(&weir->netns, 0); /* cookie 0 matches none, so all namespaces are read */
	for (size_t i = 0; i < weir->netns.count; i++) {
		struct netns *ns = weir->netns.items[i];
		const struct interfaces *interfaces;

		if (netns_interfaces(&weir->netns, ns, &interfaces) < 0 ||
		    netns_enter(&weir->netns, ns) < 0)
			continue;
		for (size_t j = 0; j < interfaces->count; j++)
			sweep_interface(weir, &interfaces->items[j]);
		netns_leave(&weir->netns);
	}
}

int weir_purge(struct weir *weir, size_t *ret_detached, struct weir_error *err)
{
	_cleanup_close_ int lock = -1;
	size_t detached = 0;
	int ret = pin_lock(weir, &lock, err);

	if (ret)
		return ret;
	ret = pin_maps_open(weir, err);
	if (!ret)
		ret = detach_slots(weir, &detached, err);
	else if (ret == -EPROTO)
		sweep(weir);
	if (ret && ret != -ENOENT && ret != -EPROTO)
		return ret;
	ret = pin_remove_all(weir, err);
	if (ret)
		return ret;
	*ret_detached = detached;
	return 0;
}
