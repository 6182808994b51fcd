// SPDX-License-Identifier: GPL-2.0
/*
 * kernel_text.c - fuzzes parsers of other kernel texts. The first byte selects the parser, the rest
 * is the text: /proc/PID/maps, /proc/kallsyms, names of drop reasons, a line of trace_pipe, the
 * verifier's log.
 */
#include "datapath/base/verifier_log.h"
#include "datapath/drops/reasons.h"
#include "datapath/elf/process_symbols.h"
#include "datapath/kernel/symbols.h"
#include "datapath/probes/trace_pipe.h"
#include "fuzz/fuzz.h"

static void process_maps(char *text, size_t size)
{
	uint64_t offset;
	char path[64];

	(void)size;
	if (user_map_parse(text, 0x1000, path, sizeof(path), &offset) == 0)
		HOLDS(path[0] == '/' && strlen(path) < sizeof(path));
}

static void kallsyms(char *text, size_t size)
{
	_cleanup_fclose_ FILE *f = stream_of(text, size);
	_cleanup_(symbols_free) struct symbols symbols = {};
	char name[64];

	if (symbols_read(f, &symbols) == 0)
		symbols_name(&symbols, 0x1000, name, sizeof(name));
}

static void drop_reasons(char *text, size_t size)
{
	_cleanup_fclose_ FILE *f = stream_of(text, size);
	_cleanup_(reasons_free) struct reasons reasons = {};

	reasons_from_format(&reasons, f);
}

static void trace_line(char *text, size_t size)
{
	struct weir_trace_line line;

	(void)size;
	if (weir_trace_line_parse(text, &line) == 0)
		HOLDS(line.command && line.flags && line.function && line.text);
}

static void verifier_log(char *text, size_t size)
{
	struct verifier_verdict verdict = {};

	(void)size;
	if (verifier_log_read(text, &verdict))
		HOLDS(verdict.reason[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const parsers[])(char *, size_t) = { process_maps, kallsyms, drop_reasons,
							   trace_line, verifier_log };
	_cleanup_free_ char *text = size ? text_of(data + 1, size - 1) : NULL;

	/* Use digits, so that inputs can be written by hand. */
	if (size && data[0] >= '0' && data[0] - '0' < (int)ARRAY_SIZE(parsers))
		parsers[data[0] - '0'](text, strlen(text));
	return 0;
}
