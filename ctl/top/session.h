/* SPDX-License-Identifier: GPL-2.0 */
/* session.h - the readings of `ctl top`, and their times. */
#ifndef CTL_TOP_SESSION_H
#define CTL_TOP_SESSION_H

#include "ctl/attach/select.h"
#include "ctl/top/flows.h"
#include "ctl/top/sessions.h"
#include "ctl/top/view.h"

struct top_session {
	struct weir *weir; /* NULL: must be opened again */
	struct selection selection;
	struct top_view view;
	struct top_model model;
	struct top_flows flows;
	struct top_system system;
	struct top_probe probe;
	uint64_t next_ns;   /* CLOCK_MONOTONIC: time of the next reading */
	uint64_t flows_ns;  /* ... of flows, which may take long */
	uint64_t states_ns; /* ... of the states of attachments */
};

void top_session_free(struct top_session *session);

uint64_t top_now_ns(void);

/* Takes the first reading. Returns -ENOENT if a name has no attachment. */
int top_session_begin(struct top_session *session, struct weir_error *err);

/*
 * Reads the counters, and whatever else is due. Errors go to view.message, and old data is kept.
 * Returns -ENOMEM if memory runs out, else 0.
 */
int top_session_read(struct top_session *session);

/* Executes the effects of a key, a mask of enum top_effect. Returns 0 or -ENOMEM. */
int top_session_effect(struct top_session *session, unsigned int effects);

#endif
