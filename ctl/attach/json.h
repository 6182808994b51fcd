/* SPDX-License-Identifier: GPL-2.0 */
/* json.h - attachments as JSON. */
#ifndef CTL_ATTACH_JSON_H
#define CTL_ATTACH_JSON_H

#include <jansson.h>
#include "datapath/weir.h"

/* Each returns a new reference, NULL if out of memory. */
json_t *json_status(const struct weir_attachments *list, bool skip_loopback);
json_t *json_changes(const struct weir_changes *changes);

/* Path below the mount of cgroup2. */
json_t *json_cgroup(const struct weir_slot *record);
json_t *json_socket(const struct weir_slot *record);

#endif
