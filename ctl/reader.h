/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reader.h - a process of its own that reads the maps, so that the one that talks to the network
 * needs no privilege at all. It takes questions of one byte over a socket pair, answers with the
 * plain structs of weir.h, and ends when the other end is closed: it outlives nobody.
 *
 * It opens the pins for every question, so it follows attachments that come and go, and even
 * `ctl purge`.
 */
#ifndef CTL_READER_H
#define CTL_READER_H

#include <sys/types.h>
#include "ctl.h"

struct reader {
	int socket; /* -1: none */
	pid_t pid;
	char rights[256]; /* what the process kept, in words */
};

/* Forks. inv: as for open_weir(). 0 or -errno. */
int reader_start(const struct invocation *inv, struct reader *ret_reader, struct weir_error *err);
void reader_stop(struct reader *reader);

/*
 * What weir_list() and so on return, with the same errors and sentences. -EPIPE: the process is
 * no more. -ETIMEDOUT: no answer within ten seconds; the reader is of no use any more.
 */
int reader_list(struct reader *reader, struct weir_attachments *ret_list, bool *ret_skip_loopback,
		struct weir_error *err);
int reader_counters(struct reader *reader, struct weir_snapshot *ret_snapshot,
		    struct weir_error *err);
int reader_flows(struct reader *reader, struct weir_flows *ret_flows, struct weir_error *err);

/* How full tables are, without any flow. */
int reader_usage(struct reader *reader, struct weir_flow_usage *ret_flows,
		 struct weir_map_usages *ret_maps, struct weir_error *err);

#endif
