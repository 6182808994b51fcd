/* SPDX-License-Identifier: GPL-2.0 */
/* functions.h - functions of the running kernel, and which probes can attach to each. */
#ifndef WEIR_PROBES_FUNCTIONS_H
#define WEIR_PROBES_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/base/word_set.h"
#include "datapath/kernel/btf.h"
#include "datapath/probes/names.h"

struct kernel_function {
	const char *name;
	const char *module;         /* NULL: the kernel itself */
	uint64_t address;           /* 0: hidden by kernel.kptr_restrict */
	const struct btf_item *btf; /* its prototype; NULL: it has no BTF, or BTF was not given */
	uint32_t copies;            /* number of functions with this name; usually 1 */
	bool traceable;             /* in available_filter_functions; true if that is unknown */
	bool blacklisted;           /* kprobes are forbidden here */
	bool freed;                 /* of __init, freed after boot */
};

struct kernel_functions {
	struct kernel_function *items; /* by name, each once */
	size_t count;
	char *text;
	struct btf_items prototypes;
	bool hidden;          /* kernel.kptr_restrict hides the addresses */
	bool traceable_known; /* available_filter_functions was read */
	bool blacklist_known; /* the kprobe blacklist was read */
	char unknown[320];    /* why available_filter_functions could not be read; "" */
	/* Why no probe of that kind can attach anywhere, as a sentence; "": they can. */
	char no_kprobes[320];
	char no_fentry[320];
};

/*
 * Reads /proc/kallsyms, tracefs, debugfs and BTF. btf may be NULL: then prototypes are unknown. It
 * must outlive the list.
 */
int kernel_functions_read(const struct kernel_btf *btf, struct kernel_functions *ret_functions,
			  struct weir_error *err);
void kernel_functions_free(struct kernel_functions *functions);

/*
 * Several names may share an address; the kernel lists one of them. Copies its marks to the others.
 * Returns -ENOMEM. No side effects.
 */
int kernel_functions_share_marks(struct kernel_functions *functions);

const struct kernel_function *kernel_functions_find(const struct kernel_functions *functions,
						    const char *name);

/*
 * Returns the suffix of a function part made by the compiler: ".constprop", ".isra", ".part",
 * ".cold"; else NULL.
 */
const char *function_variant(const char *name);

/*
 * Returns in a few words why a probe of that type (kprobe, kretprobe, fentry or fexit) cannot
 * attach to the function; NULL: it can.
 */
const char *kernel_function_obstacle(const struct kernel_functions *functions,
				     const struct kernel_function *function,
				     enum weir_probe_type type);

/* Returns a short note on a kprobe or kretprobe that can attach there; NULL: no note. */
const char *kernel_function_remark(const struct kernel_function *function);

#endif
