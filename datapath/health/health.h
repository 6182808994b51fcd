/* SPDX-License-Identifier: GPL-2.0 */
/*
 * health.h - the health of a machine's network, from the kernel's counters and from tracepoints.
 * Counts cover the session, in the context's namespace. Per-CPU counts (softnet, softirq) cover the
 * whole machine. The conventions are those of weir.h.
 */
#ifndef WEIR_HEALTH_HEALTH_H
#define WEIR_HEALTH_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/base/error.h"

struct weir;

enum weir_health_item {
	WEIR_HEALTH_RETRANSMITS,
	WEIR_HEALTH_LOSS_PROBES,
	WEIR_HEALTH_RESETS_SENT,
	WEIR_HEALTH_RESETS_RECEIVED,
	WEIR_HEALTH_UDP_OVERFLOW,
	WEIR_HEALTH_QDISC_DROPS,
	WEIR_HEALTH_TX_TIMEOUTS,
	WEIR_HEALTH_NAPI_BUDGET,
	WEIR_HEALTH_BACKLOG_DROPS,
	WEIR_HEALTH_SOFTIRQ_WAIT, /* count: softirqs that waited too long */
	WEIR_HEALTH_SOFTIRQ_RUN,
	WEIR_HEALTH_ITEMS,
};

/* Name, such as "tcp-retransmits", and what it means if the item is not well. */
const char *weir_health_name(enum weir_health_item item);
const char *weir_health_meaning(enum weir_health_item item);

#define WEIR_HEALTH_BUCKETS 24 /* bucket i: below 2^i µs; the last is open */

struct weir_reset_reason {
	char name[64]; /* of enum sk_rst_reason, without the prefix */
	uint64_t count;
};

struct weir_health_report {
	double seconds;
	struct weir_health_value {
		uint64_t count;
		bool well;
	} items[WEIR_HEALTH_ITEMS];
	bool well;                          /* all items are well */
	uint64_t segments_sent;             /* TCP segments, to compare with retransmits */
	uint64_t wait[WEIR_HEALTH_BUCKETS]; /* NET_RX softirqs by time from raise to start */
	uint64_t run[WEIR_HEALTH_BUCKETS];  /* and by run time */
	bool reasons_known; /* the kernel reports reasons for resets it sends (Linux 6.10) */
	struct weir_reset_reason *reasons; /* most frequent first */
	size_t reason_count;
};

void weir_health_report_free(struct weir_health_report *report);

struct weir_health_session;

/* Starts a session. Returns -EPERM and -ENOTSUP like weir_drops_open(). */
int weir_health_open(struct weir *weir, struct weir_health_session **ret_session,
		     struct weir_error *err);
void weir_health_close(struct weir_health_session *session);

/* Reads the counts since open. */
int weir_health_read(struct weir_health_session *session, struct weir_health_report *ret_report,
		     struct weir_error *err);

/* Sets `well` from counts and seconds. No side effects. */
void weir_health_judge(struct weir_health_report *report);

#endif
