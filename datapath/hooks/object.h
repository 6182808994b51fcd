/* SPDX-License-Identifier: GPL-2.0 */
/* object.h - the program of one attachment: opened, told what it is for, loaded. */
#ifndef WEIR_HOOKS_OBJECT_H
#define WEIR_HOOKS_OBJECT_H

#include <bpf/libbpf.h>
#include "datapath/base/error.h"
#include "datapath/state/context.h"
#include "datapath/state/target.h"

struct program {
	void *skel;
	void (*destroy)(void *skel);
	struct bpf_object *object;
	struct bpf_program *prog;
};

struct program_config {
	enum weir_hook hook;
	uint32_t slot;
	uint32_t instance;
	uint32_t features; /* WEIR_FEATURE_* */
	const struct target *target;
	uint64_t generation; /* 0: no other program of the slot runs beside it */
	bool runs_last;
	bool generic; /* XDP in generic mode */
};

/* Opens; the shared maps are in place, nothing is in the kernel yet. */
int program_open(struct weir *weir, const struct program_config *config,
		 struct program *ret_program, struct weir_error *err);
int program_load(struct program *program, const struct program_config *config,
		 struct weir_error *err);
void program_close(struct program *program);

/* Id and name of a loaded program; name has room for BPF_OBJ_NAME_LEN. */
int program_identify(int fd, uint32_t *ret_id, char *ret_name);

/* Name of a program by id; "?" where it cannot be had. */
void program_name_by_id(uint32_t id, char *ret_name);

/* Whether it is one of ours: by name and by the counters map that it uses. */
bool program_is_ours(const struct weir *weir, int fd);

#endif
