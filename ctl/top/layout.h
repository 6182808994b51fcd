/* SPDX-License-Identifier: GPL-2.0 */
/* layout.h - chooses the panels that fit on the screen, and their places. No side effects. */
#ifndef CTL_TOP_LAYOUT_H
#define CTL_TOP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

/* A smaller screen has room for a sentence only. */
#define TOP_LEAST_ROWS 9
#define TOP_LEAST_COLS 44

#define TOP_BANDS 8
#define TOP_GAP 2 /* columns between adjacent panels */

struct top_shape {
	bool shown;     /* not switched off by the user */
	int band;       /* panels of a band are side by side, in order */
	int importance; /* of the band; the greatest number is dropped first */
	int least_rows, least_cols;
	int rows; /* maximum it can fill */
};

struct top_place {
	int top, left, rows, cols; /* rows 0: not on the screen */
};

/*
 * The first row is for the header, the last for the footer. Bands that do not fit are dropped, the
 * least important first; in a band that is too narrow, the last panels are dropped. Then the bands
 * that can fill more rows get the remaining ones; the last band gets the rest. Returns false if the
 * screen is too small.
 */
bool top_layout(int rows, int cols, const struct top_shape *shapes, size_t count,
		struct top_place *ret_places);

#endif
