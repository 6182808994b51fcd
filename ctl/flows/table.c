// SPDX-License-Identifier: GPL-2.0
/* table.c - prints flows as a table; see table.h. */
#include <errno.h>
#include <inttypes.h>
#include "ctl/attach/labels.h"
#include "ctl/flows/table.h"
#include "ctl/flows/words.h"
#include "ctl/write/advice.h"
#include "ctl/write/table.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"
#include "datapath/flows/flows.h"

#define MAX_COLUMNS 16

/* State of the table being drawn. Its columns depend on the contents of the rows. */
struct drawing {
	const struct flows_view *view;
	const struct weir_attachment *by_slot[WEIR_SLOTS];
	bool places; /* rows are of several interfaces */
	bool netns;
	bool flags;
	bool rates;
	struct column columns[MAX_COLUMNS];
	size_t column_count;
	struct table *table;
};

static void drawing_free(struct drawing *d)
{
	table_free(d->table);
}

static struct flow_row row_at(const struct flows_view *view, size_t i)
{
	uint32_t at = view->order->items[i];

	return view->rows ? view->rows->items[at] : flow_row_of(&view->flows->items[at]);
}

/* --- columns --- */

static void column(struct drawing *d, const char *title, enum align align)
{
	d->columns[d->column_count++] = (struct column){ title, align };
}

static void look_at_rows(struct drawing *d)
{
	const struct weir_attachments *list = &d->view->flows->attachments;

	for (size_t i = 0; i < list->count; i++) {
		const struct weir_slot *r = &list->items[i].record, *first = &list->items[0].record;

		d->by_slot[list->items[i].slot] = &list->items[i];
		if (r->netns_cookie != first->netns_cookie || r->ifindex != first->ifindex)
			d->places = true;
		d->netns |= r->netns_cookie != first->netns_cookie || !list->items[i].here;
	}
	for (size_t i = 0; i < d->view->order->count && !d->flags; i++)
		d->flags = row_at(d->view, i).protocol == 6;
	d->flags &= d->view->by == FLOW_BY_FLOW;
	d->rates = d->view->rows && d->view->rows->seconds > 0;
}

static void choose_columns(struct drawing *d)
{
	static const char *const titles[][4] = {
		[FLOW_BY_FLOW] = { "PACKETS", "BYTES", "PACKETS BACK", "BYTES BACK" },
		[FLOW_BY_HOST] = { "PACKETS SENT", "BYTES SENT", "PACKETS RECEIVED",
				   "BYTES RECEIVED" },
		[FLOW_BY_PAIR] = { "PACKETS A-B", "BYTES A-B", "PACKETS B-A", "BYTES B-A" },
		[FLOW_BY_PORT] = { "PACKETS TO SERVER", "BYTES TO SERVER", "PACKETS BACK",
				   "BYTES BACK" },
		[FLOW_BY_PROTO] = { "PACKETS RECEIVED", "BYTES RECEIVED", "PACKETS SENT",
				    "BYTES SENT" },
	};
	static const char *const subjects[][3] = {
		[FLOW_BY_FLOW] = { "PROTOCOL", "SOURCE", "DESTINATION" },
		[FLOW_BY_HOST] = { "HOST" },
		[FLOW_BY_PAIR] = { "HOST A", "HOST B" },
		[FLOW_BY_PORT] = { "PROTOCOL", "PORT" },
		[FLOW_BY_PROTO] = { "PROTOCOL", "IP" },
	};
	enum flow_by by = d->view->by;

	for (size_t i = 0; i < 3 && subjects[by][i]; i++)
		column(d, subjects[by][i], LEFT);
	if (d->places)
		column(d, "INTERFACE", LEFT);
	if (d->netns)
		column(d, "NETNS", LEFT);
	if (d->view->apart)
		column(d, "HOOK", LEFT);
	if (by != FLOW_BY_FLOW)
		column(d, "FLOWS", RIGHT);
	for (size_t i = 0; i < (d->view->apart ? 2 : 4); i++)
		column(d, titles[by][i], RIGHT);
	if (d->rates) {
		column(d, "PACKET RATE", RIGHT);
		column(d, "BIT RATE", RIGHT);
	}
	column(d, "AGE", RIGHT);
	column(d, "IDLE", RIGHT);
	if (d->flags)
		column(d, "TCP FLAGS", LEFT);
}

/* --- cells --- */

static void add_end(struct drawing *d, const struct flow_row *row, const struct flow_end *end,
		    bool with_port)
{
	const char *name = resolved_find(d->view->names, end->address);
	bool port = with_port && weir_ip_protocol_has_ports(row->protocol);
	char text[FLOW_WORD];

	if (!name)
		table_cell(d->table, PLAIN, "%s",
			   end_word(end, row->v6, port ? end->port : 0, text, sizeof(text)));
	else if (port && end->port)
		table_cell(d->table, PLAIN, "%s:%u", name, end->port);
	else
		table_cell(d->table, PLAIN, "%s", name);
}

static void add_subject(struct drawing *d, const struct flow_row *row)
{
	char text[FLOW_WORD];

	switch (d->view->by) {
	case FLOW_BY_FLOW:
		table_cell(d->table, PLAIN, "%s", kind_word(row, text, sizeof(text)));
		add_end(d, row, &row->a, true);
		add_end(d, row, &row->b, true);
		break;
	case FLOW_BY_PAIR:
		add_end(d, row, &row->a, false);
		add_end(d, row, &row->b, false);
		break;
	case FLOW_BY_HOST:
		add_end(d, row, &row->a, false);
		break;
	case FLOW_BY_PORT:
		table_cell(d->table, PLAIN, "%s", protocol_word(row->protocol, text, sizeof(text)));
		if (row->b.port)
			table_cell(d->table, PLAIN, "%u", row->b.port);
		else
			table_cell(d->table, PLAIN, "-");
		break;
	case FLOW_BY_PROTO:
		table_cell(d->table, PLAIN, "%s", protocol_word(row->protocol, text, sizeof(text)));
		table_cell(d->table, PLAIN, "%s", row->v6 ? "v6" : "v4");
		break;
	case FLOW_BYS:
		break;
	}
}

