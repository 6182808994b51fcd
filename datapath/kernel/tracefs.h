/* SPDX-License-Identifier: GPL-2.0 */
/* tracefs.h - what the kernel tells of its tracepoints and traceable functions. */
#ifndef WEIR_KERNEL_TRACEFS_H
#define WEIR_KERNEL_TRACEFS_H

#include "datapath/base/error.h"
#include "datapath/kernel/trace_format.h"
#include "datapath/base/word_set.h"

/*
 * The directory of tracefs, mounted or not (see pseudo_fs.h). The sentence says what lacks: a
 * capability, the file system (-ENODEV), or what lockdown forbids.
 */
int tracefs_open(int *ret_tracefs, struct weir_error *err);

/* A file of tracefs for reading. */
int tracefs_file(int tracefs, const char *path, int *ret_fd, struct weir_error *err);

/* "category:name" of every tracepoint there is. */
int tracefs_events(int tracefs, struct word_set *ret_events, struct weir_error *err);

/* -ENOENT: there is no such tracepoint. */
int tracefs_format(int tracefs, const char *category, const char *name,
		   struct trace_format *ret_format, struct weir_error *err);

/*
 * Functions that ftrace can instrument, of available_filter_functions: those that fentry and
 * kprobe.multi take. Names without their module. -EPERM under lockdown.
 */
int tracefs_functions(int tracefs, struct word_set *ret_functions, struct weir_error *err);

/* The functions where no kprobe may be, of debugfs. -ENOENT: this kernel has no kprobes. */
int kprobe_blacklist(struct word_set *ret_functions, struct weir_error *err);

/*
 * Why something of tracing was refused with -EPERM or -EACCES, as a part of a sentence: a missing
 * capability, or the kernel's lockdown and what it forbids.
 */
const char *tracing_denied(int error);

#endif
