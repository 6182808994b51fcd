/* SPDX-License-Identifier: GPL-2.0 */
/* json.h - formats attachments as JSON. docs/json.md describes it. */
#ifndef CTL_ATTACH_JSON_H
#define CTL_ATTACH_JSON_H

#include "ctl/write/json_stream.h"
#include "datapath/weir.h"

/* Return 0 or -EIO. */
int json_status(const struct weir_attachments *list, bool skip_loopback, bool pretty, FILE *out);
int json_changes(const struct weir_changes *changes, bool pretty, FILE *out);

/* Writes the array of changes under `key` into another document. */
void put_changes(struct json_stream *js, const char *key, const struct weir_changes *changes);

/* Write the target of an attachment: netns, interface, cgroup and socket, as in other documents. */
void put_cgroup(struct json_stream *js, const struct weir_slot *record);
void put_socket(struct json_stream *js, const struct weir_slot *record);

#endif
