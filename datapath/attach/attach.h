/* SPDX-License-Identifier: GPL-2.0 */
/* attach.h - attaching, detaching, and the list of what is attached. */
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
	const char *const *interfaces; /* names or globs, of this namespace; gone ones too */
	size_t interface_count;
	bool all;           /* every attachment; of the context's namespace if that was named */
	const char *cgroup; /* this cgroup instead, as for attaching; a gone one by its last path */
	/* These sockets instead; a gone one by the process and descriptor that it had. */
	const struct weir_socket_choice *sockets;
	unsigned int hooks; /* 0: all of them */
};

enum weir_action {
	WEIR_ACTION_NONE, /* was attached and still is */
	WEIR_ACTION_ATTACH,
	WEIR_ACTION_REPLACE,
	WEIR_ACTION_REATTACH, /* somebody had removed it; same slot, counts go on */
	WEIR_ACTION_DETACH,
};

/* What was done with one slot. */
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
 * All or nothing: when one interface fails, what this call attached is detached again.
 * -ENODEV: no such interface. -ENOENT: no such cgroup. -EBUSY: a foreign program is in the way.
 * -ENOSPC: no free slot. -EPERM: a capability lacks, named. -EPROTO: pins of another layout.
 * -EINVAL: a hook that the target, or a feature that the hook does not have.
 */
int weir_attach(struct weir *weir, const struct weir_attach_request *request,
		struct weir_changes *ret_changes, struct weir_error *err);

/* Detaching what is not attached is -ENOENT. Goes on after a failure and reports the first. */
int weir_detach(struct weir *weir, const struct weir_detach_request *request,
		struct weir_changes *ret_changes, struct weir_error *err);

/* Detaches everything everywhere and removes every pin, of whatever layout. */
int weir_purge(struct weir *weir, size_t *ret_detached, struct weir_error *err);

/* --- listing --- */

struct weir_attachment {
	uint32_t slot;
	struct weir_slot record; /* with current names and paths where they could be found */
	enum weir_state state;
	char detail[256]; /* why it is gone or drifted; "" if attached */
	struct weir_peer peer;
	bool here; /* in the namespace of the context; a cgroup is in none */
};

struct weir_attachments {
	struct weir_attachment *items;
	size_t count;
};

void weir_attachments_free(struct weir_attachments *list);

/* Every attachment, by slot. None, and no error, where nothing was ever attached. */
int weir_list(struct weir *weir, struct weir_attachments *ret_list, struct weir_error *err);

/*
 * The name of the interface that has this name or alternative name in the context's namespace;
 * `name` itself where there is none. ret_name: WEIR_IFNAME_LEN or the length of name.
 */
void weir_interface_name(struct weir *weir, const char *name, char *ret_name, size_t size);

#endif
