/* SPDX-License-Identifier: GPL-2.0 */
/*
 * health.h - whether the network of a machine is well, by what the kernel counts and by what only
 * its tracepoints tell. Counts are of the session's time, in the namespace of the context; those
 * of CPUs (softnet, softirq) are the whole machine's. As in weir.h.
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
	WEIR_HEALTH_SOFTIRQ_WAIT, /* count: how many waited too long */
	WEIR_HEALTH_SOFTIRQ_RUN,
	WEIR_HEALTH_ITEMS,
};

/* "tcp-retransmits" and so on; what a count that is not well means. */
const char *weir_health_name(enum weir_health_item item);
const char *weir_health_meaning(enum weir_health_item item);

#define WEIR_HEALTH_BUCKETS 24 /* bucket i: below 2^i microseconds; the last is open */

struct weir_reset_reason {
	char name[64]; /* of enum sk_rst_reason, without prefix */
	uint64_t count;
};

struct weir_health_report {
	double seconds;
	struct weir_health_value {
		uint64_t count;
		bool well;
	} items[WEIR_HEALTH_ITEMS];
	bool well;                          /* all of them */
	uint64_t segments_sent;             /* TCP, to compare retransmits with */
	uint64_t wait[WEIR_HEALTH_BUCKETS]; /* NET_RX softirqs by time from raise to begin */
	uint64_t run[WEIR_HEALTH_BUCKETS];  /* and by time to run */
	bool reasons_known;                 /* the kernel tells why it sends resets (Linux 6.10) */
	struct weir_reset_reason *reasons;  /* the most frequent first */
	size_t reason_count;
};

void weir_health_report_free(struct weir_health_report *report);

struct weir_health_session;

/* -EPERM, -ENOTSUP: as weir_drops_open(). */
int weir_health_open(struct weir *weir, struct weir_health_session **ret_session,
		     struct weir_error *err);
void weir_health_close(struct weir_health_session *session);

/* Of all the time since opening. */
int weir_health_read(struct weir_health_session *session, struct weir_health_report *ret_report,
		     struct weir_error *err);

/* Decides what is well, by counts and seconds. Pure. */
void weir_health_judge(struct weir_health_report *report);

#endif
