/* SPDX-License-Identifier: GPL-2.0 */
/*
 * plan.h - from trees to the steps of a program, for one target: what its arguments are, and
 * where the values lie in what comes back.
 */
#ifndef WEIR_PROBES_COMPILE_PLAN_H
#define WEIR_PROBES_COMPILE_PLAN_H

#include "bpf/probes/shared.h"
#include "datapath/probes/compile/types.h"
#include "datapath/probes/language/expr.h"
#include "datapath/probes/names.h"

struct probe_param {
	char name[64]; /* "" if it has none */
	struct probe_type type;
	uint32_t index; /* in `args`; at least PROBE_ARGS: it cannot be had */
};

/* What can be named at a target. */
struct probe_scope {
	enum weir_probe_type type;
	const char *target;    /* for sentences: "vfs_mkdir" */
	const struct btf *btf; /* of the kernel; NULL: none */
	struct probe_param *params;
	size_t param_count;
	bool params_known;   /* else there are only arg0, arg1, ... as numbers */
	uint32_t raw_args;   /* how many of these */
	const char *no_args; /* why there are no arguments; NULL: there are */
	bool has_retval;
	struct probe_type retval;
	bool has_latency;
	bool kernel;                       /* its memory may be read */
	enum probe_space space;            /* of pointers */
	const struct trace_format *format; /* NULL: no tracepoint */
};

/* A value in what comes back. */
struct probe_column {
	char name[96];
	struct probe_type type;
	uint32_t offset; /* from the start of the key, or of the event */
	uint32_t size;
	uint32_t item; /* bit of the mask */
	bool expand;   /* what stands before it points here */
};

struct probe_program {
	struct probe_plan plan;
	struct probe_step steps[PROBE_STEPS];
	char texts[PROBE_TEXT + PROBE_STRING];
	uint32_t text_used;
	struct probe_column *columns; /* of events */
	size_t column_count;
	struct probe_column *keys;
	size_t key_count;
};

/* What is asked for; lists may be empty. */
struct probe_question {
	struct expr_list filter;
	struct expr_list print;
	struct expr_list by;
	struct expr_list stats[PROBE_STATS]; /* one each */
	struct expr_list hist;
	bool events; /* print, all arguments if `print` is empty */
	bool table;  /* count, at least */
	const char *texts[5 + PROBE_STATS];
};

enum probe_part { PART_FILTER, PART_PRINT, PART_BY, PART_HIST, PART_STAT, PART_NONE = -1 };

/*
 * -EINVAL: with sentence and place; ret_part says in which of the lists (PART_STAT + n), PART_NONE
 * in none. Of the plan, what has to do with attaching is for others to fill in.
 */
int probe_program_make(const struct probe_scope *scope, const struct probe_question *question,
		       struct probe_program *ret_program, struct probe_fault *fault, int *ret_part);
/*
 * How many of the first steps are whole conditions on who hit, as 'pid == 1' or 'comm == "x"',
 * which may be asked for before all else.
 */
uint32_t probe_program_early(const struct probe_program *program);
void probe_program_free(struct probe_program *program);

#endif
