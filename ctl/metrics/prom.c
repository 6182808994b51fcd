// SPDX-License-Identifier: GPL-2.0
/* prom.c - see prom.h. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include "ctl/metrics/prom.h"
#include "ctl/metrics/rows.h"
#include "ctl/metrics/writer.h"
#include "datapath/base/cleanup.h"

/* --- attachments --- */

/* These classes are disjoint, and their sum is all packets. */
static bool is_part(int protocol)
{
	return protocol != WEIR_PROTO_IPV4 && protocol != WEIR_PROTO_IPV6;
}

static void by_protocol(struct writer *w, bool parts, bool bytes)
{
	for (size_t i = 0; i < w->rows.count; i++) {
		const struct prom_row *row = &w->rows.items[i];

		for (int p = 0; p < WEIR_PROTOS && row->counted; p++) {
			const struct weir_count *c = &row->counts.protocols[p];

			if (is_part(p) == parts)
				prom_number(w, row->labels, parts ? "protocol" : "version",
					    weir_protocol_name(p), bytes ? c->bytes : c->packets);
		}
	}
}

static void by_verdict(struct writer *w, bool bytes)
{
	for (size_t i = 0; i < w->rows.count; i++) {
		const struct prom_row *row = &w->rows.items[i];

		for (int v = 0; v < WEIR_VERDICTS && row->counted; v++) {
			const struct weir_count *c = &row->counts.verdicts[v];

			prom_number(w, row->labels, "verdict", weir_verdict_name(v),
				    bytes ? c->bytes : c->packets);
		}
	}
}

static void wire(struct writer *w, bool bytes)
{
	for (size_t i = 0; i < w->rows.count; i++) {
		const struct weir_count *c = &w->rows.items[i].counts.wire;

		if (w->rows.items[i].counted)
			prom_number(w, w->rows.items[i].labels, NULL, NULL,
				    bytes ? c->bytes : c->packets);
	}
}

static void sizes(struct writer *w)
{
	for (size_t i = 0; i < w->rows.count; i++) {
		const struct prom_row *row = &w->rows.items[i];
		uint64_t sum = 0;
		char bound[16];

		if (!row->counted)
			continue;
		for (unsigned int s = 0; s < WEIR_SIZES; s++) {
			sum += row->counts.sizes[s];
			snprintf(bound, sizeof(bound), "%u.0", weir_size_bound(s));
			prom_labels(w, "_bucket", row->labels, "le",
				    weir_size_bound(s) ? bound : "+Inf");
			fprintf(w->out, " %" PRIu64 "\n", sum);
		}
		prom_labels(w, "_sum", row->labels, NULL, NULL);
		fprintf(w->out, " %" PRIu64 "\n", (uint64_t)row->counts.total.bytes);
		prom_labels(w, "_count", row->labels, NULL, NULL);
		fprintf(w->out, " %" PRIu64 "\n", sum);
	}
}

static void put_counts(struct writer *w)
{
	prom_family(
		w, "weir_packets", COUNTER,
		"Packets as handled by the hook, by protocol class; the classes add up to all.");
	by_protocol(w, true, false);
	prom_family(w, "weir_bytes", COUNTER,
		    "Bytes of packets as handled, layer 2 without FCS, by protocol class.");
	by_protocol(w, true, true);
	prom_family(w, "weir_ip_packets", COUNTER,
		    "IP packets as handled, by version; protocol classes are part of these.");
	by_protocol(w, false, false);
	prom_family(w, "weir_ip_bytes", COUNTER, "Bytes of IP packets as handled, by version.");
	by_protocol(w, false, true);
	prom_family(w, "weir_wire_packets", COUNTER,
		    "Packets on the wire: each segment of a GSO or GRO super-packet counts.");
	wire(w, false);
	prom_family(w, "weir_wire_bytes", COUNTER, "Bytes on the wire, layer 2 without FCS.");
	wire(w, true);
	prom_family(w, "weir_verdict_packets", COUNTER, "Packets as handled, by verdict.");
	by_verdict(w, false);
	prom_family(w, "weir_verdict_bytes", COUNTER, "Bytes of packets as handled, by verdict.");
	by_verdict(w, true);
	prom_family(w, "weir_packet_size_bytes", HISTOGRAM,
		    "Sizes of packets as handled, layer 2 without FCS; buckets of RFC 2819.");
	sizes(w);
}

