// SPDX-License-Identifier: GPL-2.0
/* maps.c - creates and opens the shared maps. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include "bpf/maps.skel.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/base/refusal.h"
#include "datapath/state/pin.h"

#define ANY_SIZE 0 /* chosen by the user */

/* The layout of the pinned maps, which docs/maps.md describes. */
static const struct {
	const char *name;
	__u32 type, key_size, value_size, max_entries;
} shapes[] = {
	[WEIR_MAP_META] = { "meta", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct weir_meta), 1 },
	[WEIR_MAP_SLOTS] = { "slots", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct weir_slot), WEIR_SLOTS },
	[WEIR_MAP_COUNTERS] = { "counters", BPF_MAP_TYPE_PERCPU_ARRAY, 4,
				sizeof(struct weir_counters), WEIR_SLOTS },
	[WEIR_MAP_BASELINES] = { "baselines", BPF_MAP_TYPE_PERCPU_HASH, 4,
				 sizeof(struct weir_counters), WEIR_SLOTS },
	[WEIR_MAP_SETTINGS] = { "settings", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct weir_settings),
				1 },
	[WEIR_MAP_FLOWS] = { "flows", BPF_MAP_TYPE_LRU_HASH, sizeof(struct weir_flow_key),
			     sizeof(struct weir_flow), ANY_SIZE },
	[WEIR_MAP_FLOW_CACHE] = { "flow_cache", BPF_MAP_TYPE_PERCPU_ARRAY, 4,
				  sizeof(struct weir_flow_entry), WEIR_FLOW_CACHE },
	[WEIR_MAP_FLOW_STATS] = { "flow_stats", BPF_MAP_TYPE_PERCPU_ARRAY, 4,
				  sizeof(struct weir_flow_stats), 1 },
	[WEIR_MAP_FRAGMENTS] = { "fragments", BPF_MAP_TYPE_LRU_HASH,
				 sizeof(struct weir_fragment_key), 4, WEIR_FRAGMENTS },
	[WEIR_MAP_TUNE_RULES] = { "tune_rules", BPF_MAP_TYPE_ARRAY, 4,
				  sizeof(struct weir_tune_list), 2 },
	[WEIR_MAP_TUNE_STATS] = { "tune_stats", BPF_MAP_TYPE_PERCPU_ARRAY, 4,
				  sizeof(struct weir_tune_stats), WEIR_TUNE_RULES },
	[WEIR_MAP_TUNE_SOCKETS] = { "tune_sockets", BPF_MAP_TYPE_SK_STORAGE, 4,
				    sizeof(struct weir_tune_socket), 0 },
	[WEIR_MAP_TCP] = { "tcp", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct weir_tcp_set), ANY_SIZE },
	[WEIR_MAP_TCP_HISTOGRAMS] = { "tcp_histograms", BPF_MAP_TYPE_PERCPU_ARRAY, 4,
				      sizeof(struct weir_tcp_histograms), WEIR_SLOTS },
	[WEIR_MAP_TCP_STATS] = { "tcp_stats", BPF_MAP_TYPE_PERCPU_ARRAY, 4,
				 sizeof(struct weir_tcp_stats), 1 },
	[WEIR_MAP_TCP_EVENTS] = { "tcp_events", BPF_MAP_TYPE_RINGBUF, 0, 0, WEIR_TCP_EVENTS_SIZE },
	[WEIR_MAP_TCP_LEASE] = { "tcp_lease", BPF_MAP_TYPE_ARRAY, 4, 8, 1 },
};
static_assert(ARRAY_SIZE(shapes) == WEIR_MAPS, "a map has no shape");

void pin_maps_close(struct weir *weir)
{
	for (int i = 0; i < WEIR_MAPS; i++) {
		close_fd(&weir->maps[i]);
		weir->maps[i] = -1;
	}
}

static int check_shape(struct weir *weir, int i, struct weir_error *err)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(weir->maps[i], &info, &len) < 0)
		return weir_error_set(err, errno, "cannot inspect pinned map '%s/maps/%s': %s",
				      weir->root, shapes[i].name, weir_error_text(errno));
	if (info.type != shapes[i].type || info.key_size != shapes[i].key_size ||
	    info.value_size != shapes[i].value_size ||
	    (shapes[i].max_entries != ANY_SIZE && info.max_entries != shapes[i].max_entries))
		return weir_error_set(
			err, EPROTO,
			"pinned map '%s/maps/%s' does not have the shape "
			"of layout %d: something else made it; `ctl purge` removes it",
			weir->root, shapes[i].name, WEIR_LAYOUT);
	if (i == WEIR_MAP_COUNTERS)
		weir->counters_id = info.id;
	if (i == WEIR_MAP_FLOWS)
		weir->sizes.flows = info.max_entries;
	if (i == WEIR_MAP_TCP)
		weir->sizes.tcp = info.max_entries * WEIR_TCP_WAYS;
	return 0;
}

static int check_layout(const struct weir *weir, struct weir_error *err)
{
	struct weir_meta meta;
	__u32 zero = 0;

	if (bpf_map_lookup_elem(weir->maps[WEIR_MAP_META], &zero, &meta) < 0)
		return weir_error_set(err, errno, "cannot read '%s/maps/meta': %s", weir->root,
				      weir_error_text(errno));
	if (meta.magic != WEIR_MAGIC)
		return weir_error_set(err, EPROTO,
				      "the pins in '%s' were not made by weir: `ctl purge` removes "
				      "them",
				      weir->root);
	if (meta.layout != WEIR_LAYOUT)
		return weir_error_set(err, EPROTO,
				      "the pins in '%s' have layout %u, made by ctl %.32s, and "
				      "this ctl %s needs layout %d: use that ctl, or `ctl purge` "
				      "to start again",
				      weir->root, meta.layout, meta.created_by, WEIR_VERSION,
				      WEIR_LAYOUT);
	return 0;
}

