/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - tables for a terminal: aligned columns, a header, optional colours. */
#ifndef CTL_WRITE_TABLE_H
#define CTL_WRITE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum align { LEFT, RIGHT };
enum tint { PLAIN, DIM, GREEN, YELLOW, RED };

struct column {
	const char *title;
	enum align align;
};

struct table;

/* Copies `count` columns. Returns NULL if out of memory. */
struct table *table_new(const struct column *columns, size_t count);
void table_free(struct table *table);
void table_freep(struct table **table);

/* Adds a cell. Rows are filled from left to right and have `count` cells. */
void table_cell(struct table *table, enum tint tint, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Returns 0, or -ENOMEM if a cell was lost. */
int table_print(const struct table *table, bool color, FILE *out);

#endif
