/* SPDX-License-Identifier: GPL-2.0 */
/* sessions.h - what the process that reads keeps from one question to another. */
#ifndef CTL_SERVE_READER_SESSIONS_H
#define CTL_SERVE_READER_SESSIONS_H

#include "ctl/frame/ctl.h"
#include "datapath/drops/drops.h"
#include "datapath/health/health.h"

/* Programs on tracepoints; what could not be opened has a sentence. */
struct probes {
	struct weir *weir; /* that the sessions borrow */
	struct weir_drops_request request;
	struct weir_drops_session *drops;
	struct weir_health_session *health;
	int drops_ret, health_ret;
	struct weir_error drops_err, health_err;
};

/* Opens the sessions, while there is the privilege to. */
void probes_open(const struct invocation *inv, bool wanted, struct probes *ret_probes);

/* What has come and gone fills the table of drops in the end: then counting begins anew. */
void probes_count_anew(struct probes *probes);

/* A walk through all sockets that is under way. */
struct walk {
	struct weir *weir;
	struct weir_sockets_session *session; /* NULL: none */
	bool here;
};

/* A step, the first one of a walk if none is under way. The last one ends the walk. */
int walk_step(const struct invocation *inv, struct walk *walk, struct weir_sockets *ret_sockets,
	      bool *ret_more, struct weir_error *err);

#endif
