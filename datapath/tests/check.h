/* SPDX-License-Identifier: GPL-2.0 */
/* check.h - asserts and helpers shared by the unit tests of datapath/ and ctl/. */
#ifndef WEIR_TESTS_CHECK_H
#define WEIR_TESTS_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/tests/asserts.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* Opens a text for reading; close it with fclose(). */
static inline FILE *file_of(const char *text, size_t length)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, length, f), length);
	rewind(f);
	return f;
}

/* Returns the seed of random tests, and prints it. Set WEIR_SEED to repeat a run. */
static inline uint64_t test_seed(void)
{
	const char *given = getenv("WEIR_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20240229;

	print_message("# WEIR_SEED=%llu\n", (unsigned long long)seed);
	return seed;
}

/* xorshift64* (Vigna 2016). */
static inline uint32_t random_u32(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (uint32_t)((*state * 0x2545F4914F6CDD1DULL) >> 32);
}

/* Returns a number below `bound`. */
static inline uint32_t random_below(uint64_t *state, uint32_t bound)
{
	return random_u32(state) % bound;
}

#endif
