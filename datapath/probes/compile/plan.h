/* SPDX-License-Identifier: GPL-2.0 */
/*
 * plan.h - compiles trees to the steps of a program for one target: its arguments, and the layout
 * of its output.
 */
#ifndef WEIR_PROBES_COMPILE_PLAN_H
#define WEIR_PROBES_COMPILE_PLAN_H

#include "bpf/probes/shared.h"
#include "datapath/probes/compile/types.h"
#include "datapath/probes/language/expr.h"
#include "datapath/probes/names.h"

struct probe_param {
	char name[64]; /* "": no name */
	struct probe_type type;
	uint32_t index; /* in `args`; PROBE_ARGS or more: not available */
};

/* The names that are valid at a target. */
struct probe_scope {
	enum weir_probe_type type;
	const char *target;    /* for messages: "vfs_mkdir" */
	const struct btf *btf; /* of the kernel; NULL: no BTF */
	struct probe_param *params;
	size_t param_count;
	bool params_known;   /* else only arg0, arg1, ... as numbers */
	uint32_t raw_args;   /* number of these */
	const char *no_args; /* why there are no arguments; NULL: there are */
	bool has_retval;
	struct probe_type retval;
	bool has_latency;
	bool kernel;                       /* kernel memory may be read */
	enum probe_space space;            /* of pointers */
	const struct trace_format *format; /* NULL: not a tracepoint */
};

/* A value in the output. */
struct probe_column {
	char name[96];
	struct probe_type type;
	uint32_t offset; /* from the start of the key or of the event */
	uint32_t size;
	uint32_t item; /* bit of the mask of bad items */
	bool expand;   /* the previous column points to this one */
};

struct probe_program {
	struct probe_plan plan;
	struct probe_step steps[PROBE_STEPS];
	char texts[PROBE_TEXT + PROBE_STRING];
	uint32_t text_used;
	struct probe_column *columns; /* columns of events */
	size_t column_count;
	struct probe_column *keys;
	size_t key_count;
};

/* The user's request. Lists may be empty. */
struct probe_question {
	struct expr_list filter;
	struct expr_list print;
	struct expr_list by;
	struct expr_list stats[PROBE_STATS]; /* one expression each */
	struct expr_list hist;
	bool events; /* print; all arguments if `print` is empty */
	bool table;  /* at least count */
	const char *texts[5 + PROBE_STATS];
};

enum probe_part { PART_FILTER, PART_PRINT, PART_BY, PART_HIST, PART_STAT, PART_NONE = -1 };

/*
 * Compiles a plan. Returns -EINVAL with the sentence and position in fault; ret_part is the list
 * with the error (PART_STAT + n), or PART_NONE. The caller fills in the parts of the plan that
 * concern attaching.
 */
int probe_program_make(const struct probe_scope *scope, const struct probe_question *question,
		       struct probe_program *ret_program, struct probe_fault *fault, int *ret_part);
/*
 * Number of steps at the start that are complete conditions on the current task or CPU, such as
 * 'pid == 1' or 'comm == "x"', which can be evaluated before everything else.
 */
uint32_t probe_program_early(const struct probe_program *program);
void probe_program_free(struct probe_program *program);

#endif
