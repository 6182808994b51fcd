// SPDX-License-Identifier: GPL-2.0
/* trace_format.c - fuzzes the parser of the `format` file of a tracepoint. */
#include "datapath/kernel/trace_format.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(trace_format_free) struct trace_format format = {};
	_cleanup_free_ char *text = bytes_of(data, size);

	if (trace_format_parse(text, size, &format) < 0)
		return 0;
	HOLDS(format.count && *format.name);
	for (size_t i = 0; i < format.count; i++) {
		const struct trace_field *field = &format.fields[i];

		HOLDS(*field->name && *field->type);
		HOLDS(trace_format_field(&format, field->name));
	}
	return 0;
}
