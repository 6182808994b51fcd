/* SPDX-License-Identifier: GPL-2.0 */
/* out_json.h - plain structs as JSON. The shapes are an interface: docs/json.md. */
#ifndef CTL_OUT_JSON_H
#define CTL_OUT_JSON_H

#include <jansson.h>
#include "ctl/ctl.h"
#include "ctl/view.h"

/* Each returns a new reference, NULL if out of memory. */
json_t *json_status(const struct weir_attachments *list, bool skip_loopback);
json_t *json_counters(const struct weir_snapshot *snapshot, const struct rates *rates,
		      bool per_cpu);
json_t *json_changes(const struct weir_changes *changes);
json_t *json_checks(const struct weir_checks *checks);

/* The kernel takes nearly any bytes for a name. Those that are not UTF-8 become \xff and so on. */
json_t *json_text(const char *text);

/* Prints and frees; one line, or indented. Returns an exit code. NULL: out of memory. */
int json_print(json_t *json, bool pretty);

#endif
