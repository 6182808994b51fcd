// SPDX-License-Identifier: GPL-2.0
/*
 * http_query.c - fuzzes the parameters of a request to ctl serve. The lines of the input are top, a
 * flag and a filter.
 */
#include "ctl/serve/query.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "top", "closed", "filter" };
	_cleanup_(weir_flow_filter_freep) struct weir_flow_filter *filter = NULL;
	_cleanup_free_ char *text = text_of(data, size);
	struct weir_error err = {};
	struct query query = {};
	char *rest = text;
	bool flag;
	size_t top;

	while (rest && query.count < ARRAY_SIZE(names)) {
		query.names[query.count] = names[query.count];
		query.values[query.count++] = strsep(&rest, "\n");
	}
	if (query_top(&query, 10, 10000, &top, &err) == 0)
		HOLDS(top >= 1 && top <= 10000);
	else
		HOLDS(err.text[0]);
	if (query_flag(&query, "closed", &flag, &err) < 0)
		HOLDS(err.text[0]);
	if (query.count > 2 && query_filter(query.values[2], &filter, &err) < 0)
		HOLDS(err.text[0]);
	return 0;
}
