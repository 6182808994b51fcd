/* SPDX-License-Identifier: GPL-2.0 */
/*
 * process.h - the reader, a process that reads the maps, so that the server, the process that talks
 * to the network, needs no privileges. It receives one-byte questions over a socket pair and
 * replies with the plain structs of weir.h. It exits when the other end is closed.
 *
 * It opens the pins again for each question, so it notices new and removed attachments, and even
 * `ctl purge`.
 */
#ifndef CTL_SERVE_READER_PROCESS_H
#define CTL_SERVE_READER_PROCESS_H

#include <sys/types.h>
#include "ctl/frame/ctl.h"
#include "datapath/drops/drops.h"
#include "datapath/health/health.h"
#include "datapath/tune/tune.h"

/* Sent by the process once, when it has started. */
struct reader_words {
	char rights[256];                                   /* its remaining privileges */
	char drops[sizeof(((struct weir_error *)0)->text)]; /* why not; "": it counts drops */
	char health[sizeof(((struct weir_error *)0)->text)];
};

struct reader {
	int socket; /* -1: no process */
	pid_t pid;
	struct reader_words words;
};

/*
 * Forks. inv: as for open_weir(). probing: count drops and health from now on, with programs on
 * tracepoints. It is not an error if the kernel refuses these. Returns 0 or -errno.
 */
int reader_start(const struct invocation *inv, bool probing, struct reader *ret_reader,
		 struct weir_error *err);
void reader_stop(struct reader *reader);

/*
 * Asks a question. ret_answer is the struct for that question, and size its size. Returns the
 * errors of weir_list() and so on, with their sentences; -EPIPE: the process has exited;
 * -ETIMEDOUT: no reply within ten seconds. After these two, the reader cannot be used any more.
 */
int reader_ask(struct reader *reader, char letter, void *ret_answer, size_t size,
	       struct weir_error *err);

/*
 * reader_NAME(reader, &ret_answer, &err) asks the question with that letter, a row in questions.c.
 */
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

#define READER_FLOWS 131072 /* at most; those with the most bytes */

struct reader_flows {
	struct weir_flows flows;
	size_t seen; /* number of all flows, if some were left out */
};
READER_QUESTION('f', flows, struct reader_flows)

/* Usage of tables, without flows. */
struct reader_usage {
	struct weir_flow_usage flows;
	struct weir_map_usages maps;
};
READER_QUESTION('u', usage, struct reader_usage)

/* Connections with the buffer of their cgroup paths. `paths` of the list is NULL. */
struct reader_tcp {
	struct weir_tcp_list list;
	char *text;
};

void reader_tcp_free(struct reader_tcp *tcp);
int reader_tcp(struct reader *reader, struct reader_tcp *ret_tcp, struct weir_error *err);

READER_QUESTION('n', tune, struct weir_tune_entries)

/*
 * A part of all sockets, unordered: those found within ten milliseconds. Other questions are
 * possible between parts.
 */
struct reader_sockets {
	struct weir_sockets list;
	bool more; /* ask again for the next part */
};
READER_QUESTION('s', sockets, struct reader_sockets)

/*
 * Counts since the process was started, or since its table was full. Returns -ENOTSUP with a
 * sentence if the programs are not loaded.
 */
READER_QUESTION('d', drops, struct weir_drops)
READER_QUESTION('h', health, struct weir_health_report)

#endif
