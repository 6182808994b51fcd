/* SPDX-License-Identifier: GPL-2.0 */
/* list.h - the pinned list of entries, their options, and trial runs; for datapath/ only. */
#ifndef WEIR_TUNE_LIST_H
#define WEIR_TUNE_LIST_H

#include "datapath/state/context.h"
#include "datapath/tune/tune.h"

/* How an option is set in the kernel. */
struct tune_call {
	uint16_t level;
	uint32_t name;
	enum weir_tune_stage stage;
	uint32_t read_factor; /* getsockopt(2) returns value times this; 0: cannot be read back */
	const char *hint;     /* why the kernel may refuse a value */
};

const struct tune_call *tune_call(enum weir_tune_option option);

/*
 * Sets level, name, stage and value of a rule's settings. Returns -EINVAL if one is out of range or
 * given twice.
 */
int tune_complete(struct weir_tune_rule *rule, struct weir_error *err);

/* Tries a complete rule on test sockets. Returns -EINVAL if the kernel refuses a setting. */
int tune_trial(const struct weir_tune_rule *rule, struct weir_error *err);

/*
 * Lists the options, comma-separated, that this kernel refuses with any value; "" if it accepts
 * all.
 */
int tune_trial_missing(char *ret_names, size_t size, struct weir_error *err);

/* Allocates a copy of the active list. The maps must be open. */
int tune_list_read(struct weir *weir, struct weir_tune_list **ret_list, struct weir_error *err);

/* Activates a list atomically. Call it under the lock. */
int tune_list_write(struct weir *weir, const struct weir_tune_list *list, struct weir_error *err);

/* Reads an element of tune_stats, summed over CPUs. */
int tune_stats_read(struct weir *weir, uint32_t element, struct weir_tune_stats *ret_stats,
		    struct weir_error *err);

/*
 * Resets the counts for a new entry. Call it under the lock, for an element that no active entry
 * uses.
 */
int tune_stats_clear(struct weir *weir, uint32_t element, struct weir_error *err);

/*
 * Removes the entries with these numbers. Returns -ENOENT with the number in ret_missing if one
 * does not exist; then nothing is changed. No side effects.
 */
int tune_list_remove(struct weir_tune_list *list, const uint32_t *numbers, size_t count,
		     uint32_t *ret_missing);

/*
 * Inserts a rule before the entry `before` (0: at the end), with a new number and an unused element
 * of tune_stats. Returns -ENOSPC or -ENOENT. No side effects.
 */
int tune_list_insert(struct weir_tune_list *list, const struct weir_tune_rule *rule,
		     uint32_t before, struct weir_tune_rule **ret_rule);

#endif
