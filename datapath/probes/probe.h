/* SPDX-License-Identifier: GPL-2.0 */
/*
 * probe.h - probes at functions, tracepoints, programs and perf events, with what to read there
 * and what to do with it. A session lasts until it is closed and leaves nothing behind. As in
 * weir.h; docs/probes.md has the languages of specs and expressions.
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
	const char *filter; /* an expression; NULL: everything */
	const char *print;  /* a list of them; NULL: all arguments, if `events` */
	bool events;
	bool table;                          /* count, and sum */
	const char *by;                      /* a list: a row for each of these; NULL: one row */
	const char *stats[WEIR_PROBE_STATS]; /* expressions to be summed; NULL: no more */
	const char *stat_names[WEIR_PROBE_STATS]; /* "--sum" and so on, for errors */
	const char *hist;
	bool stack;
	bool returns; /* at the return of functions, with their arguments */
	bool latency;
	uint32_t pid;       /* 0: every process */
	const char *cgroup; /* and those below; NULL: every one */
	uint64_t limit;     /* hits at most; 0: no limit */
	bool force;         /* probe programs where it is unknown whether an instruction begins */
};

/* What is wrong, and where if it is a text of the request. */
struct weir_probe_error {
	struct weir_error error;
	const char *option; /* "--print" and so on, "" for a spec; NULL: no place */
	const char *source; /* of the request, borrowed */
	size_t position;    /* in bytes; the end is a place as well */
	size_t length;      /* at least 1 */
};

struct weir_probe_session;

/* -EINVAL: a text is wrong. -ENOENT, -EPERM, -ENOTSUP: nothing could be attached. */
int weir_probe_open(const struct weir_probe_request *request,
		    struct weir_probe_session **ret_session, struct weir_probe_error *err);
void weir_probe_close(struct weir_probe_session *session);

/* Nothing hits from here on; what did can still be read. */
void weir_probe_stop(struct weir_probe_session *session);

/* How many probes are attached, and what could not be, a sentence each. */
size_t weir_probe_attached(const struct weir_probe_session *session);
size_t weir_probe_warnings(const struct weir_probe_session *session,
			   const char *const **ret_warnings);

/* --- values --- */

enum weir_probe_value_kind {
	WEIR_PROBE_UNREADABLE, /* the memory it lies in could not be read */
	WEIR_PROBE_UNSIGNED,
	WEIR_PROBE_SIGNED,
	WEIR_PROBE_BOOL,
	WEIR_PROBE_POINTER,
	WEIR_PROBE_TEXT,  /* `text` is all there is of it */
	WEIR_PROBE_NAMED, /* a number with a name, in `text` */
	WEIR_PROBE_GROUP, /* of members */
};

struct weir_probe_value {
	const char *name; /* the expression, or of an argument or member */
	const char *type; /* as C has it */
	enum weir_probe_value_kind kind;
	uint64_t number; /* with its sign extended */
	char *text;
	struct weir_probe_value *members;
	size_t count;
	bool cut;    /* there is more of it */
	bool target; /* what the value before points to */
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
 * Hands out what came since the last call, after at most so many milliseconds of waiting; all
 * that it points to is gone after on_event. Iterators run in the first call.
 */
int weir_probe_poll(struct weir_probe_session *session, int timeout_ms,
		    void (*on_event)(const struct weir_probe_event *event, void *arg), void *arg,
		    struct weir_error *err);

/* Whether nothing more can come: only iterators, which ran, or the limit is reached. */
bool weir_probe_done(const struct weir_probe_session *session);

/* --- sums --- */

struct weir_probe_stat {
	uint64_t count; /* of readable values */
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
	struct weir_probe_row *rows; /* the most hits first */
	size_t count;
};

void weir_probe_sums_free(struct weir_probe_sums *sums);
int weir_probe_read(struct weir_probe_session *session, struct weir_probe_sums *ret_sums,
		    struct weir_error *err);

/* --- what went by --- */

struct weir_probe_counts {
	uint64_t hits;
	uint64_t lost;       /* events without room on their way */
	uint64_t unsummed;   /* hits without room in the table */
	uint64_t missed;     /* the kernel ran no program; docs/probes.md says why */
	uint64_t unpaired;   /* returns whose call was not seen */
	uint64_t unreadable; /* the filter could not be told */
};

int weir_probe_counts(struct weir_probe_session *session, struct weir_probe_counts *ret_counts,
		      struct weir_error *err);

#endif
