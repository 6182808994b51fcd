/* SPDX-License-Identifier: GPL-2.0 */
/* flows.h - reads the flows of attachments. */
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
	uint16_t src_port; /* host byte order; ICMP: type << 8 | code; 0: no ports */
	uint16_t dst_port; /* ICMP: identifier */
	uint8_t protocol;  /* IP protocol number */
	uint8_t tcp_flags; /* all flags seen, bits as in byte 13 of the TCP header */
	bool v6;
	uint16_t slot;
	uint64_t packets; /* as handled, like the counters */
	uint64_t bytes;
	uint64_t first_ns; /* resolution: a kernel tick, 1 to 10 ms */
	uint64_t last_ns;
};

struct weir_flow_usage {
	uint64_t entries;  /* flows in the table, including those of detached programs */
	uint64_t capacity; /* of the table */
	uint64_t cached;   /* cache entries in use, all CPUs */
	uint64_t inserted; /* flows ever added to the table */
	/* flows evicted, with their counts; a lower bound under traffic, exact without */
	uint64_t evicted;
	uint64_t failed_packets; /* in no flow, because the table had no room */
	uint64_t failed_bytes;
};

struct weir_flows {
	struct weir_flow_info *items; /* unordered */
	size_t count;
	struct weir_attachments attachments; /* those that count flows; state is not set */
	struct weir_flow_usage usage;
	uint64_t time_ns;      /* CLOCK_REALTIME; 0: nothing that counts flows is attached */
	uint64_t monotonic_ns; /* the same moment by CLOCK_MONOTONIC, for rates */
};

void weir_flows_free(struct weir_flows *flows);

/*
 * Reads all flows for which `wanted` returns true (NULL: all); it gets the flow and its attachment.
 * Totals are exact while there is no traffic. With traffic, a flow may be slightly out of date.
 */
int weir_flows_read(struct weir *weir,
		    bool (*wanted)(const struct weir_flow_info *, const struct weir_attachment *,
				   void *),
		    void *arg, struct weir_flows *ret_flows, struct weir_error *err);

#endif
