// SPDX-License-Identifier: GPL-2.0
/* panel_attachments.c - panels of `ctl top`: the attachments with sparklines, and the chart. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/attach/labels.h"
#include "ctl/top/labels.h"
#include "ctl/top/panels.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"

#define LEAST_SPARK 8

/* Widths of the columns; 0: not shown. */
struct widths {
	int target, netns, hook, spark, rate, packets, bytes;
};

static const char *bytes_text(uint64_t bytes, bool plain, char *buffer, size_t size)
{
	return plain ? format_count(bytes, buffer, size)
		     : format_rate((double)bytes, "B", buffer, size);
}

static void widen(int *width, const char *text)
{
	int own = top_text_width(text);

	*width = own > *width ? own : *width;
}

/* Shows bytes as plain digits if the screen is wide. */
static bool plain_bytes(const struct top_pane *pane)
{
	return pane->cols >= 110;
}

static struct widths measure(const struct top_scene *scene, const struct top_pane *pane)
{
	struct widths w = { .target = 9, .hook = 4, .rate = 11, .packets = 7, .bytes = 5 };
	int used;
	bool netns = false;

	for (size_t i = 0; i < scene->model->shown; i++) {
		const struct top_item *item = top_model_at(scene->model, i);
		char text[WEIR_NETNS_LEN];

		widen(&w.target, weir_target_name(&item->attachment.record));
		widen(&w.hook, weir_hook_name(item->attachment.record.hook));
		widen(&w.packets, format_count(item->counts.total.packets, text, sizeof(text)));
		widen(&w.bytes,
		      bytes_text(item->counts.total.bytes, plain_bytes(pane), text, sizeof(text)));
		netns_label(&item->attachment, text, sizeof(text));
		netns |= strcmp(text, "-") != 0;
		widen(&w.netns, text);
	}
	if (!netns)
		w.netns = 0;
	if (w.netns && w.netns < 5)
		w.netns = 5;
	/* names may be long, and numbers are more important */
	if (w.target > pane->cols / 5)
		w.target = pane->cols / 5 > 9 ? pane->cols / 5 : 9;
	if (w.netns > pane->cols / 7)
		w.netns = pane->cols / 7;
	used = w.target + 1 + w.hook + 1 + w.rate + 1 + w.packets + 1 + w.bytes + 1 +
	       (w.netns ? w.netns + 1 : 0);
	if (used + LEAST_SPARK > pane->cols) {
		used -= w.bytes + 1;
		w.bytes = 0;
	}
	if (used + LEAST_SPARK > pane->cols && w.netns) {
		used -= w.netns + 1;
		w.netns = 0;
	}
	w.spark = pane->cols - used;
	if (w.spark > TOP_HISTORY)
		w.spark = TOP_HISTORY;
	return w;
}

static double greatest(const double *values, size_t count)
{
	double max = 0;

	for (size_t i = 0; i < count; i++)
		max = values[i] > max ? values[i] : max;
	return max;
}

static void draw_rate(const struct top_scene *scene, const struct top_pane *pane, int row, int col,
		      int width, const struct top_item *item)
{
	enum top_unit unit = scene->view->unit;
	char text[32];

	if (item->attachment.state != WEIR_STATE_ATTACHED)
		top_text_right(pane, row, col, width, TOP_BAD,
			       weir_state_name(item->attachment.state));
	else if (!(item->seconds > 0))
		top_text_right(pane, row, col, width, TOP_DIM, "-");
	else
		top_text_right(pane, row, col, width, TOP_BOLD,
			       format_rate(top_rate(&item->grown.total, item->seconds, unit),
					   top_unit_name(unit), text, sizeof(text)));
}

static void draw_item(const struct top_scene *scene, const struct top_pane *pane, int row,
		      const struct widths *w, const struct top_item *item)
{
	const struct weir_slot *r = &item->attachment.record;
	double values[TOP_HISTORY];
	struct top_curve curve = { .values = values, .style = top_direction_style(item) };
	int col = 0;
	char text[WEIR_NETNS_LEN];

	top_text(pane, row, col, w->target, TOP_PLAIN, weir_target_name(r));
	col += w->target + 1;
	if (w->netns) {
		top_text(pane, row, col, w->netns, TOP_PLAIN,
			 netns_label(&item->attachment, text, sizeof(text)));
		col += w->netns + 1;
	}
	top_text(pane, row, col, w->hook, curve.style, weir_hook_name(r->hook));
	col += w->hook + 1;
	if (w->spark > 0)
		curve.count = top_history(item, scene->view->unit, (size_t)w->spark, values, NULL);
	curve.max = greatest(values, curve.count);
	top_draw_curve(pane, row, 1, col, w->spark, &curve);
	col += w->spark + 1;
	draw_rate(scene, pane, row, col - 1, w->rate + 1, item);
	col += w->rate + 1;
	top_text_right(pane, row, col - 1, w->packets + 1, TOP_PLAIN,
		       format_count(item->counts.total.packets, text, sizeof(text)));
	col += w->packets + 1;
	if (w->bytes)
		top_text_right(pane, row, col - 1, w->bytes + 1, TOP_PLAIN,
			       bytes_text(item->counts.total.bytes, plain_bytes(pane), text,
					  sizeof(text)));
}

