// SPDX-License-Identifier: GPL-2.0
/* json.c - see json.h. */
#include "ctl/doctor/json.h"
#include "ctl/write/json_stream.h"

int json_checks(const struct weir_checks *checks, bool pretty, FILE *out)
{
	static const char *const results[] = { "ok", "limited", "missing" };
	struct json_stream js = { .out = out, .pretty = pretty };

	js_open(&js, NULL, '[');
	for (size_t i = 0; i < checks->count; i++) {
		const struct weir_check *c = &checks->items[i];

		js_open(&js, NULL, '{');
		js_text(&js, "feature", c->name);
		js_word(&js, "health", results[c->result]);
		js_text(&js, "found", c->found);
		js_text(&js, "cost", c->result == WEIR_CHECK_OK ? NULL : c->cost);
		js_close(&js, '}');
	}
	js_close(&js, ']');
	return js_end(&js);
}
