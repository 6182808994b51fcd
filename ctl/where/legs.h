/* SPDX-License-Identifier: GPL-2.0 */
/* legs.h - groups attachments into the legs of where.h. */
#ifndef CTL_WHERE_LEGS_H
#define CTL_WHERE_LEGS_H

#include "datapath/weir.h"

struct leg {
	int members[WEIR_HOOKS]; /* by weir_hook_at(), as packets pass them; index or -1 */
	uint64_t from;           /* cookie of the namespace that sends, 0: not known */
	uint64_t to;             /* of the one that receives */
};

struct legs {
	struct leg *items;
	size_t count;
	int of[WEIR_SLOTS]; /* leg of each slot; -1: no leg */
};

/* Assigns every attachment to one leg. Returns 0 or -ENOMEM. */
int legs_build(const struct weir_attachments *list, struct legs *ret_legs);
void legs_free(struct legs *legs);

/* Sorts legs, given by index, in packet order. */
void legs_chain(const struct legs *legs, int *indices, size_t count);

/* Returns true if packets go directly from leg `one` to leg `next`, out of `count` legs. */
bool legs_follow(const struct legs *legs, const int *indices, size_t count, int one, int next);

#endif
