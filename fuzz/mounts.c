// SPDX-License-Identifier: GPL-2.0
/* mounts.c - fuzzes the parser of /proc/self/mounts. */
#include <limits.h>
#include "datapath/kernel/mounts.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_fclose_ FILE *f = stream_of(data, size);
	char path[64];

	if (mounts_find(f, "cgroup2", path, sizeof(path)) == 0)
		HOLDS(strlen(path) < sizeof(path));
	return 0;
}
