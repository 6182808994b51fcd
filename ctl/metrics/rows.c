// SPDX-License-Identifier: GPL-2.0
/* rows.c - see rows.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/attach/labels.h"
#include "ctl/metrics/rows.h"
#include "ctl/write/utf8.h"
#include "datapath/base/cleanup.h"

void prom_rows_free(struct prom_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->items[i].labels);
	free(rows->items);
	*rows = (struct prom_rows){};
}

char *prom_escape(const char *text)
{
	bool valid = utf8_valid(text); /* the kernel allows almost any bytes in names */
	char *escaped = malloc(5 * strlen(text) + 1), *at = escaped;

	if (!escaped)
		return NULL;
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '\n')
			at = stpcpy(at, "\\n");
		else if (byte == '\\' || byte == '"')
			at += sprintf(at, "\\%c", byte);
		else if (byte >= 0x80 && !valid)
			at += sprintf(at, "\\\\x%02x", byte);
		else
			*at++ = *text;
	}
	*at = '\0';
	return escaped;
}

/* Returns NULL if out of memory. */
static char *target_labels(const struct weir_slot *r)
{
	enum weir_target_kind kind = weir_target_kind(r);
	_cleanup_free_ char *name = NULL;
	char *labels, protocol[16], local_port[8] = "";
	uint16_t port;
	int length = -1;

	if (kind == WEIR_TARGET_SOCKET) {
		weir_socket_name_split(r->target, protocol, sizeof(protocol), &port);
		if (port)
			snprintf(local_port, sizeof(local_port), "%u", port);
		length = asprintf(&labels, "socket=\"%s\",local_port=\"%s\"", protocol, local_port);
	} else {
		name = prom_escape(weir_target_name(r));
		if (name)
			length = asprintf(&labels, "%s=\"%s\"", weir_target_kind_name(kind), name);
	}
	return length < 0 ? NULL : labels;
}

/* A namespace without a name gets its cookie, as in tables. */
static int make_labels(const struct weir_attachment *a, char **ret_labels)
{
	const struct weir_slot *r = &a->record;
	_cleanup_free_ char *netns = NULL, *target = target_labels(r);
	char label[WEIR_NETNS_LEN] = "";

	if (weir_target_kind(r) != WEIR_TARGET_CGROUP && (r->netns_name[0] || !a->here))
		netns_label(a, label, sizeof(label));
	netns = prom_escape(label);
	if (!netns || !target ||
	    asprintf(ret_labels, "netns=\"%s\",%s,hook=\"%s\"", netns, target,
		     weir_hook_name(r->hook)) < 0)
		return -ENOMEM;
	return 0;
}

static void add_count(struct weir_count *sum, const struct weir_count *count)
{
	sum->packets += count->packets;
	sum->bytes += count->bytes;
}

static void add_counts(struct weir_counts *sum, const struct weir_counts *counts)
{
	add_count(&sum->total, &counts->total);
	add_count(&sum->wire, &counts->wire);
	for (int i = 0; i < WEIR_PROTOS; i++)
		add_count(&sum->protocols[i], &counts->protocols[i]);
	for (int i = 0; i < WEIR_VERDICTS; i++)
		add_count(&sum->verdicts[i], &counts->verdicts[i]);
	for (int i = 0; i < WEIR_SIZES; i++)
		sum->sizes[i] += counts->sizes[i];
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct prom_row *)a)->labels, ((const struct prom_row *)b)->labels);
}

static void merge(struct prom_rows *rows)
{
	size_t kept = 0;

	if (rows->count)
		qsort(rows->items, rows->count, sizeof(*rows->items), compare);
	for (size_t i = 0; i < rows->count; i++) {
		struct prom_row *into = kept ? &rows->items[kept - 1] : NULL;
		struct prom_row *row = &rows->items[i];

		if (!into || strcmp(into->labels, row->labels) != 0) {
			rows->items[kept++] = *row;
			continue;
		}
		free(row->labels);
		into->slots += row->slots;
		for (int s = 0; s < WEIR_STATES; s++)
			into->states[s] += row->states[s];
		if (row->attached_at_ns > into->attached_at_ns)
			into->attached_at_ns = row->attached_at_ns;
		into->counted |= row->counted;
		add_counts(&into->counts, &row->counts);
	}
	rows->count = kept;
}

int prom_rows_build(const struct weir_attachments *list, const struct weir_snapshot *snapshot,
		    struct prom_rows *ret_rows)
{
	_cleanup_(prom_rows_free) struct prom_rows rows = {};
	size_t room = (list ? list->count : 0) + (snapshot ? snapshot->count : 0) + 1;

	rows.items = calloc(room, sizeof(*rows.items));
	if (!rows.items)
		return -ENOMEM;
	for (size_t i = 0; list && i < list->count; i++) {
		struct prom_row *row = &rows.items[rows.count];

		if (make_labels(&list->items[i], &row->labels) < 0)
			return -ENOMEM;
		row->slots = row->states[list->items[i].state] = 1;
		row->attached_at_ns = list->items[i].record.attached_at_ns;
		rows.count++;
	}
	for (size_t i = 0; snapshot && i < snapshot->count; i++) {
		struct prom_row *row = &rows.items[rows.count];

		if (make_labels(&snapshot->items[i].attachment, &row->labels) < 0)
			return -ENOMEM;
		row->counted = true;
		row->counts = snapshot->items[i].counts;
		rows.count++;
	}
	merge(&rows);
	*ret_rows = rows;
	rows = (struct prom_rows){};
	return 0;
}
