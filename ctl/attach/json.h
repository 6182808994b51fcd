/* SPDX-License-Identifier: GPL-2.0 */
/* json.h - attachments as JSON. The shapes are in docs/json.md. */
#ifndef CTL_ATTACH_JSON_H
#define CTL_ATTACH_JSON_H

#include "ctl/write/json_stream.h"
#include "datapath/weir.h"

/* 0 or -EIO. */
int json_status(const struct weir_attachments *list, bool skip_loopback, bool pretty, FILE *out);
int json_changes(const struct weir_changes *changes, bool pretty, FILE *out);

/* The same array within another document. */
void put_changes(struct json_stream *js, const char *key, const struct weir_changes *changes);

/* What an attachment is to: netns, interface, cgroup and socket, as other documents have them. */
void put_cgroup(struct json_stream *js, const struct weir_slot *record);
void put_socket(struct json_stream *js, const struct weir_slot *record);

#endif
