// SPDX-License-Identifier: GPL-2.0
/* panel_counts.c - panels for one attachment: protocols, sizes, verdicts. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "ctl/top/labels.h"
#include "ctl/top/panels.h"
#include "ctl/write/units.h"

/* A row with name, bar, share and rate. */
struct share {
	const char *name;
	uint64_t part;
	double rate; /* per second; < 0: unknown yet */
	uint8_t style;
};

static const char *rate_text(double rate, const char *unit, char *buffer, size_t size)
{
	if (rate < 0)
		snprintf(buffer, size, "-");
	else
		format_rate(rate, unit, buffer, size);
	return buffer;
}

/* Omits the rate if the name needs the room. */
static void draw_share(const struct top_pane *pane, int row, int name_width,
		       const struct share *share, uint64_t whole, const char *unit)
{
	bool rates = name_width + 20 <= pane->cols;
	int end = rates ? pane->cols - 13 : pane->cols;
	int bar = end - 8 - name_width;
	char text[32];

	top_text(pane, row, 0, name_width, TOP_PLAIN, share->name);
	if (bar >= 4)
		top_bar(pane, row, name_width + 1, bar, share->style, (double)share->part,
			(double)whole);
	top_text_right(pane, row, end - 6, 6, TOP_PLAIN,
		       format_share(share->part, whole, text, sizeof(text)));
	if (rates)
		top_text_right(pane, row, pane->cols - 12, 12, TOP_PLAIN,
			       rate_text(share->rate, unit, text, sizeof(text)));
}

/* The bars start after the widest name. */
static void draw_shares(const struct top_pane *pane, const char *title, const struct top_item *item,
			const struct share *shares, size_t count, uint64_t whole, const char *unit)
{
	char label[WEIR_TARGET_LEN + 32];
	int width = 0;

	top_rule(pane, 0, title, item ? top_item_label(item, label, sizeof(label)) : "");
	for (size_t i = 0; i < count; i++) {
		int own = top_text_width(shares[i].name);

		width = own > width ? own : width;
	}
	if (width > pane->cols - 7)
		width = pane->cols - 7;
	for (size_t i = 0; i < count; i++)
		draw_share(pane, 1 + (int)i, width, &shares[i], whole, unit);
}

static int by_part(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	return x->part < y->part ? 1 : x->part > y->part ? -1 : 0;
}

static double item_rate(const struct top_item *item, const struct weir_count *grown,
			enum top_unit unit)
{
	return item->seconds > 0 ? top_rate(grown, item->seconds, unit) : -1;
}

void top_draw_protocols(const struct top_scene *scene, const struct top_pane *pane)
{
	const struct top_item *item = top_model_selected(scene->model);
	enum top_unit unit = scene->view->unit;
	struct share shares[WEIR_PROTOS] = {};
	size_t count = 0;

	for (int i = 0; item && i < WEIR_PROTOS; i++) {
		const struct weir_count *c = &item->counts.protocols[i];

		if (!c->packets)
			continue;
		shares[count++] = (struct share){ weir_protocol_name(i),
						  unit == TOP_PACKETS ? c->packets : c->bytes,
						  item_rate(item, &item->grown.protocols[i], unit),
						  i == WEIR_PROTO_MALFORMED ? TOP_BAD : TOP_GOOD };
	}
	qsort(shares, count, sizeof(*shares), by_part);
	draw_shares(pane, "Protocols", item, shares, count,
		    !item                 ? 0
		    : unit == TOP_PACKETS ? item->counts.total.packets
					  : item->counts.total.bytes,
		    top_unit_name(unit));
	if (item && !count)
		top_text(pane, 1, 0, pane->cols, TOP_DIM, "no packet yet");
}

void top_draw_sizes(const struct top_scene *scene, const struct top_pane *pane)
{
	const struct top_item *item = top_model_selected(scene->model);
	struct share shares[WEIR_SIZES] = {};
	char names[WEIR_SIZES][16];

	for (unsigned int i = 0; item && i < WEIR_SIZES; i++) {
		uint32_t low = i ? weir_size_bound(i - 1) + 1 : 0, high = weir_size_bound(i);
		struct weir_count grown = { .packets = item->grown.sizes[i] };

		if (high)
			snprintf(names[i], sizeof(names[i]), "%u-%u", low, high);
		else
			snprintf(names[i], sizeof(names[i]), ">%u", low - 1);
		shares[i] = (struct share){ names[i], item->counts.sizes[i],
					    item_rate(item, &grown, TOP_PACKETS), TOP_IN };
	}
	draw_shares(pane, "Packet sizes, bytes", item, shares, item ? WEIR_SIZES : 0,
		    item ? item->counts.total.packets : 0, "pps");
}

void top_draw_verdicts(const struct top_scene *scene, const struct top_pane *pane)
{
	const struct top_item *item = top_model_selected(scene->model);
	struct share shares[WEIR_VERDICTS] = {};
	uint64_t dropped = 0;
	int row = 1;

	for (int i = 0; item && i < WEIR_VERDICTS; i++) {
		shares[i] = (struct share){ weir_verdict_name(i), item->counts.verdicts[i].packets,
					    item_rate(item, &item->grown.verdicts[i], TOP_PACKETS),
					    i == WEIR_VERDICT_PASS ? TOP_GOOD : TOP_BAD };
		dropped += i == WEIR_VERDICT_PASS ? 0 : shares[i].part;
		row++;
	}
	draw_shares(pane, "Verdicts", item, shares, item ? WEIR_VERDICTS : 0,
		    item ? item->counts.total.packets : 0, "pps");
	if (item && !dropped)
		top_text(pane, row, 0, pane->cols, TOP_DIM, "nothing dropped by weir");
}
