/* SPDX-License-Identifier: GPL-2.0 */
/* json.h - parts of all JSON documents. Their shapes are an interface: docs/json.md. */
#ifndef CTL_WRITE_JSON_H
#define CTL_WRITE_JSON_H

#include <jansson.h>
#include "ctl/frame/ctl.h"

/* What cannot be added makes the whole NULL: a document that lacks something is none. */
void json_add_item(json_t **array, json_t *item);
void json_add_member(json_t **object, const char *key, json_t *value);

/* The kernel takes nearly any bytes for a name. Those that are not UTF-8 become \xff and so on. */
json_t *json_text(const char *text);

/* The same; null for NULL and "". */
json_t *json_name(const char *name);

/* 0 is none. */
json_t *json_id(uint64_t id);

/* Prints and frees; one line, or indented. Returns an exit code. NULL: out of memory. */
int json_print(json_t *json, bool pretty);

#endif
