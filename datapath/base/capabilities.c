// SPDX-License-Identifier: GPL-2.0
/* capabilities.c - see capabilities.h. */
#include <inttypes.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include "datapath/base/capabilities.h"
#include "datapath/base/cleanup.h"

static uint64_t effective_capabilities(void)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/self/status", "re");
	uint64_t caps = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "CapEff: %" SCNx64, &caps) == 1)
			break;
	}
	return caps;
}

bool capability_present(int capability)
{
	return effective_capabilities() >> capability & 1;
}

bool capabilities_missing(char *ret_names, size_t size)
{
	static const struct {
		int number;
		const char *name;
	} needed[] = {
		{ CAP_BPF, "CAP_BPF" },
		{ CAP_NET_ADMIN, "CAP_NET_ADMIN" },
		{ CAP_SYS_ADMIN, "CAP_SYS_ADMIN" },
	};
	uint64_t caps = effective_capabilities();
	size_t used = 0;

	ret_names[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (caps >> needed[i].number & 1)
			continue;
		used += (size_t)snprintf(ret_names + used, size - used, "%s%s", used ? ", " : "",
					 needed[i].name);
	}
	return used > 0;
}
