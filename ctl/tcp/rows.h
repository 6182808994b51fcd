/* SPDX-License-Identifier: GPL-2.0 */
/* rows.h - which connections are shown, and in which order; before anything is rendered. */
#ifndef CTL_TCP_ROWS_H
#define CTL_TCP_ROWS_H

#include "ctl/frame/choices.h"
#include "datapath/flows/flows.h"
#include "datapath/weir.h"

enum tcp_sort { TCP_SORT_BYTES, TCP_SORT_RTT, TCP_SORT_RETRANS, TCP_SORT_AGE, TCP_SORTS };

/* WEIR_TCP_STATES is the number of the state "all". */
extern const struct choices tcp_sort_choices, tcp_state_choices;

/* What the command line asks for. */
struct tcp_choice {
	const char *const *words; /* cgroups of attachments, or globs; none: all */
	size_t word_count;
	bool here;          /* only in the namespace of the context */
	bool any_state;     /* open or not */
	bool ended;         /* those that are over instead of open ones */
	unsigned int state; /* only this one; 0: any */
	const struct weir_flow_filter *filter;
};

/* number: of tcp_state_choices; 0: none was given. */
void tcp_choice_state(struct tcp_choice *choice, unsigned int number);

/* Whether an attachment is, and a connection that it saw. */
bool tcp_named(const struct tcp_choice *choice, const struct weir_attachment *at);
bool tcp_chosen(const struct tcp_choice *choice, const struct weir_tcp_info *info,
		const struct weir_attachment *at, uint64_t now_ns);

struct tcp_rows {
	const struct weir_tcp_info **items;
	size_t count;
	size_t chosen; /* before `top` cut it short */
};

void tcp_rows_free(struct tcp_rows *rows);

/* The greatest first, `top` of them; 0: all. 0 or -ENOMEM. */
int tcp_rows_build(const struct weir_tcp_list *list, const struct tcp_choice *choice,
		   enum tcp_sort sort, size_t top, struct tcp_rows *ret_rows);

#endif
