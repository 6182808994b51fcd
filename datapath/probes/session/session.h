/* SPDX-License-Identifier: GPL-2.0 */
/* session.h - internals of an open session; for datapath/ only. */
#ifndef WEIR_PROBES_SESSION_SESSION_H
#define WEIR_PROBES_SESSION_SESSION_H

#include <bpf/libbpf.h>
#include "datapath/elf/process_symbols.h"
#include "datapath/elf/usdt.h"
#include "datapath/kernel/btf.h"
#include "datapath/kernel/symbols.h"
#include "datapath/probes/compile/plan.h"
#include "datapath/probes/functions.h"
#include "datapath/probes/language/spec.h"
#include "datapath/probes/probe.h"

/* A place to probe. */
struct probe_target {
	char *name; /* "kprobe:vfs_mkdir" */
	const struct probe_spec *spec;
	enum weir_probe_type type; /* as attached */
	bool saved;                /* the call is probed too */
	char group[PROBE_SPEC_NAME];
	char function[PROBE_SPEC_NAME]; /* or tracepoint, symbol and so on */
	uint64_t offset;                /* of a uprobe in the file, of a kprobe in the function */
	const struct usdt_location *location;
	uint32_t event; /* id of a tracepoint */
	uint32_t bundle;
	bool attached;
};

/* Targets served by one program. */
struct probe_bundle {
	enum weir_probe_type type;
	bool saved;
	struct probe_program program;
	struct probe_bpf *skel;
	struct bpf_program *prog, *call; /* call: NULL unless calls are probed too */
	struct bpf_link **links;
	size_t link_count;
	uint64_t missed;      /* by links that were destroyed */
	uint32_t place_count; /* number of USDT locations */
	uint32_t *targets;
	size_t target_count;
};

struct weir_probe_session {
	struct weir_probe_request request; /* borrows the texts */
	struct probe_spec *specs;
	struct probe_question question;
	struct kernel_btf btf;
	bool has_btf, has_modules;
	struct btf *modules_base;  /* base BTF of the modules */
	bool kernel;               /* kernel memory may be read */
	struct usdt_probes *usdts; /* one per spec */
	struct probe_target **targets;
	size_t target_count, target_room;
	struct probe_bundle **bundles;
	size_t bundle_count;
	struct probe_bundle *first; /* others share its maps; NULL: none is loaded */
	size_t attached;
	struct kernel_functions functions;
	bool has_functions;
	char **warnings;
	size_t warning_count;
	struct symbols symbols;
	bool has_symbols;
	struct user_symbols *user_symbols;
	struct ring_buffer *ring;
	int cgroup_fd;
	uint64_t to_realtime; /* offset from the clock of the programs */
	bool iterated;
	bool complete; /* the limit was reached before the last read of events */
	uint64_t seen; /* number of events passed on */
	void (*on_event)(const struct weir_probe_event *event, void *arg);
	void *on_event_arg;
};

/* Adds a warning for the user. */
int probe_warn(struct weir_probe_session *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Finds the targets of the specs, with all that can be known before attaching. */
int probe_targets_find(struct weir_probe_session *s, struct weir_probe_error *err);

/* Makes the scope of a target. Free it with probe_scope_free(). */
int probe_scope_make(struct weir_probe_session *s, const struct probe_target *target,
		     struct probe_scope *ret_scope, struct weir_error *err);
void probe_scope_free(struct probe_scope *scope);

/* Compiles a plan for each target, and groups targets with equal plans. */
int probe_bundles_make(struct weir_probe_session *s, struct weir_probe_error *err);

/* Compiles the plan of one target. Returns -EINVAL like probe_program_make(). */
int probe_target_compile(struct weir_probe_session *s, struct probe_target *target,
			 struct probe_program *ret_program, struct weir_probe_error *err);

/* Loads and attaches all bundles. Fails only if nothing could be attached. */
int probe_bundles_start(struct weir_probe_session *s, struct weir_error *err);
void probe_bundle_detach(struct probe_bundle *bundle);
void probe_bundle_unload(struct probe_bundle *bundle);
void probe_bundle_free(struct probe_bundle *bundle);

int probe_bundle_load(struct weir_probe_session *s, struct probe_bundle *b, bool multi,
		      struct weir_error *err);

/*
 * Attaches as many targets as possible; failures become warnings. Returns -errno if none could be
 * attached.
 */
int probe_bundle_attach(struct weir_probe_session *s, struct probe_bundle *b, bool multi,
			struct weir_error *err);

/* Explains why the kernel refused a target. */
void probe_reason(struct weir_probe_session *s, const struct probe_target *target, int error,
		  struct weir_error *err);

/* --- values --- */

/* Decodes the columns at `data`; bad: mask of unreadable columns. */
int probe_values_make(struct weir_probe_session *s, const struct probe_column *columns,
		      size_t count, const void *data, uint64_t bad,
		      struct weir_probe_value **ret_values);
void probe_values_free(struct weir_probe_value *values, size_t count);

/*
 * Names the frames of a stack, innermost first. pid: its process, 0: unknown. The caller frees each
 * name, and the list.
 */
int probe_frames(struct weir_probe_session *s, int32_t stack, const struct probe_bundle *bundle,
		 uint32_t pid, char ***ret_frames, size_t *ret_count);

void probe_frames_free(char **frames, size_t count);

/* Returns the kernel's functions, read once; hidden if they cannot be read. */
const struct symbols *probe_symbols(struct weir_probe_session *s);

/* Formats "vfs_mkdir+0x1f". */
void probe_symbol(struct weir_probe_session *s, uint64_t address, char *ret_name, size_t size);

/* Handles a raw event. */
int probe_handle(struct weir_probe_session *s, const void *data, size_t size);

#endif
