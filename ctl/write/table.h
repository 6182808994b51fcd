/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - tables for a terminal: aligned columns, a header, colour on demand. */
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

/* count columns; they are copied. NULL: out of memory. */
struct table *table_new(const struct column *columns, size_t count);
void table_free(struct table *table);
void table_freep(struct table **table);

/* Fills the cells of a row from left to right; a row is full after `count` cells. */
void table_cell(struct table *table, enum tint tint, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* 0, or -ENOMEM if any cell was lost. */
int table_print(const struct table *table, bool color, FILE *out);

#endif
