/* SPDX-License-Identifier: GPL-2.0 */
/* context.h - internals of an open context; for datapath/ only. */
#ifndef WEIR_STATE_CONTEXT_H
#define WEIR_STATE_CONTEXT_H

#include <limits.h>
#include "datapath/kernel/features.h"
#include "datapath/kernel/netns.h"

enum weir_map {
	WEIR_MAP_META,
	WEIR_MAP_SLOTS,
	WEIR_MAP_COUNTERS,
	WEIR_MAP_BASELINES,
	WEIR_MAP_SETTINGS,
	WEIR_MAP_FLOWS,
	WEIR_MAP_FLOW_CACHE,
	WEIR_MAP_FLOW_STATS,
	WEIR_MAP_FRAGMENTS,
	WEIR_MAP_TUNE_RULES,
	WEIR_MAP_TUNE_STATS,
	WEIR_MAP_TUNE_SOCKETS,
	WEIR_MAP_TCP,
	WEIR_MAP_TCP_HISTOGRAMS,
	WEIR_MAP_TCP_STATS,
	WEIR_MAP_TCP_EVENTS,
	WEIR_MAP_TCP_LEASE,
	WEIR_MAPS,
};

/* Sizes of the tables, in entries. For creating them; 0: default. */
struct table_sizes {
	uint32_t flows;
	uint32_t tcp;
};

struct weir {
	char root[PATH_MAX];
	int maps[WEIR_MAPS];      /* descriptors, -1 until opened */
	struct table_sizes sizes; /* set when the maps are open */
	uint32_t counters_id;     /* id of the counters map; programs that use it are weir's */
	struct netns_index netns;
	bool netns_named; /* weir_options.netns was set */
	struct features features;
};

/* Reads the interfaces of the home namespace. err says why they cannot be listed. */
int netns_home_interfaces(struct weir *weir, const struct interfaces **ret_interfaces,
			  struct weir_error *err);

#endif
