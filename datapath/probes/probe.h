/* SPDX-License-Identifier: GPL-2.0 */
/*
 * probe.h - probes on functions, tracepoints, programs and perf events: what to read and what to do
 * with it. A session ends when it is closed, and leaves nothing behind. The conventions are those
 * of weir.h; docs/probes.md describes specs and expressions.
 */
#ifndef WEIR_PROBES_PROBE_H
#define WEIR_PROBES_PROBE_H

#include "datapath/base/error.h"
#include "datapath/probes/names.h"

#define WEIR_PROBE_STATS 4
#define WEIR_PROBE_BUCKETS 65
#define WEIR_PROBE_FRAMES 64
#define WEIR_PROBE_SYMBOL 192

struct weir_probe_request {
	const char *const *specs;
	size_t spec_count;
	const char *filter; /* an expression; NULL: every hit */
	const char *print;  /* a list of expressions; NULL: all arguments, if `events` */
	bool events;
	bool table;     /* count hits, and sum up */
	const char *by; /* a list of expressions: one row for each value; NULL: one row */
	const char *stats[WEIR_PROBE_STATS];      /* expressions to sum; NULL ends the list */
	const char *stat_names[WEIR_PROBE_STATS]; /* "--sum" and so on, for messages */
	const char *hist;
	bool stack;
	bool returns; /* probe the return of functions; arguments are those of the call */
	bool latency;
	uint32_t pid;       /* 0: every process */
	const char *cgroup; /* includes cgroups below; NULL: every cgroup */
	uint64_t limit;     /* maximum number of hits; 0: no limit */
	bool force; /* probe a program even if it is unknown whether an instruction begins */
};

/* The error, and its position if a text of the request is wrong. */
struct weir_probe_error {
	struct weir_error error;
	const char *option; /* "--print" and so on, "" for a spec; NULL: no position */
	const char *source; /* text of the request, borrowed */
	size_t position;    /* in bytes; may be the end of the text */
	size_t length;      /* at least 1 */
};

struct weir_probe_session;

/*
 * Starts a session. Returns -EINVAL if a text is wrong; -ENOENT, -EPERM or -ENOTSUP if nothing
 * could be attached.
 */
int weir_probe_open(const struct weir_probe_request *request,
		    struct weir_probe_session **ret_session, struct weir_probe_error *err);
void weir_probe_close(struct weir_probe_session *session);

/* Ends all hits. Results can still be read. */
void weir_probe_stop(struct weir_probe_session *session);

/* Number of attached probes, and a sentence for each that could not be attached. */
size_t weir_probe_attached(const struct weir_probe_session *session);
size_t weir_probe_warnings(const struct weir_probe_session *session,
			   const char *const **ret_warnings);

/* --- values --- */

enum weir_probe_value_kind {
	WEIR_PROBE_UNREADABLE, /* its memory could not be read */
	WEIR_PROBE_UNSIGNED,
	WEIR_PROBE_SIGNED,
	WEIR_PROBE_BOOL,
	WEIR_PROBE_POINTER,
	WEIR_PROBE_TEXT,  /* complete in `text` */
	WEIR_PROBE_NAMED, /* a number, with its name in `text` */
	WEIR_PROBE_GROUP, /* has members */
};

struct weir_probe_value {
	const char *name; /* the expression, argument or member */
	const char *type; /* in C */
	enum weir_probe_value_kind kind;
	uint64_t number; /* sign-extended */
	char *text;
	struct weir_probe_value *members;
	size_t count;
	bool cut;    /* truncated */
	bool target; /* what the previous value points to */
};

struct weir_probe_event {
	uint64_t time; /* CLOCK_REALTIME, ns */
	const char *probe;
	uint32_t pid, tid, cpu;
	char comm[16];
	const struct weir_probe_value *values;
	size_t count;
	const char *const *frames; /* innermost first */
	size_t frame_count;
};

/*
 * Waits at most timeout_ms and passes the events since the last call to on_event. Pointers in an
 * event are valid until on_event returns. Iterators run in the first call.
 */
int weir_probe_poll(struct weir_probe_session *session, int timeout_ms,
		    void (*on_event)(const struct weir_probe_event *event, void *arg), void *arg,
		    struct weir_error *err);

/* Returns true if no more events can come: the limit is reached, or iterators alone have run. */
bool weir_probe_done(const struct weir_probe_session *session);

/* --- sums --- */

struct weir_probe_stat {
	uint64_t count; /* readable values only */
	int64_t sum, min, max;
};

struct weir_probe_row {
	struct weir_probe_value *keys;
	size_t key_count;
	char **frames;
	size_t frame_count;
	uint64_t count;
	struct weir_probe_stat stats[WEIR_PROBE_STATS];
	uint64_t buckets[WEIR_PROBE_BUCKETS]; /* below 0; 0; 1; 2-3; 4-7; ... */
};

struct weir_probe_sums {
	struct weir_probe_row *rows; /* most hits first */
	size_t count;
};

void weir_probe_sums_free(struct weir_probe_sums *sums);
int weir_probe_read(struct weir_probe_session *session, struct weir_probe_sums *ret_sums,
		    struct weir_error *err);

/* --- losses --- */

struct weir_probe_counts {
	uint64_t hits;
	uint64_t lost;       /* events that found no room in the ring buffer */
	uint64_t unsummed;   /* hits that found no room in the table */
	uint64_t missed;     /* the kernel did not run the program; docs/probes.md says why */
	uint64_t unpaired;   /* returns whose call was not seen */
	uint64_t unreadable; /* hits for which the filter could not be evaluated */
};

int weir_probe_counts(struct weir_probe_session *session, struct weir_probe_counts *ret_counts,
		      struct weir_error *err);

#endif
