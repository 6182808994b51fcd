/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hook.h - the operations of a hook, and functions shared by hooks. table.h has a row for each
 * hook.
 *
 * For interfaces, all functions run in the network namespace of the slot. `record` is a copy of the
 * slot's record in the map. Functions update it, and callers write it back.
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
	uint32_t features; /* features of the program */
	struct weir_slot *record;
	const struct target *target;
	const struct interface *interface; /* of the target; NULL: not an interface */
	const struct weir_attach_request *request;
	struct loader *loader; /* loads it ahead, as number `loader_index`; NULL: unused */
	size_t loader_index;
	bool many; /* this run has more than HOOK_MANY programs */
};

#define HOOK_MANY 128

/* The state of a slot in the kernel. */
struct live {
	enum weir_state state;
	uint32_t program_id; /* of weir's program; 0: not there */
	char detail[256];
};

struct hook_ops {
	/*
	 * Opens the object and sets its read-only data. Returns libbpf's -errno; sets no message.
	 */
	int (*open)(struct weir *weir, const struct program_config *config,
		    struct program *ret_program);

	/* Attaches and pins. On failure, leaves nothing in the kernel. */
	int (*attach)(struct weir *weir, struct job *job, struct weir_error *err);

	/* Replaces the program. record->old_program_id is the running one. */
	int (*replace)(struct weir *weir, struct job *job, struct weir_error *err);

	/*
	 * Removes everything of the slot that is in the kernel, even if incomplete, and its pins.
	 * The interface may be gone. keep: id of a program to keep, 0: none.
	 */
	int (*remove)(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		      uint32_t keep, struct weir_error *err);

	/* Changes nothing. exists: the target exists, as far as the caller knows. */
	int (*inspect)(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		       bool exists, struct live *ret_live);

	/*
	 * For interfaces: removes weir's programs that have no slot, as pins of another layout
	 * leave them. NULL: nothing remains without the pins.
	 */
	int (*sweep)(struct weir *weir, enum weir_hook hook, const struct interface *interface);
};

extern const struct hook_ops hook_xdp_ops;
extern const struct hook_ops hook_tc_ops;
extern const struct hook_ops hook_cgroup_ops;
extern const struct hook_ops hook_sockops_ops;
extern const struct hook_ops hook_socket_ops;

/* Configuration of the job's program. The hook adds the generation. */
struct program_config hook_config(const struct job *job);

/* Returns the job's program, loaded; from the loader if there is one. */
int hook_load(struct weir *weir, struct job *job, struct program *ret_program,
	      struct weir_error *err);
void close_program(struct program *program);

/*
 * For hooks with links: the pinned link of a slot. hook_link_inspect() reports `gone` or `drifted`
 * if it is not attached as recorded.
 */
int hook_link_pin(struct weir *weir, struct job *job, int link_fd, int program_fd,
		  struct weir_error *err);
int hook_link_replace(struct weir *weir, struct job *job, struct weir_error *err);

/* Ends the link of a slot at once and removes all its pins, if there are any. */
int hook_pins_remove(struct weir *weir, uint32_t slot, struct weir_error *err);
void hook_link_inspect(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		       bool exists, struct live *ret_live);

/* Sets the state of a missing program: gone with its target, or removed by somebody. */
void hook_missing(const struct weir_slot *record, bool exists, uint32_t program_there,
		  struct live *ret_live);

#endif
