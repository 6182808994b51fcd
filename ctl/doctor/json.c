// SPDX-License-Identifier: GPL-2.0
/* json.c - see json.h. */
#include "ctl/doctor/json.h"
#include "ctl/write/json.h"

json_t *json_checks(const struct weir_checks *checks)
{
	static const char *const results[] = { "ok", "limited", "missing" };
	json_t *array = json_array();

	for (size_t i = 0; i < checks->count; i++) {
		const struct weir_check *c = &checks->items[i];

		json_add_item(&array,
			      json_pack("{s:s,s:s,s:o,s:o}", "feature", c->name, "health",
					results[c->result], "found", json_text(c->found), "cost",
					c->result == WEIR_CHECK_OK ? json_null()
								   : json_string(c->cost)));
	}
	return array;
}