static void add_place(struct drawing *d, const struct flow_row *row)
{
	const struct weir_attachment *at = d->by_slot[row->place];
	char netns[WEIR_NETNS_LEN];

	if (d->places)
		table_cell(d->table, PLAIN, "%s", at->record.ifname);
	if (d->netns)
		table_cell(d->table, PLAIN, "%s", netns_label(at, netns, sizeof(netns)));
	if (d->view->apart)
		table_cell(d->table, PLAIN, "%s", weir_hook_name(at->record.hook));
}

static void add_counts(struct drawing *d, const struct flow_row *row)
{
	enum tint back = row->back.packets ? PLAIN : DIM;

	if (d->view->by != FLOW_BY_FLOW)
		table_cell(d->table, PLAIN, "%u", row->flows);
	table_cell(d->table, PLAIN, "%" PRIu64, (uint64_t)row->there.packets);
	table_cell(d->table, PLAIN, "%" PRIu64, (uint64_t)row->there.bytes);
	if (d->view->apart)
		return;
	table_cell(d->table, back, "%" PRIu64, (uint64_t)row->back.packets);
	table_cell(d->table, back, "%" PRIu64, (uint64_t)row->back.bytes);
}

static void add_age(struct drawing *d, uint64_t then_ns)
{
	uint64_t now = d->view->flows->time_ns;
	char text[32];

	table_cell(d->table, PLAIN, "%s",
		   format_age(now > then_ns ? (now - then_ns) / 1000000000 : 0, text,
			      sizeof(text)));
}

static void add_row(struct drawing *d, const struct flow_row *row)
{
	double seconds = d->view->rows ? d->view->rows->seconds : 0;
	char text[FLOW_WORD];

	add_subject(d, row);
	add_place(d, row);
	add_counts(d, row);
	if (d->rates) {
		table_cell(d->table, PLAIN, "%s",
			   format_rate(flow_row_packet_rate(row, seconds), "pps", text,
				       sizeof(text)));
		table_cell(d->table, PLAIN, "%s",
			   format_rate(flow_row_bit_rate(row, seconds), "bit/s", text,
				       sizeof(text)));
	}
	add_age(d, row->first_ns);
	add_age(d, row->last_ns);
	if (d->flags)
		table_cell(d->table, row->tcp_flags & 4 ? YELLOW : PLAIN, "%s",
			   flags_word(row->tcp_flags, text, sizeof(text)));
}

/* --- around the table --- */

static int out_nothing(const struct flows_view *view, FILE *out)
{
	if (!view->flows->attachments.count)
		fputs("Nothing is attached that counts flows. Begin with `ctl attach IFACE`; at XDP, "
		      "flows want\n`--features counters,flows`.\n",
		      out);
	else if (view->seen)
		fprintf(out, "None of the %zu flows match.\n", view->seen);
	else
		fputs("No flow yet: no IP packet has passed since attaching.\n", out);
	return 0;
}

static const char *things(const struct flows_view *view)
{
	static const char *const words[] = {
		[FLOW_BY_FLOW] = "conversations", [FLOW_BY_HOST] = "hosts",
		[FLOW_BY_PAIR] = "pairs",         [FLOW_BY_PORT] = "ports",
		[FLOW_BY_PROTO] = "protocols",
	};

	return view->apart ? "flows" : words[view->by];
}

static void out_footer(const struct flows_view *view, FILE *out)
{
	const struct weir_flow_usage *usage = &view->flows->usage;
	size_t count = view->rows ? view->rows->count : view->flows->count;

	fputc('\n', out);
	if (view->order->count < count)
		fprintf(out, "%zu of %zu %s; --top all shows the rest.\n", view->order->count,
			count, things(view));
	fprintf(out,
		"Flow table: %" PRIu64 " of %" PRIu64 " entries taken, %" PRIu64
		" flow%s in the caches of CPUs.\n",
		usage->entries, usage->capacity, usage->cached, usage->cached == 1 ? "" : "s");
	if (usage->evicted)
		fprintf(out,
			"%" PRIu64
			" flows made room for newer ones, and what they had counted is gone: "
			"the table is too small.\n",
			usage->evicted);
	if (usage->failed_packets)
		fprintf(out,
			"%" PRIu64 " packets (%" PRIu64
			" bytes) found no place, and are in no flow: "
			"the table is too small.\n",
			usage->failed_packets, usage->failed_bytes);
	if (usage->evicted || usage->failed_packets)
		out_larger_table("flows", "attach --flow-entries", usage->capacity, WEIR_FLOWS_MAX,
				 out);
}

int out_flows(const struct flows_view *view, FILE *out)
{
	_cleanup_(drawing_free) struct drawing d = { .view = view };
	int ret;

	if (!view->order->count)
		return out_nothing(view, out);
	look_at_rows(&d);
	choose_columns(&d);
	d.table = table_new(d.columns, d.column_count);
	if (!d.table)
		return -ENOMEM;
	for (size_t i = 0; i < view->order->count; i++) {
		struct flow_row row = row_at(view, i);

		add_row(&d, &row);
	}
	ret = table_print(d.table, view->color, out);
	if (!ret)
		out_footer(view, out);
	return ret;
}
