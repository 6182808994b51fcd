// SPDX-License-Identifier: GPL-2.0
/* writer.c - see writer.h. */
#include "ctl/metrics/writer.h"

void prom_family(struct writer *w, const char *name, enum kind kind, const char *help)
{
	static const char *const words[] = { "counter", "gauge", "histogram" };
	/*
	 * The text format has the suffix in the name of the family, OpenMetrics only in its
	 * samples.
	 */
	const char *suffix = kind == COUNTER && !w->view->openmetrics ? "_total" : "";

	w->name = name;
	w->counter = kind == COUNTER;
	fprintf(w->out, "# HELP %s%s %s\n# TYPE %s%s %s\n", name, suffix, help, name, suffix,
		words[kind]);
}

void prom_labels(struct writer *w, const char *suffix, const char *row, const char *key,
		 const char *value)
{
	fprintf(w->out, "%s%s", w->name, w->counter ? "_total" : suffix);
	if (*row || key)
		fprintf(w->out, "{%s%s", row, *row && key ? "," : "");
	if (key)
		fprintf(w->out, "%s=\"%s\"", key, value);
	if (*row || key)
		fputc('}', w->out);
}

void prom_number(struct writer *w, const char *row, const char *key, const char *value, uint64_t n)
{
	prom_labels(w, "", row, key, value);
	fprintf(w->out, " %" PRIu64 "\n", n);
}

void prom_real(struct writer *w, const char *row, double n)
{
	prom_labels(w, "", row, NULL, NULL);
	fprintf(w->out, " %.9g\n", n);
}
