/* SPDX-License-Identifier: GPL-2.0 */
/*
 * canvas.h - a screen of letters in memory. Drawing functions know no terminal: tests read the
 * canvas as text, screen.c shows it. Nothing is drawn outside a pane.
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

#define TOP_SELECTED 0x80 /* added to a style: the row of the cursor */

struct top_cell {
	uint32_t letter; /* Unicode, one column wide */
	uint8_t style;
};

struct top_canvas {
	int rows, cols;
	bool ascii; /* no letters above 0x7e */
	struct top_cell *cells;
};

/* Makes a blank canvas. Returns 0 or -ENOMEM. */
int top_canvas_init(struct top_canvas *canvas, int rows, int cols, bool ascii);
void top_canvas_free(struct top_canvas *canvas);

/* A rectangle of the canvas. Rows and columns below are relative to its corner. */
struct top_pane {
	struct top_canvas *canvas;
	int top, left, rows, cols;
};

struct top_pane top_pane_of(struct top_canvas *canvas);

void top_put(const struct top_pane *pane, int row, int col, uint8_t style, uint32_t letter);

/*
 * Draws UTF-8 in `width` columns from `col`; truncated text ends in a mark. Control characters and
 * letters that are not one column wide become '?'. Returns the columns used.
 */
int top_text(const struct top_pane *pane, int row, int col, int width, uint8_t style,
	     const char *text);

/* The same, aligned right. */
void top_text_right(const struct top_pane *pane, int row, int col, int width, uint8_t style,
		    const char *text);

/* Width of a text in columns. */
int top_text_width(const char *text);

/* Draws "-- Title ---------- note -" across the row. */
void top_rule(const struct top_pane *pane, int row, const char *title, const char *note);

/* Highlights a row for the cursor. */
void top_select(const struct top_pane *pane, int row);

/* Scales a value to 1 to `steps`, relative to `max`; 0 for 0. */
int top_level(double value, double max, int steps);

/* Values from old to new, one per column, the last at the right. */
struct top_curve {
	const double *values;
	size_t count;
	double max;
	uint8_t style;
};

/* Draws a curve of `rows` rows, from `row` down. */
void top_draw_curve(const struct top_pane *pane, int row, int rows, int col, int width,
		    const struct top_curve *curve);

/* Draws a bar of part / whole of the width. */
void top_bar(const struct top_pane *pane, int row, int col, int width, uint8_t style, double part,
	     double whole);

#endif
