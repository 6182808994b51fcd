/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hook.h - what can be done at a hook, and what the hooks share. table.h has a row for each.
 *
 * For interfaces every function runs in the network namespace of the slot. `record` is the slot's
 * record as it stands in the map; functions fill in what they find out, and callers write it back.
 */
#ifndef WEIR_HOOKS_HOOK_H
#define WEIR_HOOKS_HOOK_H

#include "datapath/base/error.h"
#include "datapath/hooks/hooks.h"
#include "datapath/hooks/loader.h"
#include "datapath/hooks/request.h"
#include "datapath/state/context.h"
#include "datapath/state/names.h"
#include "datapath/state/target.h"

struct job {
	uint32_t slot;
	uint32_t features; /* that the program is to have */
	struct weir_slot *record;
	const struct target *target;
	const struct interface *interface; /* of the target; NULL: it is no interface */
	const struct weir_attach_request *request;
	struct loader *loader; /* has the program ready, as number `loader_index`; NULL: nobody */
	size_t loader_index;
	bool many; /* one of more than HOOK_MANY programs in this run */
};

#define HOOK_MANY 128

/* What is in the kernel in a slot's place. */
struct live {
	enum weir_state state;
	uint32_t program_id; /* of ours; 0 if not there */
	char detail[256];
};

struct hook_ops {
	/* Opens the object and fills in its read-only data. No sentence: -errno of libbpf. */
	int (*open)(struct weir *weir, const struct program_config *config,
		    struct program *ret_program);

	/* Attaches and pins. On failure nothing is left in the kernel. */
	int (*attach)(struct weir *weir, struct job *job, struct weir_error *err);

	/* Swaps the program. record->old_program_id is the one that runs. */
	int (*replace)(struct weir *weir, struct job *job, struct weir_error *err);

	/*
	 * Removes whatever of the slot is in the kernel, however much that is, and its pins; the
	 * interface may be gone. keep: id of a program that stays, 0 for none.
	 */
	int (*remove)(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		      uint32_t keep, struct weir_error *err);

	/* Looks only. exists: whether the target does, as far as the caller knows. */
	int (*inspect)(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		       bool exists, struct live *ret_live);

	/*
	 * Of interfaces: removes programs of ours that no slot tells of, as pins of another layout
	 * leave them. NULL: without its pins nothing is left of the hook.
	 */
	int (*sweep)(struct weir *weir, enum weir_hook hook, const struct interface *interface);
};

extern const struct hook_ops hook_xdp_ops;
extern const struct hook_ops hook_tc_ops;
extern const struct hook_ops hook_cgroup_ops;
extern const struct hook_ops hook_sockops_ops;
extern const struct hook_ops hook_socket_ops;

/* What the job's program is told; its generation is for the hook to add. */
struct program_config hook_config(const struct job *job);

/* The job's program, loaded; from the loader where it has one. */
int hook_load(struct weir *weir, struct job *job, struct program *ret_program,
	      struct weir_error *err);
void close_program(struct program *program);

/*
 * Links, for the hooks that have them: the pinned link of a slot. inspect: `gone` or `drifted`
 * where it is not attached as recorded.
 */
int hook_link_pin(struct weir *weir, struct job *job, int link_fd, int program_fd,
		  struct weir_error *err);
int hook_link_replace(struct weir *weir, struct job *job, struct weir_error *err);

/* Ends the link of a slot, at once, and removes all its pins; none there is no error. */
int hook_pins_remove(struct weir *weir, uint32_t slot, struct weir_error *err);
void hook_link_inspect(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		       bool exists, struct live *ret_live);

/* A program is no longer there: gone with its target, or somebody's doing. */
void hook_missing(const struct weir_slot *record, bool exists, uint32_t program_there,
		  struct live *ret_live);

#endif
