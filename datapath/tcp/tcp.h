/* SPDX-License-Identifier: GPL-2.0 */
/* tcp.h - TCP connections: those of the table, and events. */
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
	/* As in the table, but that state and measures are as of now where the socket lives, and
	 * times are CLOCK_REALTIME. */
	struct weir_tcp tcp;
	bool live;                       /* the kernel has it, as a socket or its TIME-WAIT */
	char netns_name[WEIR_NETNS_LEN]; /* "" if it has none */
	bool here;                       /* in the namespace of the context */
	const char *cgroup; /* path below the mount; NULL if it is no more. Owned by the list */
};

struct weir_paths;

struct weir_tcp_usage {
	uint64_t entries;  /* in the table, those of detached programs included */
	uint64_t capacity; /* of the table */
	uint64_t evicted;  /* connections that made room for others */
	uint64_t failed;   /* found no place */
};

/* Sums over CPUs, since attach. Bucket 0 is 0 µs, i is below 2^i, the last is open. */
struct weir_tcp_slot {
	struct weir_attachment attachment; /* state, detail and peer are not looked up */
	struct weir_tcp_histograms histograms;
};

struct weir_tcp_list {
	struct weir_tcp_info *items; /* in no order */
	size_t count;
	struct weir_tcp_slot *slots; /* those that remember connections */
	size_t slot_count;
	struct weir_tcp_usage usage;
	struct weir_paths *paths; /* of cgroups */
	uint64_t unseen;  /* connections of namespaces that could not be asked: not as of now */
	uint64_t time_ns; /* CLOCK_REALTIME */
};

void weir_tcp_list_free(struct weir_tcp_list *list);

/*
 * Every connection in the table, open or not. While skip-loopback is on, those of loopback
 * addresses are left out.
 */
int weir_tcp_read(struct weir *weir, struct weir_tcp_list *ret_list, struct weir_error *err);

/* What a filter of flows sees of a connection: local is the source, bytes and segments add up. */
void weir_tcp_as_flow(const struct weir_tcp_info *info, struct weir_flow_info *ret_flow);

/*
 * Turns the callbacks on for connections that are older than the attachment, in every network
 * namespace that has a name or a process. -EOPNOTSUPP: this kernel cannot. -ENOENT: no program
 * that remembers connections is attached.
 */
int weir_tcp_adopt(struct weir *weir, size_t *ret_adopted, struct weir_error *err);

struct weir_tcp_occurrence {
	enum weir_tcp_event_kind kind;
	uint64_t time_ns;          /* CLOCK_REALTIME */
	uint32_t value;            /* connect, accept: latency in µs; retransmit: segments;
				    * rto: the timeout in ms */
	struct weir_tcp_info info; /* as of then */
	const struct weir_attachment *attachment;
};

struct weir_tcp_stream;

/* -EBUSY: somebody reads the events already; there can be one. */
int weir_tcp_stream_open(struct weir *weir, struct weir_tcp_stream **ret_stream,
			 struct weir_error *err);
void weir_tcp_stream_close(struct weir_tcp_stream *stream);

/*
 * Waits up to wait_ms for events and hands over what there is, oldest first; call it at least
 * every second, for events stop after three without a reader. A signal ends the waiting early.
 */
int weir_tcp_stream_read(struct weir_tcp_stream *stream, int wait_ms,
			 void (*on_event)(const struct weir_tcp_occurrence *, void *), void *arg,
			 struct weir_error *err);

/* Since it was opened: events that found no room, all slots together. */
uint64_t weir_tcp_stream_lost(const struct weir_tcp_stream *stream);

#endif
