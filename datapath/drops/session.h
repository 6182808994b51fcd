/* SPDX-License-Identifier: GPL-2.0 */
/* session.h - internals of an open session, and naming of its numbers. */
#ifndef WEIR_DROPS_SESSION_H
#define WEIR_DROPS_SESSION_H

#include <time.h>
#include "bpf/drops/shared.h"
#include "datapath/drops/drops.h"
#include "datapath/drops/losses.h"
#include "datapath/drops/reasons.h"
#include "datapath/drops/verdicts.h"
#include "datapath/kernel/symbols.h"
#include "datapath/state/context.h"

struct weir_drops_session {
	struct weir *weir;
	struct weir_drops_request request;
	struct drops_bpf *skel;
	struct ring_buffer *ring; /* NULL: no events */
	struct reasons reasons;
	struct symbols symbols; /* read on demand */
	bool symbols_read;
	struct losses before;
	struct verdicts verdicts_before;
	uint64_t started;     /* CLOCK_MONOTONIC */
	uint64_t to_realtime; /* add this to convert from CLOCK_MONOTONIC */
	void (*on_event)(const struct weir_kernel_drop *drop, uint64_t time_ns, void *arg);
	void *on_event_arg;
};

struct drop_row {
	struct drop_key key; /* must be first: rows are sorted by it */
	struct drop_count count;
};

/* Returns true if the row passes the filter. */
bool drops_wanted(struct weir_drops_session *s, const struct drop_row *row);

void drops_describe(struct weir_drops_session *s, const struct drop_row *row,
		    struct weir_kernel_drop *ret_drop);

/* ret_name has WEIR_SYMBOL bytes. */
void drops_symbol(struct weir_drops_session *s, uint64_t address, char *ret_name);

/* Drops cached names, as interfaces and namespaces may be new. */
void drops_forget_names(struct weir_drops_session *s);

/* Callback of the ring buffer; ctx is the session. */
int drops_on_event(void *ctx, void *data, size_t size);

#endif
