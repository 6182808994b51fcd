/* SPDX-License-Identifier: GPL-2.0 */
/* sessions.h - reads what system.h keeps: of panels that are on the screen only. */
#ifndef CTL_TOP_SESSIONS_H
#define CTL_TOP_SESSIONS_H

#include "ctl/frame/ctl.h"
#include "ctl/top/system.h"
#include "ctl/top/view.h"

struct top_probe {
	struct weir *weir; /* that the session borrows; NULL: nobody has looked yet */
	struct weir_drops_session *drops;
	bool refused;
	uint64_t drops_ns, tcp_ns; /* CLOCK_MONOTONIC: when to read next */
};

void top_probe_free(struct top_probe *probe);

/* What is due. weir: for connections; may be NULL. 0 or -ENOMEM. */
int top_probe_read(struct top_probe *probe, const struct invocation *inv, struct weir *weir,
		   const struct top_view *view, struct top_system *system);

#endif
