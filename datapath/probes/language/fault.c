// SPDX-License-Identifier: GPL-2.0
/* fault.c - see fault.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include "datapath/probes/language/fault.h"

int probe_fault_at(struct probe_fault *fault, const char *source, const char *start, size_t length,
		   const char *fmt, ...)
{
	va_list args;

	if (!fault)
		return -EINVAL;
	va_start(args, fmt);
	vsnprintf(fault->text, sizeof(fault->text), fmt, args);
	va_end(args);
	fault->position = (size_t)(start - source);
	fault->length = length ? length : 1;
	return -EINVAL;
}

const char *probe_show(const char *start, size_t length, char *buffer, size_t size)
{
	size_t used = 0;

	if (!length) {
		snprintf(buffer, size, "the end");
		return buffer;
	}
	buffer[used++] = '\'';
	for (size_t i = 0; i < length && used + 6 < size; i++) {
		unsigned char c = (unsigned char)start[i];

		buffer[used++] = c < 0x20 || c >= 0x7f ? '?' : (char)c;
		if (i == 40 && length > 44) {
			used += (size_t)snprintf(buffer + used, size - used, "...");
			break;
		}
	}
	buffer[used++] = '\'';
	buffer[used] = '\0';
	return buffer;
}
