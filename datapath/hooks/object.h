/* SPDX-License-Identifier: GPL-2.0 */
/* object.h - the program of one attachment: opens, configures and loads it. */
#ifndef WEIR_HOOKS_OBJECT_H
#define WEIR_HOOKS_OBJECT_H

#include <bpf/libbpf.h>
#include <net/if.h>
#include <net/if_arp.h>
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
	uint64_t generation; /* 0: no other program of the slot ever runs beside it */
	bool runs_last;
	bool generic; /* XDP in generic mode */
};

/* Defines destroy_NAME() for struct program, which destroys the skeleton of NAME.skel.h. */
#define DEFINE_DESTROY(name)                   \
	static void destroy_##name(void *skel) \
	{                                      \
		name##_bpf__destroy(skel);     \
	}

/* Sets the configuration that all counting programs share. */
#define TELL(skel, config)                                                               \
	do {                                                                             \
		(skel)->rodata->cfg_slot = (config)->slot;                               \
		(skel)->rodata->cfg_instance = (config)->instance;                       \
		(skel)->rodata->cfg_flows = !!((config)->features & WEIR_FEATURE_FLOWS); \
	} while (0)

/* The same for programs on interfaces, with properties of the interface. */
#define TELL_INTERFACE(skel, config)                                                           \
	do {                                                                                   \
		TELL(skel, config);                                                            \
		(skel)->rodata->cfg_raw_ip = interface_is_raw_ip((config)->target->interface); \
		(skel)->rodata->cfg_loopback = !!((config)->target->interface->flags &         \
						  IFF_LOOPBACK);                               \
	} while (0)

/* Returns true if frames of the interface begin with the IP header. */
static inline bool interface_is_raw_ip(const struct interface *interface)
{
	return interface->type != ARPHRD_ETHER && interface->type != ARPHRD_LOOPBACK;
}

/* Opens a program and makes it use the shared maps. Loads nothing yet. */
int program_open(struct weir *weir, const struct program_config *config,
		 struct program *ret_program, struct weir_error *err);
int program_load(struct program *program, const struct program_config *config,
		 struct weir_error *err);
void program_close(struct program *program);

/* Returns id and name of a loaded program; ret_name has BPF_OBJ_NAME_LEN bytes. */
int program_identify(int fd, uint32_t *ret_id, char *ret_name);

/* Returns the name of a program by its id; "?" if that fails. */
void program_name_by_id(uint32_t id, char *ret_name);

/* Returns true for a program of weir, by its name and the counters map it uses. */
bool program_is_ours(const struct weir *weir, int fd);

#endif
