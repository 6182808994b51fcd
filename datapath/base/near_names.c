// SPDX-License-Identifier: GPL-2.0
/* near_names.c - see near_names.h. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/near_names.h"

#define MAX_LENGTH 127 /* only the start of longer names is compared */

static unsigned int smallest(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/*
 * Returns the number of letters to insert, delete, replace or swap with a neighbour (optimal string
 * alignment), or limit + 1 if there are more than `limit`.
 */
static unsigned int distance_of(const char *a, size_t n, const char *b, size_t m,
				unsigned int limit)
{
	unsigned int rows[3][MAX_LENGTH + 1];
	unsigned int *before = rows[0], *last = rows[1], *row = rows[2], *spare;

	for (size_t j = 0; j <= m; j++)
		last[j] = (unsigned int)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned int least = row[0] = (unsigned int)i;

		for (size_t j = 1; j <= m; j++) {
			row[j] = smallest(last[j] + 1, row[j - 1] + 1,
					  last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
			least = row[j] < least ? row[j] : least;
		}
		if (least > limit)
			return limit + 1;
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[m];
}

static size_t length_of(const char *name)
{
	size_t length = strcspn(name, ".");

	return length < MAX_LENGTH ? length : MAX_LENGTH;
}

static bool has(const struct near_names *near, const char *name)
{
	for (size_t i = 0; i < near->count; i++) {
		if (strncmp(near->items[i].name, name, sizeof(near->items[i].name) - 1) == 0)
			return true;
	}
	return false;
}

void near_names_offer(struct near_names *near, const char *name)
{
	size_t n = length_of(near->wanted), m = length_of(name), at;
	unsigned int limit = n < 8 ? 1 : n < 16 ? 2 : 3, distance;

	if (!n || (n > m ? n - m : m - n) > limit)
		return;
	distance = distance_of(near->wanted, n, name, m, limit);
	if (distance > limit || has(near, name))
		return;
	for (at = near->count; at > 0 && near->items[at - 1].distance > distance; at--)
		;
	if (at == NEAR_NAMES)
		return;
	if (near->count < NEAR_NAMES)
		near->count++;
	memmove(&near->items[at + 1], &near->items[at],
		(near->count - at - 1) * sizeof(near->items[0]));
	snprintf(near->items[at].name, sizeof(near->items[at].name), "%s", name);
	near->items[at].distance = distance;
}

const char *near_names_text(const struct near_names *near, char *ret_text, size_t size)
{
	size_t used = 0;

	ret_text[0] = '\0';
	for (size_t i = 0; i < near->count && used < size; i++)
		used += (size_t)snprintf(ret_text + used, size - used, "%s'%s'",
					 i == 0                ? ""
					 : i + 1 < near->count ? ", "
							       : " or ",
					 near->items[i].name);
	return ret_text;
}
