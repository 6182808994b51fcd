// SPDX-License-Identifier: GPL-2.0
/* table.c - see table.h. */
#include <errno.h>
#include <inttypes.h>
#include "ctl/attach/labels.h"
#include "ctl/flows/words.h"
#include "ctl/where/table.h"
#include "ctl/write/table.h"
#include "datapath/base/cleanup.h"
#include "datapath/flows/flows.h"

#define PLACE 128

/* Formats "tc-egress of v1@red". */
static const char *place_word(const struct hop *hop, char *buffer, size_t size)
{
	char netns[WEIR_NETNS_LEN];

	netns_label(hop->at, netns, sizeof(netns));
	snprintf(buffer, size, "%s of %s%s%s", weir_hook_name(hop->at->record.hook),
		 hop->at->record.ifname, netns[0] == '-' ? "" : "@", netns[0] == '-' ? "" : netns);
	for (char *c = buffer; *c; c++)
		*c = (unsigned char)*c < 0x20 || *c == 0x7f ? '?' : *c;
	return buffer;
}

static void out_title(const struct where_view *view, const struct where_path *path, FILE *out)
{
	const struct flow_row *one = &path->one;
	bool ports = weir_ip_protocol_has_ports(one->protocol);
	char src[FLOW_WORD], dst[FLOW_WORD], kind[FLOW_WORD];

	if (view->interface)
		return;
	if (path->flows > 1) {
		fprintf(out, "%zu flows on this path:\n", path->flows);
		return;
	}
	fprintf(out, "%s to %s, %s:\n",
		end_word(&one->a, one->v6, ports ? one->a.port : 0, src, sizeof(src)),
		end_word(&one->b, one->v6, ports ? one->b.port : 0, dst, sizeof(dst)),
		kind_word(one, kind, sizeof(kind)));
}

static void add_change(struct table *table, const struct hop *hop)
{
	switch (hop->comparison) {
	case HOP_SAME:
		table_cell(table, GREEN, "same");
		break;
	case HOP_FEWER:
		table_cell(table, RED, "-%" PRIu64, hop->difference);
		break;
	case HOP_MORE:
		table_cell(table, YELLOW, "+%" PRIu64, hop->difference);
		break;
	case HOP_REGROUPED:
		table_cell(table, YELLOW, "regrouped");
		break;
	case HOP_UNCOUNTED:
		table_cell(table, DIM, "counts no flows");
		break;
	case HOP_FIRST:
	case HOP_COMPARISONS:
		table_cell(table, PLAIN, "%s", "");
		break;
	}
}

static int out_hops(const struct where_view *view, const struct where_path *path, FILE *out)
{
	const struct column columns[] = {
		{ "INTERFACE", LEFT },
		{ "NETNS", LEFT },
		{ "HOOK", LEFT },
		{ view->interface ? "WIRE PACKETS" : "PACKETS", RIGHT },
		{ view->interface ? "WIRE BYTES" : "BYTES", RIGHT },
		{ "CHANGE", RIGHT },
	};
	_cleanup_(table_freep) struct table *table = table_new(columns, ARRAY_SIZE(columns));

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < path->hop_count; i++) {
		const struct hop *hop = &path->hops[i];
		enum tint tint = hop->comparison == HOP_FEWER ? RED : PLAIN;
		bool counted = hop->comparison != HOP_UNCOUNTED;
		char netns[WEIR_NETNS_LEN];

		table_cell(table, tint, "%s", hop->at->record.ifname);
		table_cell(table, tint, "%s", netns_label(hop->at, netns, sizeof(netns)));
		table_cell(table, tint, "%s", weir_hook_name(hop->at->record.hook));
		if (counted) {
			table_cell(table, tint, "%" PRIu64, (uint64_t)hop->count.packets);
			table_cell(table, tint, "%" PRIu64, (uint64_t)hop->count.bytes);
		} else {
			table_cell(table, DIM, "-");
			table_cell(table, DIM, "-");
		}
		add_change(table, hop);
	}
	return table_print(table, view->color, out);
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void out_change(const struct where_view *view, const struct where_path *path,
		       const struct hop *hop, FILE *out)
{
	const struct hop *before = hop->before < 0 ? NULL : &path->hops[hop->before];
	char here[PLACE], there[PLACE];

	if (!before || hop->comparison == HOP_SAME)
		return;
	place_word(hop, here, sizeof(here));
	place_word(before, there, sizeof(there));
	if (hop->comparison == HOP_REGROUPED) {
		fprintf(out,
			"%s and %s group packets differently (GSO or GRO); what their bytes say is "
			"that none vanishes.\n",
			there, here);
		return;
	}
	if (hop->comparison == HOP_FEWER)
		fprintf(out, "%s%" PRIu64 " packet%s vanish%s between %s and %s.%s\n",
			view->color ? "\033[31m" : "", hop->difference, plural(hop->difference),
			hop->difference == 1 ? "es" : "", there, here,
			view->color ? "\033[0m" : "");
	else
		fprintf(out, "%" PRIu64 " packet%s more at %s than at %s.\n", hop->difference,
			plural(hop->difference), here, there);
	if (hop->comparison == HOP_FEWER && hop->began_later && view->seconds <= 0)
		fprintf(out,
			"But %s was attached later: `--for SECONDS` compares what passes from now "
			"on.\n",
			here);
}

static void out_summary(const struct where_view *view, const struct where_path *path, FILE *out)
{
	size_t compared = 0, same = 0;
	char here[PLACE];

	for (size_t i = 0; i < path->hop_count; i++) {
		compared += path->hops[i].before >= 0;
		same += path->hops[i].comparison == HOP_SAME;
		out_change(view, path, &path->hops[i], out);
	}
	if (!compared)
		fputs("Only one hook here counts; attach to hooks before or after it.\n", out);
	else if (compared == same)
		fputs("Nothing vanishes between these hooks.\n", out);
	if (path->open_end)
		fprintf(out, "No hook after %s saw more: delivered there, or dropped.\n",
			place_word(&path->hops[path->hop_count - 1], here, sizeof(here)));
}

int out_where(const struct where_view *view, FILE *out)
{
	size_t count = view->where->count;
	size_t shown = view->top && view->top < count ? view->top : count;

	if (!count)
		fprintf(out, "%s\n",
			view->seconds > 0 ? "No such packets have passed in that time."
					  : "No hook has seen such packets.");
	for (size_t i = 0; i < shown; i++) {
		int ret;

		if (i)
			fputc('\n', out);
		out_title(view, &view->where->paths[i], out);
		ret = out_hops(view, &view->where->paths[i], out);
		if (ret)
			return ret;
		out_summary(view, &view->where->paths[i], out);
		out_where_drops(view, &view->where->paths[i], out);
	}
	if (shown < count)
		fprintf(out, "\n%zu of %zu paths; --top all shows the rest.\n", shown, count);
	return 0;
}
