// SPDX-License-Identifier: GPL-2.0
/* draw.c - draws header, panels, footer and help; see draw.h. */
#include <stdio.h>
#include <string.h>
#include "ctl/top/draw.h"
#include "ctl/write/units.h"

/* --- header and footer --- */

/* Draws the packets that the shown attachments see. Several of them may see the same packet. */
static void draw_header(const struct top_scene *scene, const struct top_pane *pane)
{
	const struct top_view *view = scene->view;
	char text[2 * TOP_TEXT + 64];
	int used = top_text(pane, 0, 0, pane->cols, TOP_TITLE, "weir top"), right;

	snprintf(text, sizeof(text), "%zu attachment%s", scene->model->shown,
		 scene->model->shown == 1 ? "" : "s");
	used += 2 + top_text(pane, 0, used + 2, pane->cols, TOP_PLAIN, text);
	if (view->targets[0]) {
		snprintf(text, sizeof(text), "like '%s'", view->targets);
		used += 1 + top_text(pane, 0, used + 1, 24, TOP_WARN, text);
	}
	if (view->flows[0]) {
		snprintf(text, sizeof(text), "flows '%s'", view->flows);
		used += 2 + top_text(pane, 0, used + 2, pane->cols - used - 26, TOP_WARN, text);
	}
	if (view->paused)
		snprintf(text, sizeof(text), "PAUSED");
	else
		snprintf(text, sizeof(text), "every %g s", view->interval);
	right = pane->cols - top_text_width(text);
	if (right > used + 1)
		top_text(pane, 0, right, pane->cols - right, view->paused ? TOP_WARN : TOP_PLAIN,
			 text);
	right -= 2 + (int)strlen(top_unit_name(view->unit));
	if (right > used + 1)
		top_text(pane, 0, right, pane->cols - right - 1, TOP_KEY,
			 top_unit_name(view->unit));
	if (right > used + 1)
		top_put(pane, 0, right + (int)strlen(top_unit_name(view->unit)), TOP_PLAIN, ' ');
}

static void draw_prompt(const struct top_view *view, const struct top_pane *pane, int row)
{
	const char *label = view->prompt == TOP_PROMPT_TARGETS ? "Show targets like: " : "Flows: ";
	int col = top_text(pane, row, 0, pane->cols, TOP_KEY, label);
	int room = pane->cols - col - 1, width = top_text_width(view->input);
	const char *text = view->input;

	/* show the end, where the user types */
	while (width > room && *text) {
		text++;
		if (((unsigned char)*text & 0xc0) != 0x80)
			width--;
	}
	col += top_text(pane, row, col, room, TOP_PLAIN, text);
	top_put(pane, row, col, TOP_PLAIN | TOP_SELECTED, ' ');
	if (view->message[0])
		top_text_right(pane, row, col + 3, pane->cols - col - 3, TOP_BAD, view->message);
}

static void draw_footer(const struct top_scene *scene, const struct top_pane *pane)
{
	static const char *const hints[][2] = {
		{ "q", "quit" },  { "?", "help" },      { "p", "pause" },       { "u", "unit" },
		{ "s", "sort" },  { "/", "filter" },    { "f", "flow filter" }, { "b", "by" },
		{ "o", "order" }, { "+-", "interval" }, { "1-8", "panels" },    { "Esc", "all" },
	};
	int row = pane->rows - 1, col = 0;

	if (scene->view->prompt != TOP_PROMPT_NONE) {
		draw_prompt(scene->view, pane, row);
		return;
	}
	if (scene->view->message[0]) {
		top_text(pane, row, 0, pane->cols, TOP_BAD, scene->view->message);
		return;
	}
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		int width = (int)(strlen(hints[i][0]) + 1 + strlen(hints[i][1]));

		if (col + width > pane->cols)
			break;
		col += top_text(pane, row, col, pane->cols, TOP_KEY, hints[i][0]) + 1;
		col += top_text(pane, row, col, pane->cols, TOP_DIM, hints[i][1]) + 2;
	}
}

/* --- screens without panels --- */

static void draw_help(const struct top_pane *pane)
{
	int rows = (int)top_key_help_count, row = 1, left = 0;
	int columns = rows + 2 > pane->rows ? 2 : 1;
	int half = pane->cols / columns;

	top_text(pane, 0, 0, pane->cols, TOP_TITLE, "weir top: keys");
	for (int i = 0; i < rows; i++) {
		const struct top_key_help *help = &top_key_helps[i];

		/* start the second column with a heading */
		if (columns == 2 && !left && !help->key && row > rows / 3) {
			left = half;
			row = 1;
		}
		if (help->key) {
			top_text(pane, row, left + 2, 8, TOP_KEY, help->key);
			top_text(pane, row, left + 10, half - 10, TOP_PLAIN, help->text);
		} else {
			top_text(pane, row, left, half, TOP_BOLD, help->text);
		}
		row++;
	}
	top_text(pane, pane->rows - 1, 0, pane->cols, TOP_DIM, "press any key to go back");
}

static void draw_too_small(const struct top_pane *pane)
{
	char text[96];

	top_text(pane, 0, 0, pane->cols, TOP_BOLD, "too small");
	snprintf(text, sizeof(text), "is %dx%d", pane->cols, pane->rows);
	top_text(pane, 1, 0, pane->cols, TOP_PLAIN, text);
	snprintf(text, sizeof(text), "needs %dx%d", TOP_LEAST_COLS, TOP_LEAST_ROWS);
	top_text(pane, 2, 0, pane->cols, TOP_PLAIN, text);
	top_text(pane, 3, 0, pane->cols, TOP_DIM, "q quits");
}

/* --- the screen --- */

static void fill_shapes(const struct top_scene *scene, struct top_shape shapes[TOP_PANELS])
{
	for (int i = 0; i < TOP_PANELS; i++) {
		const struct top_panel_kind *kind = &top_panel_kinds[i];

		shapes[i] = (struct top_shape){
			.shown = !(scene->view->hidden >> i & 1),
			.band = kind->band,
			.importance = kind->importance,
			.least_rows = kind->least_rows,
			.least_cols = kind->least_cols,
			.rows = kind->rows(scene),
		};
	}
}

void top_draw(const struct top_scene *scene, struct top_canvas *canvas, int *ret_page,
	      uint32_t *ret_placed)
{
	struct top_pane screen = top_pane_of(canvas);
	struct top_shape shapes[TOP_PANELS];
	struct top_place places[TOP_PANELS];
	bool fits;

	*ret_page = 1;
	*ret_placed = 0;
	fill_shapes(scene, shapes);
	fits = top_layout(canvas->rows, canvas->cols, shapes, TOP_PANELS, places);
	if (!fits) {
		draw_too_small(&screen);
		return;
	}
	if (scene->view->help) {
		draw_help(&screen);
		return;
	}
	draw_header(scene, &screen);
	for (int i = 0; i < TOP_PANELS; i++) {
		struct top_pane pane = { canvas, places[i].top, places[i].left, places[i].rows,
					 places[i].cols };

		if (!pane.rows)
			continue;
		top_panel_kinds[i].draw(scene, &pane);
		*ret_placed |= 1U << i;
	}
	if (places[TOP_PANEL_ATTACHMENTS].rows > 3)
		*ret_page = places[TOP_PANEL_ATTACHMENTS].rows - 2;
	draw_footer(scene, &screen);
}
