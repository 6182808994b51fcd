// SPDX-License-Identifier: GPL-2.0
/* place.c - see place.h. */
#include <elf.h>
#include <errno.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/session/place.h"

static const struct {
	uint16_t machine;
	int (*parse)(const struct usdt_location *location, const char *at, const char *path,
		     struct probe_place_arg *arg);
} machines[] = {
	{ EM_X86_64, probe_place_x86 },
	{ EM_386, probe_place_x86 }, /* the kernel saves its registers in the x86-64 layout */
	{ EM_AARCH64, probe_place_arm64 },
};

int probe_place_parse(uint16_t machine, const struct usdt_location *location,
		      const struct usdt_arg *from, const char *path,
		      struct probe_place_arg *ret_arg)
{
	struct probe_place_arg arg = {
		.shift = (__u8)(64 - 8 * (from->size ? from->size : 8)),
		.is_signed = from->is_signed,
	};

	if (from->is_float)
		return -ENOTSUP;
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		int ret;

		if (machines[i].machine != machine)
			continue;
		ret = machines[i].parse(location, from->spec, path, &arg);
		if (!ret)
			*ret_arg = arg;
		return ret;
	}
	return -ENOTSUP;
}
