/* SPDX-License-Identifier: GPL-2.0 */
/*
 * canvas.h - a screen of letters in memory. What draws on it knows no terminal; tests read it
 * as text, screen.c shows it. Nothing outside of a pane is ever touched.
 */
#ifndef CTL_TOP_CANVAS_H
#define CTL_TOP_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum top_style {
	TOP_PLAIN,
	TOP_DIM,
	TOP_BOLD,
	TOP_TITLE,
	TOP_KEY,
	TOP_IN,
	TOP_OUT,
	TOP_GOOD,
	TOP_WARN,
	TOP_BAD,
	TOP_STYLES,
};

#define TOP_SELECTED 0x80 /* on top of a style: the row that the cursor is on */

struct top_cell {
	uint32_t letter; /* Unicode; one column wide */
	uint8_t style;
};

struct top_canvas {
	int rows, cols;
	bool ascii; /* no letter above 0x7e */
	struct top_cell *cells;
};

/* Blank. 0 or -ENOMEM. */
int top_canvas_init(struct top_canvas *canvas, int rows, int cols, bool ascii);
void top_canvas_free(struct top_canvas *canvas);

/* A rectangle of it; rows and columns below are counted from its corner. */
struct top_pane {
	struct top_canvas *canvas;
	int top, left, rows, cols;
};

struct top_pane top_pane_of(struct top_canvas *canvas);

void top_put(const struct top_pane *pane, int row, int col, uint8_t style, uint32_t letter);

/*
 * UTF-8 in `width` columns from `col`; what does not fit ends in a mark. Control characters and
 * letters that are not one column wide become '?'. Returns the columns used.
 */
int top_text(const struct top_pane *pane, int row, int col, int width, uint8_t style,
	     const char *text);

/* The same at the right end of these columns. */
void top_text_right(const struct top_pane *pane, int row, int col, int width, uint8_t style,
		    const char *text);

/* Columns that a text takes. */
int top_text_width(const char *text);

/* "-- Title ---------- note -" over the whole row. */
void top_rule(const struct top_pane *pane, int row, const char *title, const char *note);

/* Makes the row's style that of the cursor. */
void top_select(const struct top_pane *pane, int row);

/* 0 for nothing, else 1 to `steps`: how high a value stands below `max`. */
int top_level(double value, double max, int steps);

/* Values from old to new, the last at the right end, each a column. */
struct top_curve {
	const double *values;
	size_t count;
	double max;
	uint8_t style;
};

/* `rows` high from `row` on. */
void top_draw_curve(const struct top_pane *pane, int row, int rows, int col, int width,
		    const struct top_curve *curve);

/* part / whole of the width. */
void top_bar(const struct top_pane *pane, int row, int col, int width, uint8_t style, double part,
	     double whole);

#endif
