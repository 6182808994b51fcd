/* SPDX-License-Identifier: GPL-2.0 */
/*
 * large.h - memory for hundreds of thousands of elements.
 *
 * Allocations of several megabytes use huge pages: with small pages, page faults and TLB misses
 * take longer than all the work on a million flows. Free the memory with free().
 */
#ifndef WEIR_BASE_LARGE_H
#define WEIR_BASE_LARGE_H

#include <stddef.h>

/* Returns uninitialised memory, or NULL on failure. */
void *large_alloc(size_t size);

/* Like realloc(), for memory allocated here. `used` bytes of the old memory are kept. */
void *large_grow(void *old, size_t used, size_t size);

#endif
