// SPDX-License-Identifier: GPL-2.0
/* panel_flows.c - the panel of `ctl top` for the greatest flows. */
#include <inttypes.h>
#include "ctl/attach/labels.h"
#include "ctl/flows/words.h"
#include "ctl/top/panels.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"
#include "datapath/flows/flows.h"

#define KIND 17 /* "icmpv6 echo-reply" */
#define NARROW_KIND 8
#define RATE 11
#define COUNT 10
#define AGE 7

static const char *const titles[][2] = {
	[FLOW_BY_FLOW] = { "SOURCE", "DESTINATION" },
	[FLOW_BY_HOST] = { "HOST", NULL },
	[FLOW_BY_PAIR] = { "HOST A", "HOST B" },
	[FLOW_BY_PORT] = { "PORT", NULL },
	[FLOW_BY_PROTO] = { "IP", NULL },
};
static_assert(ARRAY_SIZE(titles) == FLOW_BYS, "a sum has no title");

/* Widths of the columns; 0: not shown. */
struct widths {
	int kind, ends, end, place, packets, age;
};

static bool has_kind(enum flow_by by)
{
	return by == FLOW_BY_FLOW || by == FLOW_BY_PORT || by == FLOW_BY_PROTO;
}

static struct widths measure(const struct top_scene *scene, const struct top_pane *pane)
{
	enum flow_by by = scene->view->flow_by;
	struct widths w = { .ends = titles[by][1] ? 2 : 1 };
	int used = RATE + 1 + COUNT + 1;

	if (has_kind(by))
		w.kind = by == FLOW_BY_FLOW && pane->cols >= 100 ? KIND : NARROW_KIND;
	if (scene->flows->now.attachments.count > 1 && pane->cols >= 72)
		w.place = pane->cols >= 140 ? 15 : 9;
	if (pane->cols >= 100)
		w.packets = COUNT;
	if (pane->cols >= 100)
		w.age = AGE;
	used += (w.kind ? w.kind + 1 : 0) + (w.place ? w.place + 1 : 0) +
		(w.packets ? w.packets + 1 : 0) + 2 * (w.age ? w.age + 1 : 0);
	w.end = (pane->cols - used) / w.ends - 1;
	if (w.end > 47) /* an IPv6 address in brackets, with a port */
		w.end = 47;
	return w;
}

static const char *end_text(const struct flow_row *row, const struct flow_end *end, bool port,
			    char *buffer, size_t size)
{
	bool has = port && weir_ip_protocol_has_ports(row->protocol);

	return end_word(end, row->v6, has ? end->port : 0, buffer, size);
}

static void subject_text(const struct flow_row *row, enum flow_by by, char a[FLOW_WORD],
			 char b[FLOW_WORD])
{
	b[0] = '\0';
	switch (by) {
	case FLOW_BY_FLOW:
	case FLOW_BY_PAIR:
		end_text(row, &row->b, by == FLOW_BY_FLOW, b, FLOW_WORD);
		/* fall through */
	case FLOW_BY_HOST:
		end_text(row, &row->a, by == FLOW_BY_FLOW, a, FLOW_WORD);
		break;
	case FLOW_BY_PORT:
		if (row->b.port)
			snprintf(a, FLOW_WORD, "%u", row->b.port);
		else
			snprintf(a, FLOW_WORD, "-");
		break;
	case FLOW_BY_PROTO:
	case FLOW_BYS:
		snprintf(a, FLOW_WORD, "%s", row->v6 ? "v6" : "v4");
		break;
	}
}

static const char *kind_text(const struct flow_row *row, int width, char *buffer, size_t size)
{
	return width == KIND ? kind_word(row, buffer, size)
			     : protocol_word(row->protocol, buffer, size);
}

static const char *place_text(const struct top_flows *flows, uint16_t slot, char *buffer,
			      size_t size)
{
	const struct weir_attachments *list = &flows->now.attachments;

	snprintf(buffer, size, "-");
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].slot == slot)
			snprintf(buffer, size, "%s", weir_target_name(&list->items[i].record));
	}
	return buffer;
}

static const char *since(const struct top_flows *flows, uint64_t then_ns, char *buffer, size_t size)
{
	uint64_t now = flows->now.time_ns;

	return format_age(now > then_ns ? (now - then_ns) / 1000000000 : 0, buffer, size);
}

