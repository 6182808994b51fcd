/* SPDX-License-Identifier: GPL-2.0 */
/* tcp.h - TCP connections: the table, and events. */
#ifndef WEIR_TCP_TCP_H
#define WEIR_TCP_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"
#include "datapath/attach/attach.h"
#include "datapath/flows/flows.h"

struct weir_tcp_info {
	uint16_t slot;
	/*
	 * As in the table. If the socket still exists, state and measures are current. Times are
	 * CLOCK_REALTIME.
	 */
	struct weir_tcp tcp;
	bool live;                       /* the kernel still has it, as a socket or in TIME-WAIT */
	char netns_name[WEIR_NETNS_LEN]; /* "": the namespace has no name */
	bool here;                       /* in the context's namespace */
	const char *cgroup; /* path below the mount; NULL: deleted. Owned by the list */
};

struct weir_paths;

struct weir_tcp_usage {
	uint64_t entries;  /* in the table, including those of detached programs */
	uint64_t capacity; /* of the table */
	uint64_t evicted;  /* connections evicted to make room */
	uint64_t failed;   /* connections that found no room */
};

/* Since attach, summed over CPUs. Bucket 0: 0 µs, i: below 2^i µs, the last is open. */
struct weir_tcp_slot {
	struct weir_attachment attachment; /* state, detail and peer are not set */
	struct weir_tcp_histograms histograms;
};

struct weir_tcp_list {
	struct weir_tcp_info *items; /* unordered */
	size_t count;
	struct weir_tcp_slot *slots; /* attachments that record connections */
	size_t slot_count;
	struct weir_tcp_usage usage;
	struct weir_paths *paths; /* of the cgroups */
	uint64_t unseen;  /* connections with old values: their namespace could not be queried */
	uint64_t time_ns; /* CLOCK_REALTIME */
};

void weir_tcp_list_free(struct weir_tcp_list *list);

/*
 * Reads every connection in the table, open or closed. Omits loopback connections if skip-loopback
 * is on.
 */
int weir_tcp_read(struct weir *weir, struct weir_tcp_list *ret_list, struct weir_error *err);

/*
 * Converts a connection for flow filters: source is the local end; bytes and segments are those of
 * both directions.
 */
void weir_tcp_as_flow(const struct weir_tcp_info *info, struct weir_flow_info *ret_flow);

/*
 * Enables the callbacks for connections older than the attachment, in every network namespace with
 * a name or a process. Returns -EOPNOTSUPP if the kernel cannot do that, -ENOENT if no attached
 * program records connections.
 */
int weir_tcp_adopt(struct weir *weir, size_t *ret_adopted, struct weir_error *err);

struct weir_tcp_occurrence {
	enum weir_tcp_event_kind kind;
	uint64_t time_ns;          /* CLOCK_REALTIME */
	uint32_t value;            /* connect, accept: latency in µs; retransmit: segments;
				    * rto: the timeout in ms */
	struct weir_tcp_info info; /* at the time of the event */
	const struct weir_attachment *attachment;
};

struct weir_tcp_stream;

/* Returns -EBUSY if the events already have a reader; there can be only one. */
int weir_tcp_stream_open(struct weir *weir, struct weir_tcp_stream **ret_stream,
			 struct weir_error *err);
void weir_tcp_stream_close(struct weir_tcp_stream *stream);

/*
 * Waits at most wait_ms for events and passes them to on_event, oldest first. Call it at least
 * every second: without a reader, programs stop writing events after three. A signal ends the wait
 * early.
 */
int weir_tcp_stream_read(struct weir_tcp_stream *stream, int wait_ms,
			 void (*on_event)(const struct weir_tcp_occurrence *, void *), void *arg,
			 struct weir_error *err);

/* Number of events lost since open because the buffer was full, for all slots together. */
uint64_t weir_tcp_stream_lost(const struct weir_tcp_stream *stream);

#endif
