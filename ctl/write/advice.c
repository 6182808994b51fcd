// SPDX-License-Identifier: GPL-2.0
/* advice.c - see advice.h. */
#include <inttypes.h>
#include "ctl/write/advice.h"

#define FACTOR 4

void out_larger_table(const char *read, const char *attach, uint64_t capacity, uint64_t most,
		      FILE *out)
{
	fprintf(out,
		"Only `ctl purge` frees the table, and it ends all counts: save them with "
		"`ctl -j %s` and `ctl -j counters`, then purge and `ctl %s %" PRIu64 "`.\n",
		read, attach, capacity * FACTOR > most ? most : capacity * FACTOR);
}
