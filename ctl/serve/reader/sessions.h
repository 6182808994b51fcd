/* SPDX-License-Identifier: GPL-2.0 */
/* sessions.h - sessions that the reader keeps between questions. */
#ifndef CTL_SERVE_READER_SESSIONS_H
#define CTL_SERVE_READER_SESSIONS_H

#include "ctl/frame/ctl.h"
#include "datapath/drops/drops.h"
#include "datapath/health/health.h"

/* Sessions of programs on tracepoints. Each one that failed to open has a sentence. */
struct probes {
	struct weir *weir; /* borrowed by the sessions */
	struct weir_drops_request request;
	struct weir_drops_session *drops;
	struct weir_health_session *health;
	int drops_ret, health_ret;
	struct weir_error drops_err, health_err;
};

/* Opens the sessions; call it before privileges are dropped. */
void probes_open(const struct invocation *inv, bool wanted, struct probes *ret_probes);

/* Restarts counting if the table of drops is full of old entries. */
void probes_count_anew(struct probes *probes);

/* A walk through all sockets in progress. */
struct walk {
	struct weir *weir;
	struct weir_sockets_session *session; /* NULL: no walk in progress */
	bool here;
};

/* Makes the next step of a walk, or starts one. The last step ends the walk. */
int walk_step(const struct invocation *inv, struct walk *walk, struct weir_sockets *ret_sockets,
	      bool *ret_more, struct weir_error *err);

#endif
