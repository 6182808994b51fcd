// SPDX-License-Identifier: GPL-2.0
/* table.c - see table.h. */
#include <errno.h>
#include <inttypes.h>
#include <linux/if_ether.h>
#include <string.h>
#include "ctl/attach/labels.h"
#include "ctl/drops/table.h"
#include "ctl/flows/words.h"
#include "ctl/write/table.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/growth.h"

static enum tint tint_of(const struct weir_kernel_drop *drop)
{
	const struct weir_drop_advice *advice = weir_drop_advice(drop->reason);

	if (drop->source != WEIR_DROP_KERNEL)
		return YELLOW;
	return advice && advice->weight == WEIR_DROP_LOOK ? YELLOW : PLAIN;
}

/* If the addresses were not read, do not show them. */
static bool has_ends(const struct weir_kernel_drop *drop)
{
	return drop->ethertype == ETH_P_IP || drop->ethertype == ETH_P_IPV6;
}

static void ends_of(const struct weir_kernel_drop *drop, char *src, char *dst, size_t size)
{
	bool ports = weir_ip_protocol_has_ports(drop->flow.protocol);
	struct flow_end a, b;

	snprintf(src, size, "-");
	snprintf(dst, size, "-");
	if (!has_ends(drop))
		return;
	memcpy(a.address, drop->flow.src, sizeof(a.address));
	memcpy(b.address, drop->flow.dst, sizeof(b.address));
	end_word(&a, drop->flow.v6, ports ? drop->flow.src_port : 0, src, size);
	end_word(&b, drop->flow.v6, ports ? drop->flow.dst_port : 0, dst, size);
}

static size_t fill_columns(const struct drops_view *view, struct column *columns)
{
	size_t n = 0;

	columns[n++] = (struct column){ "PACKETS", RIGHT };
	columns[n++] = (struct column){ "BYTES", RIGHT };
	columns[n++] = (struct column){ "RATE", RIGHT };
	columns[n++] = (struct column){ "TOLD BY", LEFT };
	if (view->by & DROP_BY_REASON)
		columns[n++] = (struct column){ "REASON", LEFT };
	if (view->by & DROP_BY_INTERFACE)
		columns[n++] = (struct column){ "INTERFACE", LEFT };
	if (view->by & (DROP_BY_NETNS | DROP_BY_INTERFACE))
		columns[n++] = (struct column){ "NETNS", LEFT };
	if (view->by & DROP_BY_PROTO)
		columns[n++] = (struct column){ "PROTOCOL", LEFT };
	if (view->flows) {
		columns[n++] = (struct column){ "SOURCE", LEFT };
		columns[n++] = (struct column){ "DESTINATION", LEFT };
	}
	if (view->by & DROP_BY_LOCATION)
		columns[n++] = (struct column){ "LOCATION", LEFT };
	return n;
}

static void add_row(struct table *table, const struct drops_view *view,
		    const struct weir_kernel_drop *drop)
{
	char word[DROP_WORD], src[DROP_WORD], dst[DROP_WORD];

	table_cell(table, PLAIN, "%" PRIu64, drop->packets);
	table_cell(table, PLAIN, "%" PRIu64, drop->bytes);
	table_cell(table, PLAIN, "%s",
		   format_rate(growth_rate(drop->packets, view->drops->seconds), "pps", word,
			       sizeof(word)));
	table_cell(table, PLAIN, "%s", weir_drop_source_name(drop->source));
	if (view->by & DROP_BY_REASON)
		table_cell(table, tint_of(drop), "%s", drop->reason);
	if (view->by & DROP_BY_INTERFACE)
		table_cell(table, PLAIN, "%s", drop_interface_word(drop, word, sizeof(word)));
	if (view->by & (DROP_BY_NETNS | DROP_BY_INTERFACE))
		table_cell(table, PLAIN, "%s", drop_netns_word(drop, word, sizeof(word)));
	if (view->by & DROP_BY_PROTO)
		table_cell(table, PLAIN, "%s", drop_protocol_word(drop, word, sizeof(word)));
	if (view->flows) {
		ends_of(drop, src, dst, sizeof(src));
		table_cell(table, PLAIN, "%s", src);
		table_cell(table, PLAIN, "%s", dst);
	}
	if (view->by & DROP_BY_LOCATION)
		table_cell(table, PLAIN, "%s", drop->location);
}

static int out_rows(const struct drops_view *view, size_t shown, FILE *out)
{
	struct column columns[16];
	size_t n = fill_columns(view, columns);
	_cleanup_(table_freep) struct table *table = table_new(columns, n);

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < shown; i++)
		add_row(table, view, &view->drops->items[i]);
	return table_print(table, view->color, out);
}

static void out_stacks(const struct drops_view *view, size_t shown, FILE *out)
{
	char frames[DROP_FRAMES][WEIR_SYMBOL];

	for (size_t i = 0; view->stack && i < shown; i++) {
		const struct weir_kernel_drop *drop = &view->drops->items[i];
		size_t n = view->stack(view->stack_arg, drop->stack, frames, DROP_FRAMES);

		fprintf(out, "\n%" PRIu64 " x %s:%s\n", drop->packets, drop->reason,
			n ? "" : " no stack was kept");
		for (size_t j = 0; j < n; j++)
			fprintf(out, "    %s\n", frames[j]);
	}
}

