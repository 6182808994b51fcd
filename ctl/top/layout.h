/* SPDX-License-Identifier: GPL-2.0 */
/* layout.h - which panels a screen has room for, and where. Pure. */
#ifndef CTL_TOP_LAYOUT_H
#define CTL_TOP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

/* Below this there is room for a sentence only. */
#define TOP_LEAST_ROWS 9
#define TOP_LEAST_COLS 44

#define TOP_BANDS 8
#define TOP_GAP 2 /* columns between panels side by side */

struct top_shape {
	bool shown;     /* or switched off by the user */
	int band;       /* those of one band stand side by side, in their order */
	int importance; /* of the band; the greatest number goes first where room lacks */
	int least_rows, least_cols;
	int rows; /* that it can fill */
};

struct top_place {
	int top, left, rows, cols; /* rows 0: not on the screen */
};

/*
 * Leaves the first row for a header and the last for a footer. Bands that find no room are left
 * out, the least important first, and of a band the last panels where it is too narrow; then rows
 * are dealt out to those that can fill them. What nobody can fill goes to the last band. False: the
 * screen is too small.
 */
bool top_layout(int rows, int cols, const struct top_shape *shapes, size_t count,
		struct top_place *ret_places);

#endif
