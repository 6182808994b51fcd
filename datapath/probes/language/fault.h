/* SPDX-License-Identifier: GPL-2.0 */
/* fault.h - an error in a text, and its position. */
#ifndef WEIR_PROBES_LANGUAGE_FAULT_H
#define WEIR_PROBES_LANGUAGE_FAULT_H

#include <stddef.h>

struct probe_fault {
	char text[512];  /* one sentence, no newline, no full stop */
	size_t position; /* in bytes from the start of the source */
	size_t length;   /* in bytes; 0: no position */
};

/* Fills in the fault, which may be NULL, and returns -EINVAL. `start` points into source. */
int probe_fault_at(struct probe_fault *fault, const char *source, const char *start, size_t length,
		   const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Quotes a part of the source, shortened, without control characters. */
const char *probe_show(const char *start, size_t length, char *buffer, size_t size);

#define PROBE_SHOW(span) probe_show((span).start, (span).length, (char[64]){ 0 }, 64)

#endif
