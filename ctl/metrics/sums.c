// SPDX-License-Identifier: GPL-2.0
/* sums.c - see sums.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/metrics/sums.h"

void prom_sums_free(struct prom_sums *sums)
{
	for (size_t i = 0; i < sums->count; i++)
		free(sums->items[i].labels);
	free(sums->items);
	*sums = (struct prom_sums){};
}

int prom_sums_add(struct prom_sums *sums, char *labels, uint64_t value)
{
	if (!labels)
		return -ENOMEM;
	if (sums->count == sums->room) {
		size_t room = sums->room ? 2 * sums->room : 64;
		struct prom_sum *grown = realloc(sums->items, room * sizeof(*grown));

		if (!grown) {
			free(labels);
			return -ENOMEM;
		}
		sums->items = grown;
		sums->room = room;
	}
	sums->items[sums->count++] = (struct prom_sum){ labels, value };
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct prom_sum *)a)->labels, ((const struct prom_sum *)b)->labels);
}

void prom_sums_merge(struct prom_sums *sums)
{
	size_t kept = 0;

	if (sums->count)
		qsort(sums->items, sums->count, sizeof(*sums->items), compare);
	for (size_t i = 0; i < sums->count; i++) {
		if (kept && strcmp(sums->items[kept - 1].labels, sums->items[i].labels) == 0) {
			sums->items[kept - 1].value += sums->items[i].value;
			free(sums->items[i].labels);
		} else {
			sums->items[kept++] = sums->items[i];
		}
	}
	sums->count = kept;
}
