/* SPDX-License-Identifier: GPL-2.0 */
/* advice.h - advice that several commands print. */
#ifndef CTL_WRITE_ADVICE_H
#define CTL_WRITE_ADVICE_H

#include <stdint.h>
#include <stdio.h>

/*
 * Tells how to get a table larger than `capacity` entries without losing counts. `read` is the
 * command that reads the table, `attach` the one that sets its size, to at most `most` entries.
 */
void out_larger_table(const char *read, const char *attach, uint64_t capacity, uint64_t most,
		      FILE *out);

#endif
