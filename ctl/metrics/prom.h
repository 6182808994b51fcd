/* SPDX-License-Identifier: GPL-2.0 */
/*
 * prom.h - metrics for Prometheus: its text format 0.0.4, or OpenMetrics 1.0.0. Names and labels
 * are an interface; see docs/metrics.md. Labels contain no addresses and no ports.
 */
#ifndef CTL_METRICS_PROM_H
#define CTL_METRICS_PROM_H

#include <stdio.h>
#include "datapath/drops/drops.h"
#include "datapath/health/health.h"
#include "datapath/tune/tune.h"

/* State of the server. */
struct prom_self {
	uint64_t scrapes;        /* including this one */
	uint64_t scrape_errors;  /* scrapes that could not read everything */
	double scrape_seconds;   /* time to read the maps for this scrape */
	uint64_t requests[6];    /* answered requests, by first digit of the status */
	uint64_t rejected;       /* 503: too many requests in progress */
	uint64_t refused;        /* 401 and 429: no valid token or password */
	unsigned int streams;    /* open event streams */
	uint64_t resident_bytes; /* of the serving process */
	double start_seconds;    /* since the epoch */
};

/* Pointers are NULL if reading failed. Their metrics are left out. */
struct prom_view {
	const struct weir_attachments *list;
	const struct weir_snapshot *snapshot;
	const struct weir_flow_usage *flows;
	const struct weir_map_usages *maps;
	bool skip_loopback; /* valid if list is not NULL */
	const struct weir_tcp_list *tcp;
	const struct weir_tune_entries *tune;
	const struct weir_drops *drops;          /* since the start of the server, as is health */
	const struct weir_health_report *health; /* NULL like drops: the kernel refuses them */
	const struct weir_health_report *minute; /* health in the last minute */
	bool probe_failed;                       /* ... but they failed for another reason */
	const struct prom_self *self;
	bool openmetrics;
};

/* Returns true if everything that this kernel supports could be read. */
bool prom_complete(const struct prom_view *view);

/* Returns 0, -EIO or -ENOMEM. */
int out_prom(const struct prom_view *view, FILE *out);

#define PROM_TEXT_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define PROM_OPEN_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

/* Returns true if an Accept header (or NULL) asks for OpenMetrics. */
bool prom_wants_openmetrics(const char *accept);

#endif
