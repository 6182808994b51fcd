/* SPDX-License-Identifier: GPL-2.0 */
/* table_list.h - prints probes one by one, as there are many. */
#ifndef CTL_PROBES_TABLE_LIST_H
#define CTL_PROBES_TABLE_LIST_H

#include <stdio.h>
#include "ctl/write/json_stream.h"
#include "datapath/probes/probes.h"

struct probe_view {
	FILE *out;
	bool verbose;
	bool color;
	struct json_stream js;
	bool begun; /* of js: something was printed */
};

/* arg: a struct probe_view. Returns 0 or -EIO. */
int out_probe(const struct weir_probe_item *item, void *arg);
void out_probe_notes(const struct weir_probe_notes *notes, FILE *out);

/* Prints nothing before the first probe, so that a failure leaves no partial document. */
void json_probes_begin(struct probe_view *view, bool pretty);
int json_probe(const struct weir_probe_item *item, void *arg);
int json_probes_end(struct probe_view *view, const struct weir_probe_notes *notes);

/* Call it instead of ending the document, which then says why it is incomplete if it has begun. */
void json_probes_fail(struct probe_view *view, const char *sentence);

#endif
