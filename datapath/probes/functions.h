/* SPDX-License-Identifier: GPL-2.0 */
/* functions.h - functions of the running kernel, and what can be attached to each. */
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
	const struct btf_item *btf; /* its prototype; NULL: none, or not asked for */
	uint32_t copies;            /* functions that have this name; mostly 1 */
	bool traceable;             /* in available_filter_functions; true where that is hidden */
	bool blacklisted;           /* no kprobe may be there */
	bool freed;                 /* of __init, which is gone since boot */
};

struct kernel_functions {
	struct kernel_function *items; /* by name, each once */
	size_t count;
	char *text;
	struct btf_items prototypes;
	bool hidden;          /* addresses: kernel.kptr_restrict */
	bool traceable_known; /* available_filter_functions could be read */
	bool blacklist_known; /* the blacklist of kprobes could be read */
	char unknown[320];    /* why available_filter_functions could not be read; "": it was */
	/* Why there can be none at all, a sentence; "": there can. */
	char no_kprobes[320];
	char no_fentry[320];
};

/*
 * Of /proc/kallsyms, tracefs, debugfs and BTF. btf may be NULL: then nothing is known of
 * prototypes. It has to outlive the list.
 */
int kernel_functions_read(const struct kernel_btf *btf, struct kernel_functions *ret_functions,
			  struct weir_error *err);
void kernel_functions_free(struct kernel_functions *functions);

/*
 * Names of one address are one function to the kernel, whose own lists have but one of them: what
 * is marked of one is marked of all. -ENOMEM. Pure.
 */
int kernel_functions_share_marks(struct kernel_functions *functions);

const struct kernel_function *kernel_functions_find(const struct kernel_functions *functions,
						    const char *name);

/* Parts that the compiler made of a function: ".constprop", ".isra", ".part", ".cold", or NULL. */
const char *function_variant(const char *name);

/*
 * Why a probe of that type (kprobe, kretprobe, fentry or fexit) cannot be at the function, in few
 * words; NULL: it can.
 */
const char *kernel_function_obstacle(const struct kernel_functions *functions,
				     const struct kernel_function *function,
				     enum weir_probe_type type);

/* What to know of a kprobe or kretprobe there that works, in few words; NULL: nothing. */
const char *kernel_function_remark(const struct kernel_function *function);

#endif