/* Prints the advice for each reason once. */
static void out_advice(const struct drops_view *view, size_t shown, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < shown; i++) {
		const struct weir_kernel_drop *drop = &view->drops->items[i];
		const struct weir_drop_advice *advice = weir_drop_advice(drop->reason);
		size_t j = 0;

		while (j < i && strcmp(view->drops->items[j].reason, drop->reason) != 0)
			j++;
		if (!advice || j < i || drop->source != WEIR_DROP_KERNEL)
			continue;
		if (!any)
			fputc('\n', out);
		any = true;
		fprintf(out, "%s (%s): %s.\n", drop->reason,
			advice->weight == WEIR_DROP_LOOK ? "deserves a look" : "normal",
			advice->text);
	}
}

static int out_interfaces(const struct drops_view *view, FILE *out)
{
	static const struct column columns[] = {
		{ "INTERFACE", LEFT },
		{ "NETNS", LEFT },
		{ "ITS OWN COUNTER", LEFT },
		{ "COUNT", RIGHT },
	};
	_cleanup_(table_freep) struct table *table = table_new(columns, ARRAY_SIZE(columns));

	if (!view->drops->interface_count)
		return 0;
	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < view->drops->interface_count; i++) {
		const struct weir_drop_interface *item = &view->drops->interfaces[i];
		struct weir_kernel_drop like = { .netns_cookie = item->netns_cookie,
						 .here = item->here };
		char netns[DROP_WORD];

		memcpy(like.netns, item->netns, sizeof(like.netns));
		drop_netns_word(&like, netns, sizeof(netns));
		for (int j = 0; j < WEIR_LOSSES; j++) {
			if (!item->losses[j])
				continue;
			table_cell(table, PLAIN, "%s", item->ifname);
			table_cell(table, PLAIN, "%s", netns);
			table_cell(table, PLAIN, "%s", weir_loss_name((enum weir_loss)j));
			table_cell(table, PLAIN, "%" PRIu64, item->losses[j]);
		}
	}
	fputc('\n', out);
	return table_print(table, view->color, out);
}

static int out_verdicts(const struct drops_view *view, FILE *out)
{
	static const struct column columns[] = {
		{ "TARGET", LEFT },      { "NETNS", LEFT },    { "HOOK", LEFT },
		{ "OUR VERDICT", LEFT }, { "PACKETS", RIGHT }, { "BYTES", RIGHT },
	};
	_cleanup_(table_freep) struct table *table = table_new(columns, ARRAY_SIZE(columns));

	if (!view->drops->verdict_count)
		return 0;
	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < view->drops->verdict_count; i++) {
		const struct weir_drop_verdict *item = &view->drops->verdicts[i];

		const struct weir_slot *record = &item->attachment.record;
		char netns[DROP_WORD];

		table_cell(table, PLAIN, "%s", weir_target_name(record));
		table_cell(table, PLAIN, "%s",
			   netns_label(&item->attachment, netns, sizeof(netns)));
		table_cell(table, PLAIN, "%s", weir_hook_name((enum weir_hook)record->hook));
		table_cell(table, PLAIN, "%s", weir_verdict_name(item->verdict));
		table_cell(table, PLAIN, "%" PRIu64, item->packets);
		table_cell(table, PLAIN, "%" PRIu64, item->bytes);
	}
	fputc('\n', out);
	return table_print(table, view->color, out);
}

static void out_notes(const struct drops_view *view, size_t shown, FILE *out)
{
	const struct weir_drops *drops = view->drops;

	if (shown < drops->count)
		fprintf(out, "\n%zu of %zu rows; --top all shows the rest.\n", shown, drops->count);
	if (drops->uncounted)
		fprintf(out, "\n%" PRIu64 " more drops found no room in the table.\n",
			drops->uncounted);
	if (drops->missed)
		fprintf(out, "\n%" PRIu64 " more drops came while another was being counted.\n",
			drops->missed);
	if (view->events)
		fprintf(out, "\n%" PRIu64 " events shown or filtered, %" PRIu64 " left out.\n",
			drops->events, drops->events_left);
	if (drops->symbols_hidden && drops->count)
		fputs("\nLocations are addresses: the kernel hides its symbols "
		      "(sysctl kernel.kptr_restrict, CAP_SYSLOG).\n",
		      out);
}

int out_drops(const struct drops_view *view, FILE *out)
{
	size_t count = view->drops->count;
	size_t shown = view->top && view->top < count ? view->top : count;
	int ret = 0;

	if (count)
		ret = out_rows(view, shown, out);
	else
		fprintf(out, "The kernel dropped no packet in %.3g s.\n", view->drops->seconds);
	if (ret)
		return ret;
	out_stacks(view, shown, out);
	ret = out_verdicts(view, out);
	if (!ret)
		ret = out_interfaces(view, out);
	if (view->by & DROP_BY_REASON)
		out_advice(view, shown, out);
	out_notes(view, shown, out);
	return ret;
}

void out_drop_event(const struct weir_kernel_drop *drop, uint64_t time_ns, FILE *out)
{
	char time[40], netns[DROP_WORD], ifname[DROP_WORD], protocol[DROP_WORD], src[DROP_WORD],
		dst[DROP_WORD];

	ends_of(drop, src, dst, sizeof(src));
	fprintf(out, "%s  %-20s  %s@%s  %s  %s > %s  %" PRIu64 " bytes  %s\n",
		format_time(time_ns, time, sizeof(time)), drop->reason,
		drop_interface_word(drop, ifname, sizeof(ifname)),
		drop_netns_word(drop, netns, sizeof(netns)),
		drop_protocol_word(drop, protocol, sizeof(protocol)), src, dst, drop->bytes,
		drop->location);
}
