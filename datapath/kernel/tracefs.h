/* SPDX-License-Identifier: GPL-2.0 */
/* tracefs.h - tracepoints and traceable functions of the kernel. */
#ifndef WEIR_KERNEL_TRACEFS_H
#define WEIR_KERNEL_TRACEFS_H

#include "datapath/base/error.h"
#include "datapath/kernel/trace_format.h"
#include "datapath/base/word_set.h"

/*
 * Opens tracefs, mounted or not (see pseudo_fs.h). err says what is missing: a capability, the file
 * system (-ENODEV), or what lockdown forbids.
 */
int tracefs_open(int *ret_tracefs, struct weir_error *err);

/* Opens a file of tracefs for reading. */
int tracefs_file(int tracefs, const char *path, int *ret_fd, struct weir_error *err);

/* Reads "category:name" of all tracepoints. */
int tracefs_events(int tracefs, struct word_set *ret_events, struct weir_error *err);

/* Returns -ENOENT if there is no such tracepoint. */
int tracefs_format(int tracefs, const char *category, const char *name,
		   struct trace_format *ret_format, struct weir_error *err);

/*
 * Reads the functions that ftrace can instrument (available_filter_functions), to which fentry and
 * kprobe.multi can attach. Names have no module. Returns -EPERM under lockdown.
 */
int tracefs_functions(int tracefs, struct word_set *ret_functions, struct weir_error *err);

/*
 * Reads the functions that kprobes must not probe, from debugfs. Returns -ENOENT if there are no
 * kprobes.
 */
int kprobe_blacklist(struct word_set *ret_functions, struct weir_error *err);

/*
 * Explains -EPERM or -EACCES from a tracing operation, for use within a sentence: a missing
 * capability, or lockdown and what it forbids.
 */
const char *tracing_denied(int error);

#endif
