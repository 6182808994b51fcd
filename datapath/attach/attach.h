/* SPDX-License-Identifier: GPL-2.0 */
/* attach.h - attach, detach, and list attachments. */
#ifndef WEIR_ATTACH_ATTACH_H
#define WEIR_ATTACH_ATTACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"
#include "datapath/base/error.h"
#include "datapath/hooks/hooks.h"
#include "datapath/hooks/request.h"
#include "datapath/kernel/kernel.h"
#include "datapath/state/state.h"

struct weir_detach_request {
	const char *const *interfaces; /* names or globs in this namespace, gone ones too */
	size_t interface_count;
	bool all; /* every attachment; only those of the namespace if weir_options.netns was set */
	const char *cgroup; /* instead: this cgroup, as for attaching; a deleted one by last path */
	/* These sockets instead; a closed one by the process and descriptor it had. */
	const struct weir_socket_choice *sockets;
	unsigned int hooks; /* bit per enum weir_hook; 0: all */
};

enum weir_action {
	WEIR_ACTION_NONE, /* already attached, unchanged */
	WEIR_ACTION_ATTACH,
	WEIR_ACTION_REPLACE,
	WEIR_ACTION_REATTACH, /* somebody had removed the program; same slot, counters continue */
	WEIR_ACTION_DETACH,
};

/* The change made to one slot. */
struct weir_change {
	enum weir_action action;
	uint32_t slot;
	struct weir_slot record;
};

struct weir_changes {
	struct weir_change *items;
	size_t count;
};

void weir_changes_free(struct weir_changes *changes);

/*
 * Attaches all requested programs or nothing: if one fails, this call detaches what it has
 * attached. Returns -ENODEV if there is no such interface, -ENOENT if there is no such cgroup,
 * -EBUSY if a foreign program is in the way, -ENOSPC if no slot is free, -EPERM if a capability is
 * missing (err names it), -EPROTO if the pins have another layout, -EINVAL if the target does not
 * have the hook, or the hook does not have the feature.
 */
int weir_attach(struct weir *weir, const struct weir_attach_request *request,
		struct weir_changes *ret_changes, struct weir_error *err);

/*
 * Detaches. Returns -ENOENT if nothing matches. Continues after a failure and returns the first
 * one.
 */
int weir_detach(struct weir *weir, const struct weir_detach_request *request,
		struct weir_changes *ret_changes, struct weir_error *err);

/* Detaches everything in all namespaces and removes every pin, whatever its layout. */
int weir_purge(struct weir *weir, size_t *ret_detached, struct weir_error *err);

/* --- listing --- */

struct weir_attachment {
	uint32_t slot;
	struct weir_slot record; /* with the current names and paths, if they could be found */
	enum weir_state state;
	char detail[256]; /* why it is gone or drifted; "": attached */
	struct weir_peer peer;
	bool here; /* in the context's namespace; always false for a cgroup */
};

struct weir_attachments {
	struct weir_attachment *items;
	size_t count;
};

void weir_attachments_free(struct weir_attachments *list);

/* Returns true if both are the same attachment, not two that had the slot one after the other. */
bool weir_attachment_same(const struct weir_attachment *a, const struct weir_attachment *b);

/* Lists all attachments, by slot. The list is empty if nothing was ever attached. */
int weir_list(struct weir *weir, struct weir_attachments *ret_list, struct weir_error *err);

/*
 * Resolves a name or alternative name in the context's namespace to the name of the interface.
 * Copies `name` itself if there is no such interface. `size`: WEIR_IFNAME_LEN, or more if `name` is
 * longer.
 */
void weir_interface_name(struct weir *weir, const char *name, char *ret_name, size_t size);

#endif
