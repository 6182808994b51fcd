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
 * Asks; ret_answer is the struct of that question, of size bytes. Returns what weir_list() and so
 * on return, with the same errors and sentences. -EPIPE: the process is no more. -ETIMEDOUT: no
 * answer within ten seconds; the reader is of no use any more.
 */
int reader_ask(struct reader *reader, char letter, void *ret_answer, size_t size,
	       struct weir_error *err);

/* reader_NAME(reader, &ret_answer, &err): the question of that letter, a row in questions.c. */
#define READER_QUESTION(letter, name, type)                                              \
	static inline int reader_##name(struct reader *reader, typeof(type) *ret_answer, \
					struct weir_error *err)                          \
	{                                                                                \
		return reader_ask(reader, letter, ret_answer, sizeof(*ret_answer), err); \
	}

struct reader_list {
	struct weir_attachments list;
	bool skip_loopback;
};
READER_QUESTION('l', list, struct reader_list)

static inline void reader_list_free(struct reader_list *list)
{
	weir_attachments_free(&list->list);
}

int reader_counters(struct reader *reader, struct weir_snapshot *ret_snapshot,
		    struct weir_error *err);

#define READER_FLOWS 131072 /* of more, those with the most bytes */

struct reader_flows {
	struct weir_flows flows;
	size_t seen; /* how many there are, if these are only some of them */
};
READER_QUESTION('f', flows, struct reader_flows)

/* How full tables are, without any flow. */
struct reader_usage {
	struct weir_flow_usage flows;
	struct weir_map_usages maps;
};
READER_QUESTION('u', usage, struct reader_usage)

/* Connections, with what their cgroups' paths stand in; paths of the list is NULL. */
struct reader_tcp {
	struct weir_tcp_list list;
	char *text;
};

void reader_tcp_free(struct reader_tcp *tcp);
int reader_tcp(struct reader *reader, struct reader_tcp *ret_tcp, struct weir_error *err);

READER_QUESTION('n', tune, struct weir_tune_entries)

/*
 * Some of all sockets, in no order: what a hundredth of a second found. Others may be asked for in
 * between.
 */
struct reader_sockets {
	struct weir_sockets list;
	bool more; /* ask again for the next */
};
READER_QUESTION('s', sockets, struct reader_sockets)

/*
 * Since the process was started, or its table was full. -ENOTSUP: there is no program for it, with
 * the sentence why.
 */
READER_QUESTION('d', drops, struct weir_drops)
READER_QUESTION('h', health, struct weir_health_report)

#endif
