/* SPDX-License-Identifier: GPL-2.0 */
/* rows.h - selects and sorts the connections to show. */
#ifndef CTL_TCP_ROWS_H
#define CTL_TCP_ROWS_H

#include "ctl/frame/choices.h"
#include "datapath/flows/flows.h"
#include "datapath/weir.h"

enum tcp_sort { TCP_SORT_BYTES, TCP_SORT_RTT, TCP_SORT_RETRANS, TCP_SORT_AGE, TCP_SORTS };

/* The state "all" has the number WEIR_TCP_STATES. */
extern const struct choices tcp_sort_choices, tcp_state_choices;

/* The selection of a command line. */
struct tcp_choice {
	const char *const *words; /* cgroups of attachments, or globs; empty: all */
	size_t word_count;
	bool here;          /* only those in the namespace of the context */
	bool any_state;     /* open and closed ones */
	bool ended;         /* closed ones instead of open ones */
	unsigned int state; /* only this one; 0: any */
	const struct weir_flow_filter *filter;
};

/* Sets the state from a number of tcp_state_choices; 0: not given. */
void tcp_choice_state(struct tcp_choice *choice, unsigned int number);

/* Return true if an attachment, or a connection that it saw, is selected. */
bool tcp_named(const struct tcp_choice *choice, const struct weir_attachment *at);
bool tcp_chosen(const struct tcp_choice *choice, const struct weir_tcp_info *info,
		const struct weir_attachment *at, uint64_t now_ns);

struct tcp_rows {
	const struct weir_tcp_info **items;
	size_t count;
	size_t chosen; /* before cutting down to `top` */
};

void tcp_rows_free(struct tcp_rows *rows);

/* Sorts, greatest first, and keeps the first `top`; 0: all. Returns 0 or -ENOMEM. */
int tcp_rows_build(const struct weir_tcp_list *list, const struct tcp_choice *choice,
		   enum tcp_sort sort, size_t top, struct tcp_rows *ret_rows);

#endif
