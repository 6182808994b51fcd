/* SPDX-License-Identifier: GPL-2.0 */
/* state.h - contexts, and the parts of the pin directory that all attachments share. */
#ifndef WEIR_STATE_STATE_H
#define WEIR_STATE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/base/debug.h"
#include "datapath/base/error.h"
#include "datapath/state/names.h"
#include "datapath/state/tcp_names.h"

#define WEIR_DEFAULT_ROOT "/sys/fs/bpf/weir"

struct weir; /* an open context */

struct weir_options {
	const char *root;  /* pin directory on a bpffs; NULL: WEIR_DEFAULT_ROOT */
	const char *netns; /* name in /run/netns or a path; NULL: the caller's */
};

/*
 * Opens a context and enters its network namespace. There need not be any pins. NULL options:
 * defaults. Returns -ENOENT if there is no such namespace, -EPERM if CAP_SYS_ADMIN is missing to
 * enter it.
 */
int weir_open(const struct weir_options *options, struct weir **ret_weir, struct weir_error *err);
void weir_close(struct weir *weir);

/* --- maps --- */

#define WEIR_MAP_USAGES 32

struct weir_map_usage {
	const char *name; /* name of the pin */
	uint64_t entries;
	uint64_t capacity;
};

struct weir_map_usages {
	struct weir_map_usage items[WEIR_MAP_USAGES];
	size_t count;
};

/*
 * Reads the fill level of the maps that can become full: the slot table and the hashes, except
 * flows, see weir_flows_read(). The list is empty if nothing was ever attached.
 */
int weir_map_usages_read(struct weir *weir, struct weir_map_usages *ret_usages,
			 struct weir_error *err);

/* --- settings --- */

/* Returns -ENOENT if nothing was ever attached. The setting is off then. */
int weir_skip_loopback_get(struct weir *weir, bool *ret_on, struct weir_error *err);
int weir_skip_loopback_set(struct weir *weir, bool on, struct weir_error *err);

#endif
