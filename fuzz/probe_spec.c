// SPDX-License-Identifier: GPL-2.0
/* probe_spec.c - fuzzes the parser of probe specifications. */
#include "datapath/probes/language/spec.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = text_of(data, size);
	struct probe_fault fault = {};
	struct probe_spec spec;

	if (probe_spec_parse(text, &spec, &fault) < 0)
		HOLDS(fault.text[0] && fault.position <= strlen(text));
	return 0;
}
