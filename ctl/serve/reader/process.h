/* SPDX-License-Identifier: GPL-2.0 */
/*
 * process.h - a process of its own that reads the maps, so that the one that talks to the network
 * needs no privilege at all. It takes questions of one byte over a socket pair, answers with the
 * plain structs of weir.h, and ends when the other end is closed: it outlives nobody.
 *
 * It opens the pins for every question, so it follows attachments that come and go, and even
 * `ctl purge`.
 */
#ifndef CTL_SERVE_READER_PROCESS_H
#define CTL_SERVE_READER_PROCESS_H

#include <sys/types.h>
#include "ctl/frame/ctl.h"
#include "datapath/drops/drops.h"
#include "datapath/health/health.h"
#include "datapath/tune/tune.h"

/* What the process has to say of itself. */
struct reader_words {
	char rights[256];                                   /* what it kept */
	char drops[sizeof(((struct weir_error *)0)->text)]; /* why not; "": it counts drops */
	char health[sizeof(((struct weir_error *)0)->text)];
};

struct reader {
	int socket; /* -1: none */
	pid_t pid;
	struct reader_words words;
};

/*
 * Forks. inv: as for open_weir(). probing: whether to count drops and health, by programs on
 * tracepoints, from now on; that a kernel refuses these is no error. 0 or -errno.
 */
int reader_start(const struct invocation *inv, bool probing, struct reader *ret_reader,
		 struct weir_error *err);
void reader_stop(struct reader *reader);

/*
 * What weir_list() and so on return, with the same errors and sentences. -EPIPE: the process is
 * no more. -ETIMEDOUT: no answer within ten seconds; the reader is of no use any more.
 */
int reader_list(struct reader *reader, struct weir_attachments *ret_list, bool *ret_skip_loopback,
		struct weir_error *err);
int reader_counters(struct reader *reader, struct weir_snapshot *ret_snapshot,
		    struct weir_error *err);

#define READER_FLOWS 131072 /* of more, those with the most bytes */

/* *ret_seen: how many there are, if these are only some of them. */
int reader_flows(struct reader *reader, struct weir_flows *ret_flows, size_t *ret_seen,
		 struct weir_error *err);

/* How full tables are, without any flow. */
int reader_usage(struct reader *reader, struct weir_flow_usage *ret_flows,
		 struct weir_map_usages *ret_maps, struct weir_error *err);

/* Connections, with what their cgroups' paths stand in; paths of the list is NULL. */
struct reader_tcp {
	struct weir_tcp_list list;
	char *text;
};

void reader_tcp_free(struct reader_tcp *tcp);
int reader_tcp(struct reader *reader, struct reader_tcp *ret_tcp, struct weir_error *err);

int reader_tune(struct reader *reader, struct weir_tune_entries *ret_entries,
		struct weir_error *err);

/*
 * Some of all sockets, in no order: what a hundredth of a second found. *ret_more: ask again for
 * the next. Others may be asked for in between.
 */
int reader_sockets(struct reader *reader, struct weir_sockets *ret_sockets, bool *ret_more,
		   struct weir_error *err);

/*
 * Since the process was started, or its table was full. -ENOTSUP: there is no program for it, with
 * the sentence why.
 */
int reader_drops(struct reader *reader, struct weir_drops *ret_drops, struct weir_error *err);
int reader_health(struct reader *reader, struct weir_health_report *ret_report,
		  struct weir_error *err);

#endif
