/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fuzz.h - shared by the fuzz targets. A target is one parser. `make fuzz` builds it with
 * libFuzzer, and the unit tests run it over its corpus with replay.c.
 */
#ifndef WEIR_FUZZ_FUZZ_H
#define WEIR_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"

/* The entry point for libFuzzer; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts the target if a condition does not hold. */
#define HOLDS(condition)                                                                        \
	do {                                                                                    \
		if (!(condition)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                                \
		}                                                                               \
	} while (0)

/* Returns a heap copy of exactly that size, so that a sanitizer sees each read beyond its end. */
static inline void *bytes_of(const void *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	HOLDS(copy);
	if (size)
		memcpy(copy, data, size);
	return copy;
}

/* Returns a copy as a string. */
static inline char *text_of(const void *data, size_t size)
{
	char *text = malloc(size + 1);

	HOLDS(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* Opens a stream that reads the data. */
static inline FILE *stream_of(const void *data, size_t size)
{
	FILE *f = size ? fmemopen((void *)data, size, "r") : fopen("/dev/null", "r");

	HOLDS(f);
	return f;
}

#endif
