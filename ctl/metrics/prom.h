/* SPDX-License-Identifier: GPL-2.0 */
/*
 * prom.h - what Prometheus scrapes: its text format 0.0.4, or OpenMetrics 1.0.0. Names and
 * labels are an interface: docs/metrics.md. No label has an address or a port.
 */
#ifndef CTL_METRICS_PROM_H
#define CTL_METRICS_PROM_H

#include <stdio.h>
#include "datapath/drops/drops.h"
#include "datapath/health/health.h"
#include "datapath/tune/tune.h"

/* What the server knows of itself. */
struct prom_self {
	uint64_t scrapes;        /* this one included */
	uint64_t scrape_errors;  /* of those, how many lacked something */
	double scrape_seconds;   /* that reading the maps for this one took */
	uint64_t requests[6];    /* answered, by first digit of the status */
	uint64_t rejected;       /* 503: too much at once */
	uint64_t refused;        /* 401: who did not prove who they are */
	unsigned int streams;    /* open event streams */
	uint64_t resident_bytes; /* of the process that serves */
	double start_seconds;    /* since the epoch */
};

/* What could not be read is NULL, and its metrics are left out. */
struct prom_view {
	const struct weir_attachments *list;
	const struct weir_snapshot *snapshot;
	const struct weir_flow_usage *flows;
	const struct weir_map_usages *maps;
	bool skip_loopback; /* if list is there */
	const struct weir_tcp_list *tcp;
	const struct weir_tune_entries *tune;
	const struct weir_drops *drops;          /* since the server began, as health */
	const struct weir_health_report *health; /* NULL with drops: this kernel may refuse them */
	const struct weir_health_report *minute; /* the last one */
	bool probe_failed;                       /* ... but it was for another reason */
	const struct prom_self *self;
	bool openmetrics;
};

/* Whether everything could be read that this kernel has. */
bool prom_complete(const struct prom_view *view);

/* 0, -EIO or -ENOMEM. */
int out_prom(const struct prom_view *view, FILE *out);

#define PROM_TEXT_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define PROM_OPEN_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

/* Whether an Accept header (or NULL) asks for OpenMetrics. */
bool prom_wants_openmetrics(const char *accept);

#endif
