/* SPDX-License-Identifier: GPL-2.0 */
/* session.h - what an open session of probes holds; for datapath/ only. */
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

/* A place where a probe is, or should be. */
struct probe_target {
	char *name; /* "kprobe:vfs_mkdir" */
	const struct probe_spec *spec;
	enum weir_probe_type type; /* as it is attached */
	bool saved;                /* the call is seen too */
	char group[PROBE_SPEC_NAME];
	char function[PROBE_SPEC_NAME]; /* or tracepoint, symbol and so on */
	uint64_t offset;                /* of a uprobe in its file, of a kprobe in its function */
	const struct usdt_location *location;
	uint32_t event; /* id of a tracepoint */
	uint32_t bundle;
	bool attached;
};

/* Targets that one program serves. */
struct probe_bundle {
	enum weir_probe_type type;
	bool saved;
	struct probe_program program;
	struct probe_bpf *skel;
	struct bpf_program *prog, *call; /* call: NULL unless calls are seen too */
	struct bpf_link **links;
	size_t link_count;
	uint64_t missed;      /* by links that are no more */
	uint32_t place_count; /* of USDT probes */
	uint32_t *targets;
	size_t target_count;
};

struct weir_probe_session {
	struct weir_probe_request request; /* borrows its texts */
	struct probe_spec *specs;
	struct probe_question question;
	struct kernel_btf btf;
	bool has_btf, has_modules;
	struct btf *modules_base;  /* what those of the modules build on */
	bool kernel;               /* its memory may be read */
	struct usdt_probes *usdts; /* one for each spec */
	struct probe_target **targets;
	size_t target_count, target_room;
	struct probe_bundle **bundles;
	size_t bundle_count;
	struct probe_bundle *first; /* whose maps the others share; NULL: none is loaded */
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
	uint64_t to_realtime; /* what to add to the programs' clock */
	bool iterated;
	bool complete; /* the limit was reached before events were read for the last time */
	uint64_t seen; /* events handed out */
	void (*on_event)(const struct weir_probe_event *event, void *arg);
	void *on_event_arg;
};

/* A sentence for the user that is no failure. */
int probe_warn(struct weir_probe_session *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Where the specs are, each by its name; what can be found out before attaching. */
int probe_targets_find(struct weir_probe_session *s, struct weir_probe_error *err);

/* What can be named there. free: probe_scope_free(). */
int probe_scope_make(struct weir_probe_session *s, const struct probe_target *target,
		     struct probe_scope *ret_scope, struct weir_error *err);
void probe_scope_free(struct probe_scope *scope);

/* Plans for the targets; those with the same one come together. */
int probe_bundles_make(struct weir_probe_session *s, struct weir_probe_error *err);

/* One target; -EINVAL as probe_program_make(). */
int probe_target_compile(struct weir_probe_session *s, struct probe_target *target,
			 struct probe_program *ret_program, struct weir_probe_error *err);

/* Loads and attaches all; an error only if nothing could be. */
int probe_bundles_start(struct weir_probe_session *s, struct weir_error *err);
void probe_bundle_detach(struct probe_bundle *bundle);
void probe_bundle_unload(struct probe_bundle *bundle);
void probe_bundle_free(struct probe_bundle *bundle);

int probe_bundle_load(struct weir_probe_session *s, struct probe_bundle *b, bool multi,
		      struct weir_error *err);

/* Attaches what can be; the others are warnings. -errno: nothing could be, with the reason. */
int probe_bundle_attach(struct weir_probe_session *s, struct probe_bundle *b, bool multi,
			struct weir_error *err);

/* Why the kernel refused a target. */
void probe_reason(struct weir_probe_session *s, const struct probe_target *target, int error,
		  struct weir_error *err);

/* --- values --- */

/* Of what lies at data; bad: mask of the columns that could not be read. */
int probe_values_make(struct weir_probe_session *s, const struct probe_column *columns,
		      size_t count, const void *data, uint64_t bad,
		      struct weir_probe_value **ret_values);
void probe_values_free(struct weir_probe_value *values, size_t count);

/*
 * Names of the frames of a stack, innermost first; pid: whose, 0: not known. Free each, and the
 * list.
 */
int probe_frames(struct weir_probe_session *s, int32_t stack, const struct probe_bundle *bundle,
		 uint32_t pid, char ***ret_frames, size_t *ret_count);

void probe_frames_free(char **frames, size_t count);

/* The kernel's functions, read once; hidden where they cannot be. */
const struct symbols *probe_symbols(struct weir_probe_session *s);

/* "vfs_mkdir+0x1f" */
void probe_symbol(struct weir_probe_session *s, uint64_t address, char *ret_name, size_t size);

/* An event as it came. */
int probe_handle(struct weir_probe_session *s, const void *data, size_t size);

#endif
