/* SPDX-License-Identifier: GPL-2.0 */
/* sums.h - numbers by labels. Numbers with equal labels are summed up in one series. */
#ifndef CTL_METRICS_SUMS_H
#define CTL_METRICS_SUMS_H

#include <stddef.h>
#include <stdint.h>

struct prom_sum {
	char *labels;
	uint64_t value;
};

struct prom_sums {
	struct prom_sum *items;
	size_t count, room;
};

void prom_sums_free(struct prom_sums *sums);

/* Takes ownership of labels; NULL is out of memory. Returns 0 or -ENOMEM. */
int prom_sums_add(struct prom_sums *sums, char *labels, uint64_t value);

/* Sorts, and sums up equal labels. */
void prom_sums_merge(struct prom_sums *sums);

#endif