static void draw_heads(const struct top_scene *scene, const struct top_pane *pane,
		       const struct widths *w)
{
	bool interfaces_only = true;
	int col = 0;

	for (size_t i = 0; i < scene->model->shown; i++)
		interfaces_only &= weir_target_kind(
					   &top_model_at(scene->model, i)->attachment.record) ==
				   WEIR_TARGET_INTERFACE;
	top_text(pane, 1, col, w->target, TOP_DIM, target_title(interfaces_only));
	col += w->target + 1;
	if (w->netns) {
		top_text(pane, 1, col, w->netns, TOP_DIM, "NETNS");
		col += w->netns + 1;
	}
	top_text(pane, 1, col, w->hook, TOP_DIM, "HOOK");
	col += w->hook + 1 + w->spark;
	top_text_right(pane, 1, col, w->rate + 1, TOP_DIM, "RATE");
	col += w->rate + 1;
	top_text_right(pane, 1, col, w->packets + 1, TOP_DIM, "PACKETS");
	col += w->packets + 1;
	if (w->bytes)
		top_text_right(pane, 1, col, w->bytes + 1, TOP_DIM, "BYTES");
}

static void draw_empty(const struct top_scene *scene, const struct top_pane *pane)
{
	top_rule(pane, 0, "Attachments", "");
	if (scene->model->count)
		top_text(pane, 1, 0, pane->cols, TOP_DIM,
			 "Nothing attached has that in its name; Esc takes the filter away.");
	else if (scene->model->time_ns)
		top_text(pane, 1, 0, pane->cols, TOP_DIM,
			 "Nothing is attached that counts. Begin with `ctl attach IFACE`.");
}

void top_draw_attachments(const struct top_scene *scene, const struct top_pane *pane)
{
	const struct top_model *model = scene->model;
	size_t room = pane->rows > 2 ? (size_t)pane->rows - 2 : 0, first = 0, last;
	struct widths w;
	char note[64] = "";

	if (!model->shown) {
		draw_empty(scene, pane);
		return;
	}
	if (room && model->cursor >= room)
		first = model->cursor - room + 1;
	last = first + room < model->shown ? first + room : model->shown;
	if (last - first < model->shown)
		snprintf(note, sizeof(note), "%zu-%zu of %zu, by %s", first + 1, last, model->shown,
			 top_sort_name(scene->view->sort));
	else
		snprintf(note, sizeof(note), "by %s", top_sort_name(scene->view->sort));
	top_rule(pane, 0, "Attachments", note);
	w = measure(scene, pane);
	draw_heads(scene, pane, &w);
	for (size_t i = first; i < last; i++) {
		int row = 2 + (int)(i - first);

		draw_item(scene, pane, row, &w, top_model_at(model, i));
		if (i == model->cursor)
			top_select(pane, row);
	}
}

/* --- the chart: the attachment under the cursor, and its other direction beside it --- */

#define AXIS 12 /* width of "999 kbit/s" */

static void draw_one_chart(const struct top_scene *scene, const struct top_pane *pane,
			   const struct top_item *item)
{
	enum top_unit unit = scene->view->unit;
	int width = pane->cols - AXIS, rows = pane->rows - 2;
	char label[WEIR_TARGET_LEN + 32], text[64], peak[48];
	double values[TOP_HISTORY], seconds = 0;
	struct top_curve curve = { .values = values, .style = top_direction_style(item) };

	if (width > TOP_HISTORY)
		width = TOP_HISTORY;
	curve.count = width > 0 ? top_history(item, unit, (size_t)width, values, &seconds) : 0;
	curve.max = greatest(values, curve.count);
	format_rate(curve.max, top_unit_name(unit), peak, sizeof(peak));
	snprintf(text, sizeof(text), "peak %s", peak);
	top_rule(pane, 0, top_item_label(item, label, sizeof(label)), curve.count ? text : "");
	top_text_right(pane, 1, 0, AXIS - 1, TOP_DIM, curve.max > 0 ? peak : "");
	top_text_right(pane, rows, 0, AXIS - 1, TOP_DIM, "0");
	for (int row = 1; row <= rows; row++)
		top_put(pane, row, AXIS - 1, TOP_DIM, pane->canvas->ascii ? '|' : 0x2502);
	top_draw_curve(pane, 1, rows, AXIS, pane->cols - AXIS, &curve);
	if (!curve.count)
		return;
	top_text_right(pane, rows + 1, pane->cols - 3, 3, TOP_DIM, "now");
	format_age((uint64_t)(seconds + 0.5), text, sizeof(text));
	snprintf(label, sizeof(label), "-%s", text);
	if ((int)curve.count > 12)
		top_text(pane, rows + 1, pane->cols - (int)curve.count, 8, TOP_DIM, label);
}

void top_draw_chart(const struct top_scene *scene, const struct top_pane *pane)
{
	const struct top_item *item = top_model_selected(scene->model);
	const struct top_item *other = item ? top_model_other_way(scene->model, item) : NULL;
	struct top_pane left = *pane, right = *pane;

	if (!item) {
		top_rule(pane, 0, "Rate", "");
		return;
	}
	if (!other || pane->cols < 2 * 36) {
		draw_one_chart(scene, pane, item);
		return;
	}
	left.cols = (pane->cols - TOP_GAP) / 2;
	right.left += left.cols + TOP_GAP;
	right.cols = pane->cols - left.cols - TOP_GAP;
	draw_one_chart(scene, &left, top_is_egress(item) ? other : item);
	draw_one_chart(scene, &right, top_is_egress(item) ? item : other);
}
