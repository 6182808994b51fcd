// SPDX-License-Identifier: GPL-2.0
/* layout.c - see layout.h. */
#include <string.h>
#include "ctl/top/layout.h"

struct band {
	bool there;
	int importance;
	int least_rows, rows; /* minimum, and maximum it can fill */
	int dealt;
	size_t members; /* that fit side by side */
	int least_cols; /* of these, with gaps */
};

static void measure(const struct top_shape *shapes, size_t count, int cols, struct band *bands)
{
	for (size_t i = 0; i < count; i++) {
		const struct top_shape *s = &shapes[i];
		struct band *b = &bands[s->band];
		int least = b->least_cols + (b->members ? TOP_GAP : 0) + s->least_cols;

		if (!s->shown || (b->members && least > cols))
			continue;
		b->there = true;
		b->importance = s->importance;
		b->members++;
		b->least_cols = least;
		if (s->least_rows > b->least_rows)
			b->least_rows = s->least_rows;
		if (s->rows > b->rows)
			b->rows = s->rows;
	}
}

static int needed(const struct band *bands)
{
	int rows = 0;

	for (int i = 0; i < TOP_BANDS; i++)
		rows += bands[i].there ? bands[i].least_rows : 0;
	return rows;
}

/* Drops the least important band. Returns false if only one is left. */
static bool leave_one_out(struct band *bands)
{
	struct band *least = NULL;
	int there = 0;

	for (int i = 0; i < TOP_BANDS; i++) {
		there += bands[i].there;
		if (bands[i].there && (!least || bands[i].importance > least->importance))
			least = &bands[i];
	}
	if (there < 2)
		return false;
	least->there = false;
	return true;
}

static void deal(struct band *bands, int left)
{
	struct band *last = NULL;
	bool any = true;

	for (int i = 0; i < TOP_BANDS; i++) {
		if (!bands[i].there)
			continue;
		last = &bands[i];
		/* a single band may get less than its minimum */
		bands[i].dealt = bands[i].least_rows < left ? bands[i].least_rows : left;
		left -= bands[i].dealt;
	}
	while (left && any) {
		any = false;
		for (int i = 0; i < TOP_BANDS && left; i++) {
			if (bands[i].there && bands[i].dealt < bands[i].rows) {
				bands[i].dealt++;
				left--;
				any = true;
			}
		}
	}
	if (last)
		last->dealt += left;
}

/* Assigns columns: the minimum of each panel, and an equal share of the rest. */
static void set_places(const struct top_shape *shapes, size_t count, int band, struct band *b,
		       int top, int cols, struct top_place *places)
{
	int spare = cols - b->least_cols, left = 0;
	size_t placed = 0;

	for (size_t i = 0; i < count && placed < b->members; i++) {
		size_t rest = b->members - placed;
		int share = spare / (int)rest;

		if (!shapes[i].shown || shapes[i].band != band)
			continue;
		places[i] = (struct top_place){ top, left, b->dealt, shapes[i].least_cols + share };
		spare -= share;
		left += places[i].cols + TOP_GAP;
		placed++;
	}
}

bool top_layout(int rows, int cols, const struct top_shape *shapes, size_t count,
		struct top_place *ret_places)
{
	struct band bands[TOP_BANDS] = {};
	int top = 1;

	memset(ret_places, 0, count * sizeof(*ret_places));
	if (rows < TOP_LEAST_ROWS || cols < TOP_LEAST_COLS)
		return false;
	measure(shapes, count, cols, bands);
	while (needed(bands) > rows - 2 && leave_one_out(bands))
		;
	deal(bands, rows - 2);
	for (int i = 0; i < TOP_BANDS; i++) {
		if (!bands[i].there)
			continue;
		set_places(shapes, count, i, &bands[i], top, cols, ret_places);
		top += bands[i].dealt;
	}
	return true;
}