static void draw_numbers(const struct top_scene *scene, const struct top_pane *pane, int row,
			 int col, const struct widths *w, const struct flow_row *flow)
{
	const struct top_flows *flows = scene->flows;
	enum top_unit unit = scene->view->unit;
	char text[FLOW_WORD];

	if (flows->rows.seconds > 0)
		top_text_right(pane, row, col, RATE, TOP_BOLD,
			       format_rate(top_rate(&flow->grown, flows->rows.seconds, unit),
					   top_unit_name(unit), text, sizeof(text)));
	else
		top_text_right(pane, row, col, RATE, TOP_DIM, "-");
	col += RATE + 1;
	if (w->packets) {
		top_text_right(pane, row, col, w->packets, TOP_PLAIN,
			       format_count(flow->there.packets + flow->back.packets, text,
					    sizeof(text)));
		col += w->packets + 1;
	}
	top_text_right(pane, row, col, COUNT, TOP_PLAIN,
		       format_rate((double)(flow->there.bytes + flow->back.bytes), "B", text,
				   sizeof(text)));
	col += COUNT + 1;
	if (!w->age)
		return;
	top_text_right(pane, row, col, w->age, TOP_DIM,
		       since(flows, flow->first_ns, text, sizeof(text)));
	top_text_right(pane, row, col + w->age + 1, w->age, TOP_DIM,
		       since(flows, flow->last_ns, text, sizeof(text)));
}

/* Returns the column where the numbers start. */
static int draw_subject(const struct top_scene *scene, const struct top_pane *pane, int row,
			const struct widths *w, const struct flow_row *flow)
{
	enum flow_by by = scene->view->flow_by;
	char a[FLOW_WORD], b[FLOW_WORD], text[WEIR_TARGET_LEN];
	int col = 0;

	subject_text(flow, by, a, b);
	if (w->kind) {
		top_text(pane, row, col, w->kind, TOP_PLAIN,
			 kind_text(flow, w->kind, text, sizeof(text)));
		col += w->kind + 1;
	}
	top_text(pane, row, col, w->end, TOP_PLAIN, a);
	col += w->end + 1;
	if (w->ends == 2) {
		top_text(pane, row, col, w->end, TOP_PLAIN, b);
		col += w->end + 1;
	}
	if (w->place) {
		top_text(pane, row, col, w->place, TOP_DIM,
			 place_text(scene->flows, flow->place, text, sizeof(text)));
		col += w->place + 1;
	}
	return col;
}

static void draw_heads(const struct top_scene *scene, const struct top_pane *pane,
		       const struct widths *w)
{
	enum flow_by by = scene->view->flow_by;
	int col = 0;

	if (w->kind) {
		top_text(pane, 1, col, w->kind, TOP_DIM, "PROTOCOL");
		col += w->kind + 1;
	}
	for (int i = 0; i < w->ends; i++) {
		top_text(pane, 1, col, w->end, TOP_DIM, titles[by][i]);
		col += w->end + 1;
	}
	if (w->place) {
		top_text(pane, 1, col, w->place, TOP_DIM, "INTERFACE");
		col += w->place + 1;
	}
	top_text_right(pane, 1, col, RATE, TOP_DIM, "RATE");
	col += RATE + 1;
	if (w->packets) {
		top_text_right(pane, 1, col, w->packets, TOP_DIM, "PACKETS");
		col += w->packets + 1;
	}
	top_text_right(pane, 1, col, COUNT, TOP_DIM, "BYTES");
	col += COUNT + 1;
	if (w->age) {
		top_text_right(pane, 1, col, w->age, TOP_DIM, "AGE");
		top_text_right(pane, 1, col + w->age + 1, w->age, TOP_DIM, "IDLE");
	}
}

static const char *empty_text(const struct top_scene *scene)
{
	const struct top_flows *flows = scene->flows;

	if (!flows->read)
		return "";
	if (!flows->now.attachments.count)
		return "Nothing is attached that counts flows.";
	if (scene->view->flows[0] || scene->view->targets[0])
		return "No flow is what you asked for; Esc takes the filters away.";
	return "No flow yet: no IP packet has passed since attaching.";
}

void top_draw_flows(const struct top_scene *scene, const struct top_pane *pane)
{
	const struct top_flows *flows = scene->flows;
	size_t room = pane->rows > 2 ? (size_t)pane->rows - 2 : 0;
	struct widths w = measure(scene, pane);
	char note[TOP_TEXT + 64];

	if (room > flows->order.count)
		room = flows->order.count;
	snprintf(note, sizeof(note), "%zu of %zu by %s, sorted by %s", room, flows->rows.count,
		 flow_by_name(scene->view->flow_by), flow_sort_name(scene->view->flow_sort));
	top_rule(pane, 0, "Flows", flows->order.count ? note : "");
	if (!flows->order.count) {
		top_text(pane, 1, 0, pane->cols, TOP_DIM, empty_text(scene));
		return;
	}
	draw_heads(scene, pane, &w);
	for (size_t i = 0; i < room; i++) {
		const struct flow_row *flow = &flows->rows.items[flows->order.items[i]];
		int col = draw_subject(scene, pane, 2 + (int)i, &w, flow);

		draw_numbers(scene, pane, 2 + (int)i, col, &w, flow);
	}
}
