/* SPDX-License-Identifier: GPL-2.0 */
/* list.h - the pinned list of entries, its options, and trying them; for datapath/ only. */
#ifndef WEIR_TUNE_LIST_H
#define WEIR_TUNE_LIST_H

#include "datapath/state/context.h"
#include "datapath/tune/tune.h"

/* How the kernel is told. */
struct tune_call {
	uint16_t level;
	uint32_t name;
	enum weir_tune_stage stage;
	uint32_t read_factor; /* getsockopt(2) tells value times this; 0: it does not tell */
	const char *hint;     /* why it may be refused */
};

const struct tune_call *tune_call(enum weir_tune_option option);

/* Fills in level, name, stage and value of a rule's settings. -EINVAL: out of bounds, or twice. */
int tune_complete(struct weir_tune_rule *rule, struct weir_error *err);

/* Tries a complete rule on sockets of our own. -EINVAL: the kernel refuses something. */
int tune_trial(const struct weir_tune_rule *rule, struct weir_error *err);

/*
 * Names, comma-separated, of the options that this kernel takes with no value at all; "" if it
 * takes every one with some.
 */
int tune_trial_missing(char *ret_names, size_t size, struct weir_error *err);

/* The list in force, allocated. Needs the maps open. */
int tune_list_read(struct weir *weir, struct weir_tune_list **ret_list, struct weir_error *err);

/* Puts a list in force in one step. Call under the lock. */
int tune_list_write(struct weir *weir, const struct weir_tune_list *list, struct weir_error *err);

/* Sums over CPUs of an element of tune_stats. */
int tune_stats_read(struct weir *weir, uint32_t element, struct weir_tune_stats *ret_stats,
		    struct weir_error *err);

/* Counts of a new entry. Call under the lock, for an element of no entry in force. */
int tune_stats_clear(struct weir *weir, uint32_t element, struct weir_error *err);

/*
 * Takes out the entries of these numbers. -ENOENT, with the number: one is not there, and nothing
 * was changed. Pure.
 */
int tune_list_remove(struct weir_tune_list *list, const uint32_t *numbers, size_t count,
		     uint32_t *ret_missing);

/*
 * Puts a rule in front of the entry `before` (0: last) with a number and an element of its own.
 * -ENOSPC, -ENOENT. Pure.
 */
int tune_list_insert(struct weir_tune_list *list, const struct weir_tune_rule *rule,
		     uint32_t before, struct weir_tune_rule **ret_rule);

#endif
