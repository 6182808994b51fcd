/* SPDX-License-Identifier: GPL-2.0 */
/* near_names.h - what somebody may have meant by a name that is not there. */
#ifndef WEIR_BASE_NEAR_NAMES_H
#define WEIR_BASE_NEAR_NAMES_H

#include <stddef.h>

#define NEAR_NAMES 3

struct near_names {
	const char *wanted;
	struct {
		char name[128];
		unsigned int distance;
	} items[NEAR_NAMES]; /* the nearest first */
	size_t count;
};

/*
 * Keeps the name, once, if it is one of the nearest so far and not too far. What follows a dot does
 * not count: "work.constprop.0" is as near to "work" as can be.
 */
void near_names_offer(struct near_names *near, const char *name);

/* "'a', 'b' or 'c'"; "" if there is none. */
const char *near_names_text(const struct near_names *near, char *ret_text, size_t size);

#endif
