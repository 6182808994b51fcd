/* SPDX-License-Identifier: GPL-2.0 */
/* query.h - what a request asks for, and the document that it gets. */
#ifndef CTL_SERVE_QUERY_H
#define CTL_SERVE_QUERY_H

#include "ctl/serve/server.h"
#include "datapath/flows/flows.h"

/* A header for the answer, beside those that every answer has. */
void reply_header(struct reply *reply, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The value, NULL if it was not given. */
const char *query_value(const struct query *query, const char *name);

/* "1" or "true", "0" or "false"; -EINVAL with a sentence. */
int query_flag(const struct query *query, const char *name, bool *ret_on, struct weir_error *err);

/* From 1 to most; `most` where it is not given, or too high. */
int query_top(const struct query *query, size_t usual, size_t most, size_t *ret_top,
	      struct weir_error *err);

/* The text of a filter of flows; -EINVAL with a sentence. */
int query_filter(const char *text, struct weir_flow_filter **ret_filter, struct weir_error *err);

/* A tree of jansson as json_print() would have it; frees it. NULL is -ENOMEM. */
int http_write_json(json_t *json, FILE *out);

#endif
