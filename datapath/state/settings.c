// SPDX-License-Identifier: GPL-2.0
/* settings.c - live settings, which running programs read. */
#include <bpf/bpf.h>
#include <errno.h>
#include "datapath/base/cleanup.h"
#include "datapath/state/pin.h"
#include "datapath/state/settings.h"
#include "datapath/state/state.h"

static int read_settings(struct weir *weir, struct weir_settings *ret_settings,
			 struct weir_error *err)
{
	struct weir_settings settings;
	__u32 zero = 0;

	if (bpf_map_lookup_elem(weir->maps[WEIR_MAP_SETTINGS], &zero, &settings) < 0)
		return weir_error_set(err, errno, "cannot read '%s/maps/settings': %s", weir->root,
				      weir_error_text(errno));
	*ret_settings = settings;
	return 0;
}

static int write_settings(struct weir *weir, const struct weir_settings *settings,
			  struct weir_error *err)
{
	__u32 zero = 0;

	if (bpf_map_update_elem(weir->maps[WEIR_MAP_SETTINGS], &zero, settings, BPF_ANY) < 0)
		return weir_error_set(err, errno, "cannot write '%s/maps/settings': %s", weir->root,
				      weir_error_text(errno));
	return 0;
}

int settings_next_instance(struct weir *weir, uint32_t *ret_instance, struct weir_error *err)
{
	struct weir_settings settings;
	uint32_t instance;
	int ret = read_settings(weir, &settings, err);

	if (ret)
		return ret;
	instance = settings.next_instance ? settings.next_instance : 1;
	settings.next_instance = instance == WEIR_INSTANCE_MAX ? 1 : instance + 1;
	ret = write_settings(weir, &settings, err);
	if (ret)
		return ret;
	*ret_instance = instance;
	return 0;
}

int weir_skip_loopback_get(struct weir *weir, bool *ret_on, struct weir_error *err)
{
	struct weir_settings settings;
	int ret = pin_maps_read(weir, err);

	if (!ret)
		ret = read_settings(weir, &settings, err);
	if (ret)
		return ret;
	*ret_on = settings.skip_loopback;
	return 0;
}

int weir_skip_loopback_set(struct weir *weir, bool on, struct weir_error *err)
{
	_cleanup_close_ int lock = -1;
	struct weir_settings settings;
	int ret = pin_lock(weir, &lock, err);

	if (!ret)
		ret = pin_maps_make(weir, (struct table_sizes){}, err);
	if (!ret)
		ret = read_settings(weir, &settings, err);
	if (ret)
		return ret;
	settings.skip_loopback = on;
	return write_settings(weir, &settings, err);
}
