// SPDX-License-Identifier: GPL-2.0
/* utf8.c - see utf8.h. */
#include <stddef.h>
#include <stdint.h>
#include "ctl/write/utf8.h"

/* Returns the length of the multi-byte sequence at `at`; 0 if it is invalid. */
static size_t sequence(const unsigned char *at)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = (at[0] & 0xe0) == 0xc0   ? 2
			: (at[0] & 0xf0) == 0xe0 ? 3
			: (at[0] & 0xf8) == 0xf0 ? 4
						 : 0;
	uint32_t letter;

	if (!length)
		return 0;
	letter = at[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80) /* or the text ends here */
			return 0;
		letter = letter << 6 | (at[i] & 0x3f);
	}
	if (letter < least[length] || letter > 0x10ffff || (letter >= 0xd800 && letter < 0xe000))
		return 0;
	return length;
}

bool utf8_valid(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at) {
		size_t length = *at < 0x80 ? 1 : sequence(at);

		if (!length)
			return false;
		at += length;
	}
	return true;
}
