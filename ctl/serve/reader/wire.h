/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wire.h - what goes between the two processes of process.h. Both ends are one program: structs
 * go over the socket as they are, and pointers in them mean nothing.
 */
#ifndef CTL_SERVE_READER_WIRE_H
#define CTL_SERVE_READER_WIRE_H

#include "ctl/serve/reader/process.h"

enum question {
	ASK_LIST = 'l',
	ASK_COUNTERS = 'c',
	ASK_FLOWS = 'f',
	ASK_USAGE = 'u',
	ASK_TCP = 't',
	ASK_TUNE = 'n',
	ASK_SOCKETS = 's', /* begins a walk, or goes on with the one that is under way */
	ASK_DROPS = 'd',
	ASK_HEALTH = 'h',
};

/* Before the items. */
struct answer {
	int ret;
	struct weir_error err;
	size_t count;  /* of items */
	size_t seen;   /* of ASK_FLOWS: before those with the fewest bytes were left out */
	size_t others; /* of what comes behind the items: attachments, interfaces, paths ... */
	size_t bytes;  /* of ASK_TCP: text behind all */
	size_t cpus;   /* of ASK_COUNTERS: totals by CPU, behind the items */
	uint64_t time_ns, monotonic_ns;
	bool skip_loopback;
	bool more; /* of ASK_SOCKETS: ask again */
	struct weir_flow_usage usage;
	struct weir_map_usages maps;
	union { /* with pointers of the other process */
		struct weir_tcp_list tcp;
		struct weir_tune_entries tune;
		struct weir_drops drops;
		struct weir_health_report health;
	} head;
};

/* Sessions of the process that reads; what could not be opened has a sentence. */
struct probes {
	struct weir *weir; /* that the sessions borrow */
	struct weir_drops_request request;
	struct weir_drops_session *drops;
	struct weir_health_session *health;
	int drops_ret, health_ret;
	struct weir_error drops_err, health_err;
};

/* A walk through all sockets that is under way. */
struct walk {
	struct weir *weir;
	struct weir_sockets_session *session; /* NULL: none */
	bool here;
};

void walk_end(struct walk *walk);

/* 0 or -errno; of receive_all() -ETIMEDOUT where the socket has a limit, -EPIPE at its end. */
int send_all(int fd, const void *data, size_t size);
int receive_all(int fd, void *data, size_t size);

/* Asks; what ret_answer->ret says is the caller's. -EPIPE, -ETIMEDOUT: as in process.h. */
int reader_ask(struct reader *reader, enum question question, struct answer *ret_answer,
	       struct weir_error *err);

/* count items of size; what was sent has to be taken whatever becomes of it. */
int reader_take(struct reader *reader, size_t count, size_t size, void **ret_items,
		struct weir_error *err);

/* --- the process that reads: what each question is answered with --- */

int answer_list(struct weir *weir, int fd, struct answer *answer);
int answer_counters(struct weir *weir, int fd, struct answer *answer);
int answer_flows(struct weir *weir, int fd, bool usage_only, struct answer *answer);
int answer_tcp(struct weir *weir, int fd, struct answer *answer);
int answer_tune(struct weir *weir, int fd, struct answer *answer);
int answer_sockets(const struct invocation *inv, struct walk *walk, int fd, struct answer *answer);
int answer_drops(struct probes *probes, int fd, struct answer *answer);
int answer_health(struct probes *probes, int fd, struct answer *answer);

/* Opens the sessions, while there is the privilege to. */
void probes_open(const struct invocation *inv, bool wanted, struct probes *ret_probes);

#endif
