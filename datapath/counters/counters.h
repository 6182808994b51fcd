/* SPDX-License-Identifier: GPL-2.0 */
/* counters.h - read the counters of attachments. */
#ifndef WEIR_COUNTERS_COUNTERS_H
#define WEIR_COUNTERS_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"
#include "datapath/attach/attach.h"

/*
 * Protocols as users know them. Layer 3 and malformed add up to all packets; layer 4 and fragment
 * add up to ipv4 plus ipv6.
 */
enum weir_protocol {
	WEIR_PROTO_ARP,
	WEIR_PROTO_IPV4,
	WEIR_PROTO_IPV6,
	WEIR_PROTO_OTHER_L3,
	WEIR_PROTO_TCP,
	WEIR_PROTO_UDP,
	WEIR_PROTO_ICMP,
	WEIR_PROTO_ICMPV6,
	WEIR_PROTO_SCTP,
	WEIR_PROTO_OTHER_L4,
	WEIR_PROTO_FRAGMENT,
	WEIR_PROTO_MALFORMED,
	WEIR_PROTOS,
};

enum weir_verdict {
	WEIR_VERDICT_PASS,
	WEIR_VERDICT_SOCKET_FILTER, /* then the rest of enum weir_drop, in its order */
	WEIR_VERDICTS,
};

const char *weir_protocol_name(enum weir_protocol protocol);
const char *weir_verdict_name(enum weir_verdict verdict);

/* Upper bound of size bucket i, in L2 bytes without FCS; 0 for the last bucket, which is open. */
uint32_t weir_size_bound(unsigned int i);

/* Counters since attach or the last reset, summed over CPUs. */
struct weir_counts {
	struct weir_count total; /* as the hook handled them; L2 bytes without FCS */
	struct weir_count wire;  /* on the wire: each GSO or GRO segment counts separately */
	struct weir_count protocols[WEIR_PROTOS];
	struct weir_count verdicts[WEIR_VERDICTS];
	uint64_t sizes[WEIR_SIZES]; /* packets */
};

struct weir_slot_counts {
	struct weir_attachment attachment; /* state, detail and peer are not set */
	struct weir_counts counts;
	struct weir_count *per_cpu; /* totals by CPU */
	unsigned int cpu_count;
};

struct weir_snapshot {
	uint64_t time_ns; /* CLOCK_MONOTONIC */
	struct weir_slot_counts *items;
	size_t count;
};

void weir_snapshot_free(struct weir_snapshot *snapshot);

/* Counts of that very attachment, not of another that has its slot now; NULL: there are none. */
const struct weir_slot_counts *weir_snapshot_find(const struct weir_snapshot *snapshot,
						  const struct weir_attachment *attachment);

/* Counters of every attachment that has them and is `wanted` (NULL: any). */
int weir_counters_read(struct weir *weir, bool (*wanted)(const struct weir_attachment *, void *),
		       void *arg, struct weir_snapshot *ret_snapshot, struct weir_error *err);

/*
 * The same, and they start again at 0 behind this very reading. `check` (NULL: none) sees all that
 * are wanted before anything is read: if it fails, nothing is reset.
 */
int weir_counters_reset(struct weir *weir, bool (*wanted)(const struct weir_attachment *, void *),
			int (*check)(const struct weir_attachments *, void *, struct weir_error *),
			void *arg, struct weir_snapshot *ret_snapshot, struct weir_error *err);

/* Adds the raw counters of one CPU to `sum`. No side effects. */
void weir_counts_add(struct weir_counts *sum, const struct weir_counters *raw);

/*
 * Once all CPUs are added: what a CPU dropped is read a moment later than what it received, so what
 * passed may come out below 0 while it counts on; then it is 0. Pure.
 */
void weir_counts_settle(struct weir_counts *sum);

/* What has come since a baseline, which may be newer where a slot got another owner. Pure. */
void weir_counters_subtract(struct weir_counters *from, const struct weir_counters *base);

#endif
