// SPDX-License-Identifier: GPL-2.0
/* json.c - see json.h. */
#include "ctl/write/json.h"

int json_failed(const struct invocation *inv, char bracket, const struct weir_error *err)
{
	struct json_stream js = { .out = stdout };

	if (!inv->json)
		return ctl_failed(err);
	if (bracket == '[')
		js_open(&js, NULL, '[');
	js_fail(&js, err->text);
	js_end(&js); /* the error has been reported already */
	return ctl_failed(err);
}