static void put_attachments(struct writer *w)
{
	prom_family(
		w, "weir_attachments", GAUGE,
		"Attachments by state: attached, gone (the interface no longer exists), drifted (somebody "
		"removed or replaced the program).");
	for (size_t i = 0; i < w->rows.count; i++) {
		const struct prom_row *row = &w->rows.items[i];

		for (int s = 0; s < WEIR_STATES && row->slots; s++)
			prom_number(w, row->labels, "state", weir_state_name(s), row->states[s]);
	}
	prom_family(w, "weir_attached_timestamp_seconds", GAUGE,
		    "When the program was attached, in seconds since the epoch.");
	for (size_t i = 0; i < w->rows.count; i++) {
		const struct prom_row *row = &w->rows.items[i];

		if (row->slots) {
			prom_labels(w, "", row->labels, NULL, NULL);
			fprintf(w->out, " %" PRIu64 ".%03u\n", row->attached_at_ns / 1000000000,
				(unsigned int)(row->attached_at_ns / 1000000 % 1000));
		}
	}
	prom_family(w, "weir_skip_loopback", GAUGE,
		    "1: traffic of loopback devices is not counted.");
	prom_number(w, "", NULL, NULL, w->view->skip_loopback);
}

/* --- tables --- */

static void put_flows(struct writer *w)
{
	const struct weir_flow_usage *u = w->view->flows;

	prom_family(w, "weir_flow_table_entries", GAUGE, "Flows in the flow table.");
	prom_number(w, "", NULL, NULL, u->entries);
	prom_family(w, "weir_flow_table_capacity", GAUGE,
		    "Flows that the flow table has room for.");
	prom_number(w, "", NULL, NULL, u->capacity);
	prom_family(w, "weir_flow_cache_entries", GAUGE,
		    "Entries in use in the flow caches of all CPUs.");
	prom_number(w, "", NULL, NULL, u->cached);
	prom_family(w, "weir_flows_inserted", COUNTER, "Flows that entered the flow table.");
	prom_number(w, "", NULL, NULL, u->inserted);
	prom_family(w, "weir_flows_evicted", COUNTER,
		    "Flows that made room for newer ones; their counts are lost.");
	prom_number(w, "", NULL, NULL, u->evicted);
	prom_family(w, "weir_flow_unrecorded_packets", COUNTER,
		    "Packets for which the flow table had no room; they are in no flow.");
	prom_number(w, "", NULL, NULL, u->failed_packets);
	prom_family(w, "weir_flow_unrecorded_bytes", COUNTER, "Bytes of those packets.");
	prom_number(w, "", NULL, NULL, u->failed_bytes);
}

struct fullness {
	const char *name;
	uint64_t entries, capacity;
};

static void put_map(struct writer *w, int what, const struct fullness *f)
{
	char row[64];

	if (!f->capacity)
		return;
	snprintf(row, sizeof(row), "map=\"%s\"", f->name);
	if (what < 2)
		prom_number(w, row, NULL, NULL, what ? f->capacity : f->entries);
	else
		prom_real(w, row, (double)f->entries / (double)f->capacity);
}

static void put_maps(struct writer *w)
{
	static const char *const families[][2] = {
		{ "weir_map_entries", "Entries in use in a pinned map." },
		{ "weir_map_capacity", "Entries that a pinned map has room for." },
		{ "weir_map_pressure_ratio", "Entries in use divided by capacity; 1 is full." },
	};

	for (int what = 0; what < 3; what++) {
		const struct weir_flow_usage *u = w->view->flows;

		prom_family(w, families[what][0], GAUGE, families[what][1]);
		if (u)
			put_map(w, what, &(struct fullness){ "flows", u->entries, u->capacity });
		for (size_t i = 0; i < w->view->maps->count; i++) {
			const struct weir_map_usage *m = &w->view->maps->items[i];

			put_map(w, what, &(struct fullness){ m->name, m->entries, m->capacity });
		}
	}
}

