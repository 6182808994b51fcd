/* SPDX-License-Identifier: GPL-2.0 */
/* sessions.h - reads the data of system.h, for panels that are on the screen. */
#ifndef CTL_TOP_SESSIONS_H
#define CTL_TOP_SESSIONS_H

#include "ctl/frame/ctl.h"
#include "ctl/top/system.h"
#include "ctl/top/view.h"

struct top_probe {
	struct weir *weir; /* borrowed by the session; NULL: not opened yet */
	struct weir_drops_session *drops;
	bool refused;
	uint64_t drops_ns, tcp_ns; /* CLOCK_MONOTONIC: time of the next reading */
};

void top_probe_free(struct top_probe *probe);

/* Reads what is due. weir: for connections; may be NULL. Returns 0 or -ENOMEM. */
int top_probe_read(struct top_probe *probe, const struct invocation *inv, struct weir *weir,
		   const struct top_view *view, struct top_system *system);

#endif
