// SPDX-License-Identifier: GPL-2.0
/*
 * usdt.c - fuzzes the parser of USDT notes and their argument locations. The first byte says if the
 * program is 64-bit; the rest is the note.
 */
#include <elf.h>
#include "datapath/probes/session/place.h"
#include "fuzz/fuzz.h"

static void places(const struct usdt_location *location, const struct usdt_arg *arg)
{
	static const uint16_t machines[] = { EM_X86_64, EM_AARCH64, EM_386 };
	struct probe_place_arg place;

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		probe_place_parse(machines[i], location, arg, "/dev/null", &place);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ void *bytes = size ? bytes_of(data + 1, size - 1) : NULL;
	_cleanup_free_ char *args = NULL;
	struct usdt_location location = {};
	struct usdt_note note;

	if (!size || usdt_parse_note(bytes, size - 1, data[0] & 1, &note) < 0)
		return 0;
	HOLDS(*note.provider && *note.name);
	args = text_of(note.args, strlen(note.args));
	if (usdt_parse_args(args, location.args, &location.arg_count) < 0)
		return 0;
	HOLDS(location.arg_count <= USDT_ARGS);
	for (size_t i = 0; i < location.arg_count; i++)
		places(&location, &location.args[i]);
	return 0;
}
