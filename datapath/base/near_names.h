/* SPDX-License-Identifier: GPL-2.0 */
/* near_names.h - suggests similar names for a name that does not exist. */
#ifndef WEIR_BASE_NEAR_NAMES_H
#define WEIR_BASE_NEAR_NAMES_H

#include <stddef.h>

#define NEAR_NAMES 3

struct near_names {
	const char *wanted;
	struct {
		char name[128];
		unsigned int distance;
	} items[NEAR_NAMES]; /* closest first */
	size_t count;
};

/*
 * Keeps the name if it is among the closest so far, and close enough. Ignores duplicates, and
 * suffixes after a dot: "work.constprop.0" is an exact match for "work".
 */
void near_names_offer(struct near_names *near, const char *name);

/* Formats "'a', 'b' or 'c'"; "" if there are no names. */
const char *near_names_text(const struct near_names *near, char *ret_text, size_t size);

#endif
