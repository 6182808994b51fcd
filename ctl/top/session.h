/* SPDX-License-Identifier: GPL-2.0 */
/* session.h - what `ctl top` reads, and when. */
#ifndef CTL_TOP_SESSION_H
#define CTL_TOP_SESSION_H

#include "ctl/attach/select.h"
#include "ctl/top/flows.h"
#include "ctl/top/sessions.h"
#include "ctl/top/view.h"

struct top_session {
	struct weir *weir; /* NULL: to be opened anew */
	struct selection selection;
	struct top_view view;
	struct top_model model;
	struct top_flows flows;
	struct top_system system;
	struct top_probe probe;
	uint64_t next_ns;   /* CLOCK_MONOTONIC: when to read next */
	uint64_t flows_ns;  /* ... flows, which may take long */
	uint64_t states_ns; /* ... what became of attachments */
};

void top_session_free(struct top_session *session);

uint64_t top_now_ns(void);

/* The first reading; a name that nothing is attached to is -ENOENT. */
int top_session_begin(struct top_session *session, struct weir_error *err);

/*
 * Reads what is due; counters always. What fails stands in view.message, and what was read before
 * stays. Returns -ENOMEM where memory lacks, else 0.
 */
int top_session_read(struct top_session *session);

/* Does what a key asks for, a mask of enum top_effect. 0 or -ENOMEM. */
int top_session_effect(struct top_session *session, unsigned int effects);

#endif
