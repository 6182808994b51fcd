/* SPDX-License-Identifier: GPL-2.0 */
/* counters.h - reads the counters of attachments. */
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

/*
 * Returns the counts of this attachment, or NULL. An earlier attachment with the same slot does not
 * match.
 */
const struct weir_slot_counts *weir_snapshot_find(const struct weir_snapshot *snapshot,
						  const struct weir_attachment *attachment);

/*
 * Reads the counters of all attachments that have counters and for which `wanted` returns true
 * (NULL: all).
 */
int weir_counters_read(struct weir *weir, bool (*wanted)(const struct weir_attachment *, void *),
		       void *arg, struct weir_snapshot *ret_snapshot, struct weir_error *err);

/*
 * Reads the counters like weir_counters_read(), and resets them to 0 at the same time. `check` (may
 * be NULL) gets the list of wanted attachments first; if it fails, nothing is read or reset.
 */
int weir_counters_reset(struct weir *weir, bool (*wanted)(const struct weir_attachment *, void *),
			int (*check)(const struct weir_attachments *, void *, struct weir_error *),
			void *arg, struct weir_snapshot *ret_snapshot, struct weir_error *err);

/* Adds the raw counters of one CPU to `sum`. No side effects. */
void weir_counts_add(struct weir_counts *sum, const struct weir_counters *raw);

/*
 * Call it after adding all CPUs. The drops of a CPU are read slightly later than its packets, so
 * under traffic the number of passed packets may come out negative. Sets it to 0 then. No side
 * effects.
 */
void weir_counts_settle(struct weir_counts *sum);

/*
 * Subtracts a baseline from counters. Counts below the baseline become 0: it may be newer, if the
 * slot got another attachment. No side effects.
 */
void weir_counters_subtract(struct weir_counters *from, const struct weir_counters *base);

#endif
