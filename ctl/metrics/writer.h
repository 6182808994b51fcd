/* SPDX-License-Identifier: GPL-2.0 */
/* writer.h - writes families and samples in Prometheus's text format. For ctl/metrics. */
#ifndef CTL_METRICS_WRITER_H
#define CTL_METRICS_WRITER_H

#include <inttypes.h>
#include "ctl/metrics/prom.h"
#include "ctl/metrics/rows.h"

struct writer {
	const struct prom_view *view;
	struct prom_rows rows;
	FILE *out;
	const char *name; /* name of the family, without _total */
	bool counter;
	bool failed; /* out of memory */
};

enum kind { COUNTER, GAUGE, HISTOGRAM };

void prom_family(struct writer *w, const char *name, enum kind kind, const char *help);

/* Starts a sample with the labels of a row (or ""), and one more label if key is not NULL. */
void prom_labels(struct writer *w, const char *suffix, const char *row, const char *key,
		 const char *value);
void prom_number(struct writer *w, const char *row, const char *key, const char *value, uint64_t n);
void prom_real(struct writer *w, const char *row, double n);

/* Writes the metrics of system.c. */
void put_system(struct writer *w);

#endif
