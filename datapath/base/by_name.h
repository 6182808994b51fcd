/* SPDX-License-Identifier: GPL-2.0 */
/* by_name.h - searches an array sorted by name. */
#ifndef WEIR_BASE_BY_NAME_H
#define WEIR_BASE_BY_NAME_H

#include <stddef.h>
#include <string.h>

/*
 * Returns the first item with that name, or NULL. Items have `size` bytes and begin with their
 * name, a const char *.
 */
static inline const void *by_name(const void *items, size_t count, size_t size, const char *name)
{
	size_t low = 0, high = count;
	const char *const *item;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		item = (const void *)((const char *)items + middle * size);
		if (strcmp(*item, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == count)
		return NULL;
	item = (const void *)((const char *)items + low * size);
	return strcmp(*item, name) == 0 ? item : NULL;
}

#endif
