// SPDX-License-Identifier: GPL-2.0
/* large.c - see large.h. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "datapath/base/large.h"

#define HUGE_PAGE (2UL << 20)
#define LARGE (2 * HUGE_PAGE)

void *large_alloc(size_t size)
{
	void *memory;

	if (size < LARGE)
		return malloc(size);
	mallopt(M_MMAP_THRESHOLD, LARGE); /* fixed, so that freed memory is returned at once */
	size = (size + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	memory = aligned_alloc(HUGE_PAGE, size);
	if (memory)
		madvise(memory, size, MADV_HUGEPAGE); /* if this fails, it is only slower */
	return memory;
}

void *large_grow(void *old, size_t used, size_t size)
{
	void *memory = large_alloc(size);

	if (!memory)
		return NULL;
	if (used)
		memcpy(memory, old, used);
	free(old);
	return memory;
}
