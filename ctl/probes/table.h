/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - prints results of probes as tables and as JSON. */
#ifndef CTL_PROBES_TABLE_H
#define CTL_PROBES_TABLE_H

#include <stdio.h>
#include "datapath/probes/probes.h"

struct probe_run_view {
	const struct weir_probe_sums *sums;
	const struct weir_probe_counts *counts;
	const char *stats[WEIR_PROBE_STATS]; /* "sum(arg2)"; NULL ends the list */
	enum probe_stat_kind {
		PROBE_SUM_OF,
		PROBE_MIN_OF,
		PROBE_MAX_OF,
		PROBE_AVG_OF
	} kinds[WEIR_PROBE_STATS];
	const char *hist; /* its expression; NULL: no histogram */
	size_t probes;    /* number attached */
	const char *const *warnings;
	size_t warning_count;
	bool table;
	bool stack;
	bool color;
	bool pretty;
};

/* Prints one line, or one line per argument if all are shown. */
void out_probe_event(const struct weir_probe_event *event, bool everything, FILE *out);
void json_probe_event(const struct weir_probe_event *event, FILE *out);

/* Returns 0 or -ENOMEM. */
int out_probe_sums(const struct probe_run_view *view, FILE *out);

/* Prints the counts of hits and losses: the last line. */
void out_probe_counts(const struct probe_run_view *view, FILE *out);

/* Returns 0 or -EIO. */
int json_probe_sums(const struct probe_run_view *view, FILE *out);

/* Formats a value, truncated if necessary. */
const char *probe_value_word(const struct weir_probe_value *value, char *buffer, size_t size);

/* Computes a statistic. Returns false if there were no values. */
bool probe_stat_value(const struct weir_probe_stat *stat, enum probe_stat_kind kind,
		      double *ret_value);

/* Bounds of a bucket: from `from` up to, but not including, `to`. */
void probe_bucket(unsigned int bucket, int64_t *ret_from, uint64_t *ret_to);

#endif
