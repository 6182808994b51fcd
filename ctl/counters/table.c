// SPDX-License-Identifier: GPL-2.0
/* table.c - see table.h. */
#include <errno.h>
#include <inttypes.h>
#include "ctl/counters/rates.h"
#include "ctl/counters/table.h"
#include "ctl/write/table.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"

/* Adds interface, namespace and hook, the first cells of every row. */
static void add_place(struct table *table, const struct weir_slot_counts *s)
{
	char netns[WEIR_NETNS_LEN];

	table_cell(table, PLAIN, "%s", weir_target_name(&s->attachment.record));
	table_cell(table, PLAIN, "%s", netns_label(&s->attachment, netns, sizeof(netns)));
	table_cell(table, PLAIN, "%s", weir_hook_name(s->attachment.record.hook));
}

static const char *title_of(const struct counters_view *view)
{
	bool interfaces_only = true;

	for (size_t i = 0; i < view->snapshot->count; i++)
		interfaces_only &= weir_target_kind(&view->snapshot->items[i].attachment.record) ==
				   WEIR_TARGET_INTERFACE;
	return target_title(interfaces_only);
}

static void add_count(struct table *table, const struct weir_count *count)
{
	table_cell(table, PLAIN, "%" PRIu64, (uint64_t)count->packets);
	table_cell(table, PLAIN, "%" PRIu64, (uint64_t)count->bytes);
}

static void add_share(struct table *table, uint64_t part, uint64_t whole)
{
	char text[16];

	table_cell(table, PLAIN, "%s", format_share(part, whole, text, sizeof(text)));
}

static void add_rate(struct table *table, const struct rate *rate)
{
	char text[32];

	if (!rate->known) {
		table_cell(table, PLAIN, "-");
		table_cell(table, PLAIN, "-");
		return;
	}
	table_cell(table, PLAIN, "%s",
		   format_rate(rate->packets_per_second, "pps", text, sizeof(text)));
	table_cell(table, PLAIN, "%s",
		   format_rate(rate->bits_per_second, "bit/s", text, sizeof(text)));
}

static int print_totals(const struct counters_view *view, FILE *out)
{
	const struct column columns[] = {
		{ title_of(view), LEFT }, { "NETNS", LEFT },        { "HOOK", LEFT },
		{ "PACKETS", RIGHT },     { "BYTES", RIGHT },       { "WIRE PACKETS", RIGHT },
		{ "WIRE BYTES", RIGHT },  { "PACKET RATE", RIGHT }, { "BIT RATE", RIGHT },
	};
	_cleanup_(table_freep) struct table *table =
		table_new(columns, ARRAY_SIZE(columns) - (view->rates ? 0 : 2));

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < view->snapshot->count; i++) {
		const struct weir_slot_counts *s = &view->snapshot->items[i];

		add_place(table, s);
		add_count(table, &s->counts.total);
		add_count(table, &s->counts.wire);
		if (view->rates)
			add_rate(table, &view->rates->items[i]);
	}
	return table_print(table, view->color, out);
}

static void fill_protocols(struct table *table, const struct weir_slot_counts *s)
{
	for (int i = 0; i < WEIR_PROTOS; i++) {
		const struct weir_count *count = &s->counts.protocols[i];

		if (!count->packets)
			continue;
		add_place(table, s);
		table_cell(table, PLAIN, "%s", weir_protocol_name(i));
		add_count(table, count);
		add_share(table, count->packets, s->counts.total.packets);
	}
}

static void fill_verdicts(struct table *table, const struct weir_slot_counts *s)
{
	for (int i = 0; i < WEIR_VERDICTS; i++) {
		const struct weir_count *count = &s->counts.verdicts[i];

		if (!verdict_possible(s->attachment.record.hook, i))
			continue;
		add_place(table, s);
		table_cell(table, PLAIN, "%s", weir_verdict_name(i));
		add_count(table, count);
		add_share(table, count->packets, s->counts.total.packets);
	}
}

static void fill_per_cpu(struct table *table, const struct weir_slot_counts *s)
{
	for (unsigned int i = 0; i < s->cpu_count; i++) {
		add_place(table, s);
		table_cell(table, PLAIN, "%u", i);
		add_count(table, &s->per_cpu[i]);
		add_share(table, s->per_cpu[i].packets, s->counts.total.packets);
	}
}

/* Prints a table of place, class, packets, bytes and share. */
static int print_breakdown(const struct counters_view *view, const char *title,
			   void (*fill)(struct table *, const struct weir_slot_counts *), FILE *out)
{
	const struct column columns[] = {
		{ title_of(view), LEFT }, { "NETNS", LEFT },  { "HOOK", LEFT },   { title, LEFT },
		{ "PACKETS", RIGHT },     { "BYTES", RIGHT }, { "SHARE", RIGHT },
	};
	_cleanup_(table_freep) struct table *table = table_new(columns, ARRAY_SIZE(columns));

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < view->snapshot->count; i++)
		fill(table, &view->snapshot->items[i]);
	fputc('\n', out);
	return table_print(table, view->color, out);
}

/* One column for each bucket, so that one row shows the distribution. */
static void size_titles(char titles[WEIR_SIZES][16])
{
	for (unsigned int i = 0; i < WEIR_SIZES; i++) {
		uint32_t low = i ? weir_size_bound(i - 1) + 1 : 0, high = weir_size_bound(i);

		if (high)
			snprintf(titles[i], sizeof(titles[i]), "%u-%u B", low, high);
		else
			snprintf(titles[i], sizeof(titles[i]), ">%u B", low - 1);
	}
}

static int print_sizes(const struct counters_view *view, FILE *out)
{
	struct column columns[3 + WEIR_SIZES] = {
		{ title_of(view), LEFT },
		{ "NETNS", LEFT },
		{ "HOOK", LEFT },
	};
	_cleanup_(table_freep) struct table *table = NULL;
	char titles[WEIR_SIZES][16];

	size_titles(titles);
	for (unsigned int i = 0; i < WEIR_SIZES; i++)
		columns[3 + i] = (struct column){ titles[i], RIGHT };
	table = table_new(columns, ARRAY_SIZE(columns));
	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < view->snapshot->count; i++) {
		add_place(table, &view->snapshot->items[i]);
		for (unsigned int j = 0; j < WEIR_SIZES; j++)
			table_cell(table, PLAIN, "%" PRIu64,
				   view->snapshot->items[i].counts.sizes[j]);
	}
	fputc('\n', out);
	return table_print(table, view->color, out);
}

int out_counters(const struct counters_view *view, FILE *out)
{
	int ret;

	if (!view->snapshot->count) {
		fputs("Nothing is attached that counts. Begin with `ctl attach IFACE`.\n", out);
		return 0;
	}
	ret = print_totals(view, out);
	if (!ret && view->protocols)
		ret = print_breakdown(view, "PROTOCOL", fill_protocols, out);
	if (!ret && view->verdicts)
		ret = print_breakdown(view, "VERDICT", fill_verdicts, out);
	if (!ret && view->sizes)
		ret = print_sizes(view, out);
	if (!ret && view->per_cpu)
		ret = print_breakdown(view, "CPU", fill_per_cpu, out);
	return ret;
}
