/* SPDX-License-Identifier: GPL-2.0 */
/* table_list.h - probes one after the other, for there are many. */
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
	bool begun; /* of js: something was told */
};

/* arg: a struct probe_view. 0 or -EIO. */
int out_probe(const struct weir_probe_item *item, void *arg);
void out_probe_notes(const struct weir_probe_notes *notes, FILE *out);

/* Nothing is written before the first probe: a failure until then leaves no document. */
void json_probes_begin(struct probe_view *view, bool pretty);
int json_probe(const struct weir_probe_item *item, void *arg);
int json_probes_end(struct probe_view *view, const struct weir_probe_notes *notes);

/* In place of the end: the document, if it is begun, tells why it is not all. */
void json_probes_fail(struct probe_view *view, const char *sentence);

#endif
