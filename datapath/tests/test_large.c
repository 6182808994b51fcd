// SPDX-License-Identifier: GPL-2.0
/* test_large.c - growing memory keeps its contents, also on the transition to huge pages. */
#include "datapath/base/large.h"
#include "datapath/tests/check.h"

TEST(growing_keeps_contents)
{
	size_t used = 0, size = 1000;
	unsigned char *bytes = large_alloc(size);

	assert_non_null(bytes);
	while (size < 64000000) {
		for (; used < size; used++)
			bytes[used] = (unsigned char)(used * 131 >> 3);
		size *= 2;
		bytes = large_grow(bytes, used, size);
		assert_non_null(bytes);
	}
	for (size_t i = 0; i < used; i++)
		assert_true(bytes[i] == (unsigned char)(i * 131 >> 3));
	free(bytes);
}

TEST(growing_from_nothing)
{
	void *memory = large_grow(NULL, 0, 10);

	assert_non_null(memory);
	free(memory);
	memory = large_grow(NULL, 0, 20000000);
	assert_non_null(memory);
	memset(memory, 1, 20000000);
	free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(growing_keeps_contents),
		cmocka_unit_test(growing_from_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
