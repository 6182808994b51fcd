// SPDX-License-Identifier: GPL-2.0
/* list.c - see list.h. */
#include <errno.h>
#include <string.h>
#include "datapath/attach/journal.h"
#include "datapath/attach/list.h"
#include "datapath/base/cleanup.h"
#include "datapath/kernel/cgroup.h"
#include "datapath/state/pin.h"

bool weir_attachment_same(const struct weir_attachment *a, const struct weir_attachment *b)
{
	return a->slot == b->slot && a->record.attached_at_ns == b->record.attached_at_ns;
}

void weir_attachments_free(struct weir_attachments *list)
{
	free(list->items);
	*list = (struct weir_attachments){};
}

/* Updates the names to current ones. Deleted targets keep their last names. */
static void refresh(struct weir *weir, struct weir_attachment *attachment)
{
	struct weir_slot *record = &attachment->record;
	struct netns *ns = record->netns_cookie ? netns_find(&weir->netns, record->netns_cookie)
						: NULL;
	const struct interface *interface = journal_link(weir, record);
	char path[WEIR_TARGET_LEN];

	if (weir_target_kind(record) == WEIR_TARGET_CGROUP &&
	    cgroup_path(record->object_id, path, sizeof(path)) == 0)
		memcpy(record->target, path, sizeof(record->target));
	attachment->here = record->netns_cookie == weir->netns.home;
	if (ns && ns->name[0])
		memcpy(record->netns_name, ns->name, sizeof(record->netns_name));
	if (interface)
		memcpy(record->ifname, interface->name, sizeof(record->ifname));
}

static void inspect(struct weir *weir, struct weir_attachment *attachment)
{
	const struct interface *interface = journal_link(weir, &attachment->record);
	struct netns *ns = interface ? netns_find(&weir->netns, attachment->record.netns_cookie)
				     : NULL;
	struct live live;

	journal_inspect(weir, attachment->slot, &attachment->record, &live);
	attachment->state = live.state;
	memcpy(attachment->detail, live.detail, sizeof(attachment->detail));
	if (ns && interface)
		netns_peer(&weir->netns, ns, interface, &attachment->peer);
}

int list_read(struct weir *weir, bool look, struct weir_attachments *ret_list,
	      struct weir_error *err)
{
	_cleanup_(weir_attachments_free) struct weir_attachments list = {};
	_cleanup_free_ struct slot_table *table = NULL;
	int ret = pin_maps_read(weir, err);

	if (ret == -ENOENT) {
		*ret_list = (struct weir_attachments){};
		return 0;
	}
	if (!ret)
		ret = slot_table_read(weir, &table, err);
	if (ret)
		return ret;
	list.items = calloc(WEIR_SLOTS, sizeof(*list.items));
	if (!list.items)
		return weir_error_set(err, ENOMEM, "out of memory");
	for (uint32_t i = 0; i < WEIR_SLOTS; i++) {
		struct weir_attachment *attachment = &list.items[list.count];

		/* skip slots that are being attached or detached */
		if (table->slots[i].state != WEIR_SLOT_ATTACHED &&
		    table->slots[i].state != WEIR_SLOT_REPLACING)
			continue;
		*attachment = (struct weir_attachment){ .slot = i, .record = table->slots[i] };
		refresh(weir, attachment);
		if (look)
			inspect(weir, attachment);
		list.count++;
	}
	*ret_list = list;
	list = (struct weir_attachments){};
	return 0;
}

int weir_list(struct weir *weir, struct weir_attachments *ret_list, struct weir_error *err)
{
	netns_forget_interfaces(&weir->netns);
	return list_read(weir, true, ret_list, err);
}

void weir_interface_name(struct weir *weir, const char *name, char *ret_name, size_t size)
{
	const struct interfaces *interfaces;
	const struct interface *interface = NULL;

	if (netns_home_interfaces(weir, &interfaces, NULL) == 0)
		interface = interfaces_by_name(interfaces, name);
	snprintf(ret_name, size, "%s", interface ? interface->name : name);
}
