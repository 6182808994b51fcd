// SPDX-License-Identifier: GPL-2.0
/* test_growth.c - growth and rate of counters. */
#include "datapath/base/growth.h"
#include "datapath/tests/check.h"

#define SECOND 1000000000ULL

static void expect(struct weir_count before, struct weir_count now, struct weir_count grown)
{
	struct weir_count count = growth_of_count(&before, &now);

	assert_int_equal(count.packets, grown.packets);
	assert_int_equal(count.bytes, grown.bytes);
}

TEST(a_counter_grows_by_the_difference)
{
	assert_int_equal(growth(100, 300), 200);
	assert_int_equal(growth(100, 100), 0);
	assert_int_equal(growth(0, UINT64_MAX), UINT64_MAX);
	expect((struct weir_count){ 10, 1000 }, (struct weir_count){ 13, 1200 },
	       (struct weir_count){ 3, 200 });
}

TEST(less_than_before_is_all_since_a_reset)
{
	assert_int_equal(growth(100, 30), 30);
	assert_int_equal(growth(100, 0), 0);
}

/* For a counter of 32 bits. The result is too small, which is better than 4 billion too large. */
TEST(a_counter_that_wrapped_is_taken_for_one_that_was_reset)
{
	assert_int_equal(growth(UINT32_MAX - 10, 5), 5);
}

/*
 * After a reset, a few large packets may have more bytes than many small ones before, with fewer
 * packets.
 */
TEST(packets_and_bytes_are_reset_together)
{
	expect((struct weir_count){ 100, 6400 }, (struct weir_count){ 50, 75000 },
	       (struct weir_count){ 50, 75000 });
	expect((struct weir_count){ 10, 15000 }, (struct weir_count){ 200, 12800 },
	       (struct weir_count){ 200, 12800 });
}

TEST(a_counter_that_vanished_and_came_back_has_grown_by_all_it_has)
{
	const uint64_t readings[] = { 100, 0, 7 };

	assert_int_equal(growth(readings[0], readings[1]), 0);
	assert_int_equal(growth(readings[1], readings[2]), 7);
}

TEST(the_first_reading_has_no_rate)
{
	assert_true(growth_seconds(0, 5 * SECOND) == 0);
	assert_true(growth_rate(100, growth_seconds(0, 5 * SECOND)) == 0);
}

TEST(no_time_is_no_rate)
{
	assert_true(growth_seconds(5 * SECOND, 5 * SECOND) == 0);
	assert_true(growth_rate(100, 0) == 0);
}

TEST(a_clock_that_went_back_gives_no_rate)
{
	assert_true(growth_seconds(5 * SECOND, 4 * SECOND) == 0);
	assert_true(growth_rate(100, -1) == 0);
}

TEST(a_rate_is_growth_over_time)
{
	assert_true(growth_seconds(5 * SECOND, 7 * SECOND) == 2);
	assert_true(growth_rate(growth(100, 300), 2) == 100);
	assert_true(growth_rate(0, 2) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_counter_grows_by_the_difference),
		cmocka_unit_test(less_than_before_is_all_since_a_reset),
		cmocka_unit_test(a_counter_that_wrapped_is_taken_for_one_that_was_reset),
		cmocka_unit_test(packets_and_bytes_are_reset_together),
		cmocka_unit_test(a_counter_that_vanished_and_came_back_has_grown_by_all_it_has),
		cmocka_unit_test(the_first_reading_has_no_rate),
		cmocka_unit_test(no_time_is_no_rate),
		cmocka_unit_test(a_clock_that_went_back_gives_no_rate),
		cmocka_unit_test(a_rate_is_growth_over_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
