/* SPDX-License-Identifier: GPL-2.0 */
/*
 * large.h - memory for hundreds of thousands of elements.
 *
 * Above some megabytes it is asked for in huge pages: faulting small ones in and looking them up
 * takes longer than all that is done with a million flows. What is returned goes to free().
 */
#ifndef WEIR_BASE_LARGE_H
#define WEIR_BASE_LARGE_H

#include <stddef.h>

/* Not initialised. NULL: no memory. */
void *large_alloc(size_t size);

/* As realloc(), of memory from here; the old one holds `used` bytes worth keeping. */
void *large_grow(void *old, size_t used, size_t size);

#endif
