// SPDX-License-Identifier: GPL-2.0
/* table.c - see table.h. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/write/table.h"
#include "datapath/base/cleanup.h"

struct cell {
	char *text;
	enum tint tint;
};

struct table {
	struct column *columns;
	size_t column_count;
	struct cell *cells;
	size_t cell_count;
	bool broken; /* out of memory for a cell */
};

struct table *table_new(const struct column *columns, size_t count)
{
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->columns = calloc(count, sizeof(*columns));
	if (!table->columns) {
		free(table);
		return NULL;
	}
	memcpy(table->columns, columns, count * sizeof(*columns));
	table->column_count = count;
	return table;
}

void table_free(struct table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->cell_count; i++)
		free(table->cells[i].text);
	free(table->cells);
	free(table->columns);
	free(table);
}

void table_freep(struct table **table)
{
	table_free(*table);
}

/*
 * Replaces control characters: names may come from containers, and their escape sequences must not
 * reach the terminal.
 */
static void defuse(char *text)
{
	for (; *text; text++) {
		if (iscntrl((unsigned char)*text))
			*text = '?';
	}
}

void table_cell(struct table *table, enum tint tint, const char *fmt, ...)
{
	struct cell *grown;
	char *text = NULL;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vasprintf(&text, fmt, args);
	va_end(args);
	grown = len < 0 ? NULL : realloc(table->cells, (table->cell_count + 1) * sizeof(*grown));
	if (!grown) {
		if (len >= 0)
			free(text);
		table->broken = true;
		return;
	}
	defuse(text);
	table->cells = grown;
	grown[table->cell_count++] = (struct cell){ text, tint };
}

/* Returns the columns on screen. UTF-8 continuation bytes take none. */
static size_t width_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static size_t column_width(const struct table *table, size_t column)
{
	size_t width = width_of(table->columns[column].title);

	for (size_t i = column; i < table->cell_count; i += table->column_count) {
		size_t w = width_of(table->cells[i].text);

		if (w > width)
			width = w;
	}
	return width;
}

static const char *escape(enum tint tint)
{
	static const char *const codes[] = {
		[PLAIN] = "",          [DIM] = "\033[2m",  [GREEN] = "\033[32m",
		[YELLOW] = "\033[33m", [RED] = "\033[31m",
	};

	return codes[tint];
}

static void print_cell(const struct column *column, size_t width, bool last, const char *text,
		       const char *code, FILE *out)
{
	int pad = (int)(width - width_of(text));

	if (column->align == RIGHT)
		fprintf(out, "%*s", pad, "");
	fprintf(out, "%s%s%s", code, text, *code ? "\033[0m" : "");
	if (last)
		fputc('\n', out);
	else
		fprintf(out, "%*s", (column->align == LEFT ? pad : 0) + 2, "");
}

int table_print(const struct table *table, bool color, FILE *out)
{
	_cleanup_free_ size_t *widths = calloc(table->column_count, sizeof(*widths));

	if (table->broken || !widths)
		return -ENOMEM;
	for (size_t i = 0; i < table->column_count; i++) {
		widths[i] = column_width(table, i);
	}
	for (size_t i = 0; i < table->column_count; i++)
		print_cell(&table->columns[i], widths[i], i + 1 == table->column_count,
			   table->columns[i].title, color ? "\033[1m" : "", out);
	for (size_t i = 0; i < table->cell_count; i++) {
		size_t column = i % table->column_count;

		print_cell(&table->columns[column], widths[column],
			   column + 1 == table->column_count, table->cells[i].text,
			   color ? escape(table->cells[i].tint) : "", out);
	}
	return 0;
}