/* --- the server itself --- */

static void put_self(struct writer *w)
{
	static const char *const classes[] = { "", "1xx", "2xx", "3xx", "4xx", "5xx" };
	const struct prom_self *self = w->view->self;
	const struct prom_view *v = w->view;
	char layout[16];

	prom_family(w, "weir_build_info", GAUGE, "1; the labels describe this ctl.");
	snprintf(layout, sizeof(layout), "%d", WEIR_LAYOUT);
	prom_number(w, "version=\"" WEIR_VERSION "\"", "layout", layout, 1);
	prom_family(w, "weir_up", GAUGE, "1: everything could be read for this scrape.");
	prom_number(w, "", NULL, NULL, prom_complete(v));
	prom_family(w, "weir_scrapes", COUNTER, "Scrapes, including this one.");
	prom_number(w, "", NULL, NULL, self->scrapes);
	prom_family(w, "weir_scrape_errors", COUNTER, "Scrapes that could not read everything.");
	prom_number(w, "", NULL, NULL, self->scrape_errors);
	prom_family(w, "weir_scrape_duration_seconds", GAUGE,
		    "Time to read the maps for this scrape.");
	prom_real(w, "", self->scrape_seconds);
	prom_family(w, "weir_http_requests", COUNTER, "Requests answered, by class of status.");
	for (int i = 2; i < 6; i++)
		prom_number(w, "", "status", classes[i], self->requests[i]);
	prom_family(w, "weir_http_rejected_requests", COUNTER,
		    "Requests answered with 503, because too many were in progress.");
	prom_number(w, "", NULL, NULL, self->rejected);
	prom_family(w, "weir_http_unauthorized_requests", COUNTER,
		    "Requests answered with 401 or 429, without a valid token or password.");
	prom_number(w, "", NULL, NULL, self->refused);
	prom_family(w, "weir_http_streams", GAUGE, "Open event streams.");
	prom_number(w, "", NULL, NULL, self->streams);
	prom_family(w, "process_resident_memory_bytes", GAUGE,
		    "Resident memory of the serving process.");
	prom_number(w, "", NULL, NULL, self->resident_bytes);
	prom_family(w, "process_start_time_seconds", GAUGE,
		    "Start time of the serving process, in seconds since the epoch.");
	prom_labels(w, "", "", NULL, NULL);
	fprintf(w->out, " %.3f\n", self->start_seconds);
}

bool prom_complete(const struct prom_view *v)
{
	return v->list && v->snapshot && v->flows && v->maps && v->tcp && v->tune &&
	       !v->probe_failed;
}

int out_prom(const struct prom_view *view, FILE *out)
{
	struct writer w = { .view = view, .out = out };

	if (prom_rows_build(view->list, view->snapshot, &w.rows) < 0)
		return -ENOMEM;
	put_self(&w);
	if (view->snapshot)
		put_counts(&w);
	if (view->list)
		put_attachments(&w);
	if (view->flows)
		put_flows(&w);
	if (view->maps)
		put_maps(&w);
	put_system(&w);
	if (view->openmetrics)
		fputs("# EOF\n", out);
	prom_rows_free(&w.rows);
	if (w.failed)
		return -ENOMEM;
	return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}

bool prom_wants_openmetrics(const char *accept)
{
	const char *type = accept ? strstr(accept, "application/openmetrics-text") : NULL;
	char parameters[64];

	if (!type)
		return false;
	snprintf(parameters, sizeof(parameters), "%.*s", (int)strcspn(type, ","), type);
	type = strstr(parameters, "q=0");
	return !type || strspn(type + 2, "0.") != strcspn(type + 2, " ;");
}
