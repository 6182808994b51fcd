/* SPDX-License-Identifier: GPL-2.0 */
/* query.h - what a request asks for. */
#ifndef CTL_SERVE_QUERY_H
#define CTL_SERVE_QUERY_H

#include "ctl/frame/choices.h"
#include "ctl/serve/server.h"
#include "datapath/flows/flows.h"

/* A header for the answer, beside those that every answer has. */
void reply_header(struct reply *reply, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The value, NULL if it was not given. */
const char *query_value(const struct query *query, const char *name);

/* "1" or "true", "0" or "false"; -EINVAL with a sentence. */
int query_flag(const struct query *query, const char *name, bool *ret_on, struct weir_error *err);

/* The number of a word, or with several of them a mask; untouched if it was not given. */
int query_choice(const struct query *query, const char *name, const struct choices *choices,
		 unsigned int *ret_number, struct weir_error *err);
int query_choices(const struct query *query, const char *name, const struct choices *choices,
		  unsigned int *ret_mask, struct weir_error *err);

/* From 1 to most; `most` where it is not given, or too high. */
int query_top(const struct query *query, size_t usual, size_t most, size_t *ret_top,
	      struct weir_error *err);

/* The text of a filter of flows; -EINVAL with a sentence. */
int query_filter(const char *text, struct weir_flow_filter **ret_filter, struct weir_error *err);

#endif
