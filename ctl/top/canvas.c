// SPDX-License-Identifier: GPL-2.0
/* canvas.c - see canvas.h. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <wchar.h>
#include "ctl/top/canvas.h"

int top_canvas_init(struct top_canvas *canvas, int rows, int cols, bool ascii)
{
	size_t count = (size_t)rows * (size_t)cols;
	struct top_cell *cells = calloc(count + 1, sizeof(*cells));

	if (!cells)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		cells[i].letter = ' ';
	*canvas = (struct top_canvas){ rows, cols, ascii, cells };
	return 0;
}

void top_canvas_free(struct top_canvas *canvas)
{
	free(canvas->cells);
	*canvas = (struct top_canvas){};
}

struct top_pane top_pane_of(struct top_canvas *canvas)
{
	return (struct top_pane){ canvas, 0, 0, canvas->rows, canvas->cols };
}

static struct top_cell *cell_at(const struct top_pane *pane, int row, int col)
{
	struct top_canvas *canvas = pane->canvas;

	if (row < 0 || col < 0 || row >= pane->rows || col >= pane->cols)
		return NULL;
	row += pane->top;
	col += pane->left;
	if (row < 0 || col < 0 || row >= canvas->rows || col >= canvas->cols)
		return NULL;
	return &canvas->cells[row * canvas->cols + col];
}

void top_put(const struct top_pane *pane, int row, int col, uint8_t style, uint32_t letter)
{
	struct top_cell *cell = cell_at(pane, row, col);

	if (cell)
		*cell = (struct top_cell){ letter, style };
}

/* Decodes a letter of UTF-8 (RFC 3629), '?' if it is invalid, and advances *text. */
static uint32_t next_letter(const char **text)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *at = (const unsigned char *)*text;
	uint32_t letter = *at;
	int more = letter < 0x80 ? 0 : letter >= 0xf0 ? 3 : letter >= 0xe0 ? 2 : 1;

	++*text;
	if (!more)
		return letter;
	if (letter < 0xc2 || letter > 0xf4)
		return '?';
	letter &= 0x3fU >> more;
	for (int i = 1; i <= more; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return '?';
		letter = letter << 6 | (at[i] & 0x3f);
	}
	if (letter < least[more] || letter > 0x10ffff || (letter >= 0xd800 && letter < 0xe000))
		return '?';
	*text += more;
	return letter;
}

static uint32_t shown(const struct top_canvas *canvas, uint32_t letter)
{
	if (letter < 0x20 || letter == 0x7f)
		return '?';
	if (letter < 0x7f)
		return letter;
	return !canvas->ascii && wcwidth((wchar_t)letter) == 1 ? letter : '?';
}

int top_text_width(const char *text)
{
	int width = 0;

	while (*text) {
		next_letter(&text);
		width++;
	}
	return width;
}

int top_text(const struct top_pane *pane, int row, int col, int width, uint8_t style,
	     const char *text)
{
	int used = 0;

	while (*text && used < width) {
		uint32_t letter = shown(pane->canvas, next_letter(&text));

		if (used + 1 == width && *text)
			letter = pane->canvas->ascii ? '~' : 0x2026; /* ... as one letter */
		top_put(pane, row, col + used++, style, letter);
	}
	return used;
}

void top_text_right(const struct top_pane *pane, int row, int col, int width, uint8_t style,
		    const char *text)
{
	int free_columns = width - top_text_width(text);

	if (free_columns < 0)
		free_columns = 0;
	top_text(pane, row, col + free_columns, width - free_columns, style, text);
}

void top_rule(const struct top_pane *pane, int row, const char *title, const char *note)
{
	uint32_t line = pane->canvas->ascii ? '-' : 0x2500;
	int room = pane->cols - 5, note_room, used;

	for (int col = 0; col < pane->cols; col++)
		top_put(pane, row, col, TOP_DIM, line);
	if (room <= 0)
		return;
	top_put(pane, row, 1, TOP_DIM, ' ');
	used = top_text(pane, row, 2, room, TOP_TITLE, title);
	top_put(pane, row, 2 + used, TOP_DIM, ' ');
	note_room = top_text_width(note);
	if (!note_room || note_room > room - used - 3)
		return;
	top_put(pane, row, pane->cols - note_room - 3, TOP_DIM, ' ');
	top_text(pane, row, pane->cols - note_room - 2, note_room, TOP_DIM, note);
	top_put(pane, row, pane->cols - 2, TOP_DIM, ' ');
}

void top_select(const struct top_pane *pane, int row)
{
	for (int col = 0; col < pane->cols; col++) {
		struct top_cell *cell = cell_at(pane, row, col);

		if (cell)
			cell->style |= TOP_SELECTED;
	}
}

int top_level(double value, double max, int steps)
{
	int level;

	if (!(value > 0) || !(max > 0))
		return 0;
	if (value >= max)
		return steps;
	/* show small values too */
	level = (int)ceil(value / max * steps);
	return level < 1 ? 1 : level;
}

/* Returns the letter for a cell of a bar that is filled `eighths` high; 0 to 8. */
static uint32_t block(const struct top_canvas *canvas, int eighths)
{
	static const char ascii[] = " .:-=+*%#";

	if (canvas->ascii)
		return (uint32_t)ascii[eighths];
	return eighths ? 0x2580U + (uint32_t)eighths : ' '; /* lower one eighth to full block */
}

void top_draw_curve(const struct top_pane *pane, int row, int rows, int col, int width,
		    const struct top_curve *curve)
{
	for (int i = 0; i < width && (size_t)i < curve->count; i++) {
		double value = curve->values[curve->count - 1 - (size_t)i];
		int level = top_level(value, curve->max, 8 * rows);

		for (int r = 0; r < rows; r++) {
			int eighths = level - 8 * (rows - 1 - r);

			eighths = eighths < 0 ? 0 : eighths > 8 ? 8 : eighths;
			if (eighths)
				top_put(pane, row + r, col + width - 1 - i, curve->style,
					block(pane->canvas, eighths));
		}
	}
}

void top_bar(const struct top_pane *pane, int row, int col, int width, uint8_t style, double part,
	     double whole)
{
	int filled = top_level(part, whole, width);

	for (int i = 0; i < width; i++) {
		if (i < filled)
			top_put(pane, row, col + i, style, pane->canvas->ascii ? '#' : 0x25a0);
		else
			top_put(pane, row, col + i, TOP_DIM, pane->canvas->ascii ? '.' : 0x00b7);
	}
}
