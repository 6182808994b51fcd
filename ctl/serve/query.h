/* SPDX-License-Identifier: GPL-2.0 */
/* query.h - parses the query of a request. */
#ifndef CTL_SERVE_QUERY_H
#define CTL_SERVE_QUERY_H

#include "ctl/frame/choices.h"
#include "ctl/serve/server.h"
#include "datapath/flows/flows.h"

/* Adds a header to a reply. */
void reply_header(struct reply *reply, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Returns the value of a parameter; NULL if it was not given. */
const char *query_value(const struct query *query, const char *name);

/* Parses "1" or "true", "0" or "false". Returns -EINVAL with a sentence. */
int query_flag(const struct query *query, const char *name, bool *ret_on, struct weir_error *err);

/*
 * Parses the number of a word, or the mask of a list. Leaves the output alone if it was not given.
 */
int query_choice(const struct query *query, const char *name, const struct choices *choices,
		 unsigned int *ret_number, struct weir_error *err);
int query_choices(const struct query *query, const char *name, const struct choices *choices,
		  unsigned int *ret_mask, struct weir_error *err);

/* Parses a number from 1 to most. The default is `usual`, and larger values become `most`. */
int query_top(const struct query *query, size_t usual, size_t most, size_t *ret_top,
	      struct weir_error *err);

/* Compiles a flow filter. Returns -EINVAL with a sentence. */
int query_filter(const char *text, struct weir_flow_filter **ret_filter, struct weir_error *err);

#endif
