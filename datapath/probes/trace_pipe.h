/* SPDX-License-Identifier: GPL-2.0 */
/* trace_pipe.h - reads the output of bpf_printk() from tracefs. */
#ifndef WEIR_PROBES_TRACE_PIPE_H
#define WEIR_PROBES_TRACE_PIPE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "datapath/base/error.h"

struct weir_trace_pipe;

/*
 * Opens the trace pipe. Reading consumes lines. Returns -EBUSY if another process reads the pipe
 * and the kernel allows only one reader (Linux 6.6, and updates of 6.1); -ENOENT or -ENODEV if
 * there is no pipe; -EPERM.
 */
int weir_trace_pipe_open(struct weir_trace_pipe **ret_pipe, struct weir_error *err);
void weir_trace_pipe_close(struct weir_trace_pipe *pipe);

/*
 * Waits at most `seconds` for a line, and passes the pending lines to `line`, without newlines.
 * Ends early on a signal. If `line` returns nonzero, reading ends and returns that value.
 */
int weir_trace_pipe_read(struct weir_trace_pipe *pipe, double seconds,
			 int (*line)(const char *text, void *arg), void *arg,
			 struct weir_error *err);

/*
 * Finds another process that reads the pipe, and so consumes lines. Returns false if nobody does.
 */
bool weir_trace_pipe_other(const struct weir_trace_pipe *pipe, pid_t *ret_pid,
			   char ret_command[17]);

/* Returns false if tracing is off (tracing_on). */
bool weir_trace_pipe_on(const struct weir_trace_pipe *pipe);

/* The fields of a line: pointers into its text, which is modified. */
struct weir_trace_line {
	const char *command;
	int32_t pid;
	uint32_t cpu;
	const char *flags;    /* "d..31" */
	double time_s;        /* of the trace clock, by default since boot */
	const char *function; /* "bpf_trace_printk"; "": no function */
	const char *text;
};

/*
 * Returns -EINVAL for lines of another form, such as "CPU:1 [LOST 12 EVENTS]"; the text is
 * unchanged then.
 */
int weir_trace_line_parse(char *text, struct weir_trace_line *ret_line);

#endif
