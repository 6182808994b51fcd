/* SPDX-License-Identifier: GPL-2.0 */
/* flows.h - the flows that attachments have counted. */
#ifndef WEIR_FLOWS_FLOWS_H
#define WEIR_FLOWS_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/attach/attach.h"
#include "datapath/flows/filter.h"

/* One direction of a conversation, as one attachment sees it. */
struct weir_flow_info {
	uint8_t src[16]; /* network byte order; IPv4 as mapped IPv6 */
	uint8_t dst[16];
	uint16_t src_port; /* host byte order; ICMP: type << 8 | code; 0: none */
	uint16_t dst_port; /* ICMP: identifier */
	uint8_t protocol;  /* IP protocol number */
	uint8_t tcp_flags; /* seen, as in the TCP header's byte 13 */
	bool v6;
	uint16_t slot;
	uint64_t packets; /* as handled, like counters */
	uint64_t bytes;
	uint64_t first_ns; /* to a tick of the kernel's clock, 1 to 10 ms */
	uint64_t last_ns;
};

struct weir_flow_usage {
	uint64_t entries;  /* flows in the table, those of detached programs included */
	uint64_t capacity; /* of the table */
	uint64_t cached;   /* entries of the caches in use, all CPUs */
	uint64_t inserted; /* flows that ever came into the table */
	/* of those, how many made room for others: a lower bound, exact once traffic rests */
	uint64_t evicted;
	uint64_t failed_packets; /* found no place, and are in no flow */
	uint64_t failed_bytes;
};

struct weir_flows {
	struct weir_flow_info *items; /* in no order */
	size_t count;
	struct weir_attachments attachments; /* those that count flows; state is not looked up */
	struct weir_flow_usage usage;
	uint64_t time_ns; /* CLOCK_REALTIME */
};

void weir_flows_free(struct weir_flows *flows);

/*
 * All flows for which `wanted` (NULL: any) is true; it sees a flow with its attachment. Totals are
 * exact once traffic rests; during it a flow may be seen as it was a moment before.
 */
int weir_flows_read(struct weir *weir,
		    bool (*wanted)(const struct weir_flow_info *, const struct weir_attachment *,
				   void *),
		    void *arg, struct weir_flows *ret_flows, struct weir_error *err);

#endif
