/* SPDX-License-Identifier: GPL-2.0 */
/* trace_pipe.h - what programs print with bpf_printk(), of tracefs. */
#ifndef WEIR_PROBES_TRACE_PIPE_H
#define WEIR_PROBES_TRACE_PIPE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "datapath/base/error.h"

struct weir_trace_pipe;

/*
 * Lines that are read are gone for others. -EBUSY: somebody reads it already, and the kernel lets
 * only one (Linux 6.6; updates of 6.1); -ENOENT, -ENODEV: there is none; -EPERM.
 */
int weir_trace_pipe_open(struct weir_trace_pipe **ret_pipe, struct weir_error *err);
void weir_trace_pipe_close(struct weir_trace_pipe *pipe);

/*
 * Waits up to `seconds`, not at all if there is a line, and hands out the lines that are there,
 * without their ends. Ends early on a signal. What `line` returns but 0 ends it and is returned.
 */
int weir_trace_pipe_read(struct weir_trace_pipe *pipe, double seconds,
			 int (*line)(const char *text, void *arg), void *arg,
			 struct weir_error *err);

/* Another process that reads it, and so takes lines away. False: none is to be seen. */
bool weir_trace_pipe_other(const struct weir_trace_pipe *pipe, pid_t *ret_pid,
			   char ret_command[17]);

/* False: nothing is recorded at all (tracing_on). */
bool weir_trace_pipe_on(const struct weir_trace_pipe *pipe);

/* The parts of a line; pointers into the text, which is cut. */
struct weir_trace_line {
	const char *command;
	int32_t pid;
	uint32_t cpu;
	const char *flags;    /* "d..31" */
	double time_s;        /* of the trace clock, mostly since boot */
	const char *function; /* "bpf_trace_printk"; "" if there is none */
	const char *text;
};

/* -EINVAL: it is of another form, as "CPU:1 [LOST 12 EVENTS]" is; then the text stays whole. */
int weir_trace_line_parse(char *text, struct weir_trace_line *ret_line);

#endif