static int open_map(struct weir *weir, int i, struct weir_error *err)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/maps/%s", weir->root, shapes[i].name);
	weir->maps[i] = bpf_obj_get(path);
	if (weir->maps[i] >= 0)
		return 0;
	if (errno == ENOENT && i == WEIR_MAP_META)
		return -ENOENT;
	if (errno == ENOENT)
		return weir_error_set(err, EPROTO,
				      "pinned map '%s' is missing: `ctl purge` and "
				      "attach again",
				      path);
	return weir_error_set(err, errno, "cannot open pinned map '%s': %s", path,
			      weir_error_text(errno));
}

int pin_maps_open(struct weir *weir, struct weir_error *err)
{
	int ret;

	if (weir->maps[WEIR_MAP_META] >= 0)
		return 0;
	/* Open meta first: it has the layout number, so that another layout is reported as such. */
	ret = open_map(weir, WEIR_MAP_META, err);
	if (!ret)
		ret = check_shape(weir, WEIR_MAP_META, err);
	if (!ret)
		ret = check_layout(weir, err);
	for (int i = WEIR_MAP_META + 1; i < WEIR_MAPS && !ret; i++) {
		ret = open_map(weir, i, err);
		if (!ret)
			ret = check_shape(weir, i, err);
	}
	if (ret)
		pin_maps_close(weir);
	return ret;
}

int pin_maps_read(struct weir *weir, struct weir_error *err)
{
	int ret = pin_maps_open(weir, err);

	return ret == -ENOENT ? pin_bpffs_needed(weir, err) : ret;
}

static int pin_new_maps(struct maps_bpf *skel, const char *staging, struct weir_error *err)
{
	if (mkdir(staging, 0700) < 0 && errno != EEXIST)
		return weir_error_set(err, errno, "cannot make '%s': %s", staging,
				      weir_error_text(errno));
	for (int i = 0; i < WEIR_MAPS; i++) {
		char path[PATH_MAX + 64];

		snprintf(path, sizeof(path), "%s/%s", staging, shapes[i].name);
		unlink(path); /* left by a killed process */
		if (bpf_obj_pin(bpf_object__find_map_fd_by_name(skel->obj, shapes[i].name), path) <
		    0)
			return weir_error_set(err, errno, "cannot pin '%s': %s", path,
					      weir_error_text(errno));
	}
	return 0;
}

static void destroy_maps(struct maps_bpf **skel)
{
	maps_bpf__destroy(*skel);
}

static int fill_meta(struct maps_bpf *skel)
{
	struct weir_meta meta = { .magic = WEIR_MAGIC, .layout = WEIR_LAYOUT };
	__u32 zero = 0;

	meta.created_at_ns = clock_ns(CLOCK_REALTIME);
	snprintf(meta.created_by, sizeof(meta.created_by), "%s", WEIR_VERSION);
	return bpf_map_update_elem(bpf_map__fd(skel->maps.meta), &zero, &meta, BPF_ANY);
}

/* Creates all maps in a staging directory. One rename then publishes them together. */
static int make_maps(struct weir *weir, struct table_sizes sizes, struct weir_error *err)
{
	_cleanup_(destroy_maps) struct maps_bpf *skel = maps_bpf__open();
	char staging[PATH_MAX + 16], final[PATH_MAX + 16];
	int ret;

	if (skel && sizes.flows)
		bpf_map__set_max_entries(skel->maps.flows, sizes.flows);
	if (skel && sizes.tcp)
		bpf_map__set_max_entries(skel->maps.tcp, sizes.tcp / WEIR_TCP_WAYS);
	ret = skel ? skeleton_load(skel->skeleton) : -errno;
	if (!ret)
		ret = fill_meta(skel) < 0 ? -errno : 0;
	if (ret)
		return weir_error_set(err, ret, "cannot create the shared maps: %s",
				      refusal_text(skel ? skel->obj : NULL, ret, NULL));
	snprintf(staging, sizeof(staging), "%s/maps_new", weir->root);
	snprintf(final, sizeof(final), "%s/maps", weir->root);
	ret = pin_new_maps(skel, staging, err);
	if (ret)
		return ret;
	ret = rename(staging, final) < 0 ? errno : 0;
	if (ret == ENOTEMPTY || ret == EEXIST)
		return weir_error_set(
			err, EPROTO,
			"'%s' holds maps, but not all of weir's: `ctl purge` removes them", final);
	if (ret)
		return weir_error_set(err, ret, "cannot rename '%s' to '%s': %s", staging, final,
				      strerror(ret));
	return 0;
}

int pin_maps_make(struct weir *weir, struct table_sizes sizes, struct weir_error *err)
{
	int ret = pin_maps_open(weir, err);

	if (!ret && sizes.flows && sizes.flows != weir->sizes.flows)
		return weir_error_set(err, EBUSY,
				      "the flow table has room for %u flows, not %u: use `ctl "
				      "purge` first to change its size",
				      weir->sizes.flows, sizes.flows);
	if (!ret && sizes.tcp && sizes.tcp != weir->sizes.tcp)
		return weir_error_set(err, EBUSY,
				      "the TCP table has room for %u connections, not %u: use `ctl "
				      "purge` first to change its size",
				      weir->sizes.tcp, sizes.tcp);
	if (ret != -ENOENT)
		return ret;
	ret = make_maps(weir, sizes, err);
	return ret ? ret : pin_maps_open(weir, err);
}

const char *pin_map_name(enum weir_map map)
{
	return shapes[map].name;
}
