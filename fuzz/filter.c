// SPDX-License-Identifier: GPL-2.0
/* filter.c - fuzzes the compiler and the interpreter of flow filters. */
#include "datapath/weir.h"
#include "fuzz/fuzz.h"

#define SECOND 1000000000ULL

static const struct weir_flow_info flows[] = {
	{ .protocol = 6, .dst_port = 443, .packets = 10, .last_ns = SECOND, .tcp_flags = 0x12 },
	{ .protocol = 17, .v6 = true, .src_port = 53, .bytes = 1000, .first_ns = SECOND },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(weir_flow_filter_freep) struct weir_flow_filter *filter = NULL;
	_cleanup_free_ char *text = text_of(data, size);
	struct weir_attachment attachment = {};
	struct weir_filter_error err = {};

	if (weir_flow_filter_compile(text, &filter, &err) == 0) {
		for (size_t i = 0; i < ARRAY_SIZE(flows); i++)
			weir_flow_filter_match(filter, &flows[i], &attachment, 2 * SECOND);
	} else {
		HOLDS(!filter && err.text[0] && err.length);
		HOLDS(err.position <= strlen(text));
	}
	return 0;
}
