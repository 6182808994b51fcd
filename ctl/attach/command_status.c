// SPDX-License-Identifier: GPL-2.0
/* command_status.c - ctl status */
#include <errno.h>
#include <inttypes.h>
#include "ctl/attach/json.h"
#include "ctl/attach/labels.h"
#include "ctl/frame/ctl.h"
#include "ctl/write/json.h"
#include "ctl/write/table.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"

static void add_peer(struct table *table, const struct weir_attachment *a)
{
	const struct weir_peer *p = &a->peer;
	const char *flow = weir_hook_is_egress(a->record.hook) ? "to" : "from";

	if (!p->ifindex)
		table_cell(table, PLAIN, "-");
	else if (!p->known)
		table_cell(table, PLAIN, "%s index %u elsewhere", flow, p->ifindex);
	else if (p->same_netns || !p->netns[0])
		table_cell(table, PLAIN, "%s %s", flow, p->ifname);
	else
		table_cell(table, PLAIN, "%s %s@%s", flow, p->ifname, p->netns);
}

static void add_row(struct table *table, const struct weir_attachment *a, uint64_t now_ns)
{
	static const enum tint tints[] = {
		[WEIR_STATE_ATTACHED] = GREEN,
		[WEIR_STATE_GONE] = YELLOW,
		[WEIR_STATE_DRIFTED] = RED,
	};
	const struct weir_slot *r = &a->record;
	uint64_t age = now_ns > r->attached_at_ns ? now_ns - r->attached_at_ns : 0;
	char netns[WEIR_NETNS_LEN], features[64], text[32];

	table_cell(table, PLAIN, "%u", a->slot);
	if (weir_target_kind(r) == WEIR_TARGET_CGROUP)
		table_cell(table, PLAIN, "%s (cgroup %" PRIu64 ")", r->target,
			   (uint64_t)r->object_id);
	else
		table_cell(table, PLAIN, "%s", weir_target_name(r));
	table_cell(table, PLAIN, "%s", netns_label(a, netns, sizeof(netns)));
	table_cell(table, PLAIN, "%s", weir_hook_name(r->hook));
	table_cell(table, PLAIN, "%s", weir_method_name(r->method));
	table_cell(table, PLAIN, "%s", r->mode ? weir_mode_name(r->mode) : "-");
	table_cell(table, PLAIN, "%u", r->program_id);
	table_cell(table, PLAIN, "%s", features_label(r->features, features, sizeof(features)));
	table_cell(table, PLAIN, "%s", format_age(age / 1000000000, text, sizeof(text)));
	table_cell(table, tints[a->state], "%s", weir_state_name(a->state));
	add_peer(table, a);
}

static const char *title_of(const struct weir_attachments *list)
{
	bool interfaces_only = true;

	for (size_t i = 0; i < list->count; i++)
		interfaces_only &= weir_target_kind(&list->items[i].record) ==
				   WEIR_TARGET_INTERFACE;
	return target_title(interfaces_only);
}

static int print_table(const struct weir_attachments *list, bool color)
{
	const struct column columns[] = {
		{ "SLOT", RIGHT },    { title_of(list), LEFT }, { "NETNS", LEFT },
		{ "HOOK", LEFT },     { "METHOD", LEFT },       { "MODE", LEFT },
		{ "PROGRAM", RIGHT }, { "FEATURES", LEFT },     { "AGE", RIGHT },
		{ "STATE", LEFT },    { "VETH PEER", LEFT },
	};
	_cleanup_(table_freep) struct table *table = table_new(columns, ARRAY_SIZE(columns));
	uint64_t now = clock_ns(CLOCK_REALTIME);

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++)
		add_row(table, &list->items[i], now);
	return table_print(table, color, stdout);
}

/* Prints a sentence for each attachment that is not in order. */
static void print_details(const struct weir_attachments *list)
{
	bool first = true;

	for (size_t i = 0; i < list->count; i++) {
		const struct weir_attachment *a = &list->items[i];

		if (!a->detail[0])
			continue;
		printf("%sslot %u %s: %s\n", first ? "\n" : "", a->slot, weir_state_name(a->state),
		       a->detail);
		first = false;
	}
	if (!first)
		puts("`ctl attach` attaches drifted ones again; `ctl detach` frees a slot.");
}

static int print_text(const struct weir_attachments *list, bool skip_loopback, bool color)
{
	if (!list->count) {
		puts("Nothing is attached. Begin with `ctl attach IFACE`; `ctl doctor` shows what "
		     "this machine offers.");
	} else if (print_table(list, color) < 0) {
		return ctl_failed(&(struct weir_error){ "out of memory" });
	}
	print_details(list);
	if (skip_loopback)
		puts("\nskip-loopback is on: traffic of loopback devices is not counted.");
	return EXIT_DONE;
}

static int run(const struct invocation *inv, const void *bound)
{
	_cleanup_(weir_attachments_free) struct weir_attachments list = {};
	_cleanup_(close_weir) struct weir *weir = NULL;
	struct weir_error err = {};
	bool skip_loopback = false;
	int ret;

	(void)bound;
	if (open_weir(inv, &weir, &err) < 0 || weir_list(weir, &list, &err) < 0)
		return ctl_failed(&err);
	ret = weir_skip_loopback_get(weir, &skip_loopback, &err);
	if (ret && ret != -ENOENT)
		return ctl_failed(&err);
	if (inv->netns)
		attachments_keep_here(&list);
	attachments_sort(&list);
	if (inv->json)
		return ctl_printed(json_status(&list, skip_loopback, inv->pretty, stdout));
	return print_text(&list, skip_loopback, inv->color);
}

const struct command cmd_status = {
	.name = "status",
	.summary = "list attachments and their state",
	.description =
		"Lists the attachments of every namespace (-n NETNS: of that one). State: attached;\n"
		"gone: the interface or its namespace no longer exists, but the counts are kept;\n"
		"drifted: somebody removed or replaced the program.\n"
		"VETH PEER: the other end of a veth pair, which sends or receives its packets.",
	.run = run,
};
