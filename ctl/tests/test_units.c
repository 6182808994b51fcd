// SPDX-License-Identifier: GPL-2.0
/* test_units.c - formatted numbers. */
#include <errno.h>
#include <math.h>
#include "ctl/write/units.h"
#include "datapath/tests/check.h"

static void expect_rate(double value, const char *text)
{
	char buffer[32];

	assert_string_equal(format_rate(value, "pps", buffer, sizeof(buffer)), text);
}

TEST(rates)
{
	expect_rate(0, "0 pps");
	expect_rate(0.06, "0.1 pps");
	expect_rate(1, "1.0 pps");
	expect_rate(9.94, "9.9 pps");
	expect_rate(9.96, "10 pps");
	expect_rate(999, "999 pps");
	expect_rate(999.4, "999 pps");
	expect_rate(1000, "1.00 kpps");
	expect_rate(1250, "1.25 kpps");
	expect_rate(12500, "12.5 kpps");
	expect_rate(125000, "125 kpps");
	expect_rate(14.88e6, "14.9 Mpps");
	expect_rate(1e9, "1.00 Gpps");
	expect_rate(1e12, "1.00 Tpps");
	expect_rate(1e15, "1.00 Ppps");
	expect_rate(1e18, "1.00 Epps");
	expect_rate(1e21, "1000 Epps");
}

TEST(rates_at_the_edge_of_a_prefix)
{
	expect_rate(999.5, "1.00 kpps");
	expect_rate(999499, "999 kpps");
	expect_rate(999500, "1.00 Mpps");
	expect_rate(999999, "1.00 Mpps");
	expect_rate(9994, "9.99 kpps");
	expect_rate(9996, "10.0 kpps");
	expect_rate(99940, "99.9 kpps");
	expect_rate(99960, "100 kpps");
}

TEST(rates_that_are_none)
{
	expect_rate(-1, "0 pps");
	expect_rate(-INFINITY, "0 pps");
	expect_rate(NAN, "0 pps");
}

TEST(rates_in_bits)
{
	char buffer[32];

	assert_string_equal(format_rate(1e9, "bit/s", buffer, sizeof(buffer)), "1.00 Gbit/s");
	assert_string_equal(format_rate(12.5e6, "bit/s", buffer, sizeof(buffer)), "12.5 Mbit/s");
}

TEST(rates_rise_with_their_value)
{
	char buffer[32];

	/* Three digits, one prefix, and never 1000 of anything below the last prefix. */
	for (double value = 0.2; value < 1e18; value *= 1.0137) {
		double shown;

		format_rate(value, "x", buffer, sizeof(buffer));
		shown = strtod(buffer, NULL);
		assert_true(shown < 1000);
		assert_true(strlen(buffer) <= strlen("99.9 Gx"));
	}
}

static void expect_age(uint64_t seconds, const char *text)
{
	char buffer[32];

	assert_string_equal(format_age(seconds, buffer, sizeof(buffer)), text);
}

TEST(ages)
{
	expect_age(0, "0s");
	expect_age(59, "59s");
	expect_age(60, "1m 0s");
	expect_age(192, "3m 12s");
	expect_age(3599, "59m 59s");
	expect_age(3600, "1h 0m");
	expect_age(7500, "2h 5m");
	expect_age(86399, "23h 59m");
	expect_age(86400, "1d 0h");
	expect_age(4 * 86400 + 3 * 3600 + 59, "4d 3h");
	expect_age(UINT64_MAX, "213503982334601d 7h");
}

static void expect_time(uint64_t ns, const char *text)
{
	char buffer[40];

	assert_string_equal(format_time(ns, buffer, sizeof(buffer)), text);
}

TEST(times)
{
	/* In UTC, regardless of the user's time zone. */
	setenv("TZ", "Asia/Kolkata", 1);
	expect_time(0, "1970-01-01T00:00:00.000Z");
	expect_time(1738324800123999999ULL, "2025-01-31T12:00:00.123Z");
	expect_time(1709164800000000000ULL, "2024-02-29T00:00:00.000Z");
	expect_time(999999999, "1970-01-01T00:00:00.999Z");
	expect_time(UINT64_MAX, "2554-07-21T23:34:33.709Z");
	unsetenv("TZ");
}

TEST(counts)
{
	char buffer[32];

	assert_string_equal(format_count(0, buffer, sizeof(buffer)), "0");
	assert_string_equal(format_count(UINT64_MAX, buffer, sizeof(buffer)),
			    "18446744073709551615");
}

TEST(shares)
{
	char buffer[16];

	assert_string_equal(format_share(0, 0, buffer, sizeof(buffer)), "-");
	assert_string_equal(format_share(0, 5, buffer, sizeof(buffer)), "0.0%");
	assert_string_equal(format_share(1, 8, buffer, sizeof(buffer)), "12.5%");
	assert_string_equal(format_share(1, 3, buffer, sizeof(buffer)), "33.3%");
	assert_string_equal(format_share(5, 5, buffer, sizeof(buffer)), "100.0%");
	assert_string_equal(format_share(UINT64_MAX, UINT64_MAX, buffer, sizeof(buffer)), "100.0%");
}

TEST(a_small_buffer_is_not_overrun)
{
	char buffer[4] = "abc";

	format_rate(123456, "pps", buffer, sizeof(buffer));
	assert_string_equal(buffer, "123");
	format_age(90, buffer, sizeof(buffer));
	assert_string_equal(buffer, "1m ");
	format_time(0, buffer, sizeof(buffer));
	assert_string_equal(buffer, "197");
}

TEST(seconds)
{
	static const struct {
		const char *text;
		double seconds;
	} good[] = {
		{ "1", 1 },           { "2.5", 2.5 }, { "0.1", 0.1 }, { "86400", 86400 },
		{ "86400.0", 86400 }, { "1e2", 100 }, { ".5", 0.5 },  { "+3", 3 },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		double value = -1;

		assert_int_equal(parse_seconds(good[i].text, &value), 0);
		assert_true(value == good[i].seconds);
	}
}

TEST(seconds_that_are_none)
{
	static const char *const bad[] = {
		"",    "x",   "1x",  "1 ",    "0",       "0.09", "-1",    "86401", "1e9",
		"nan", "inf", "1,5", "1e999", "1e-9999", "--",   "0.0.1", "1\n",   " ",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		double value = -1;

		assert_int_equal(parse_seconds(bad[i], &value), -EINVAL);
		assert_true(value == -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates),
		cmocka_unit_test(rates_at_the_edge_of_a_prefix),
		cmocka_unit_test(rates_that_are_none),
		cmocka_unit_test(rates_in_bits),
		cmocka_unit_test(rates_rise_with_their_value),
		cmocka_unit_test(ages),
		cmocka_unit_test(times),
		cmocka_unit_test(counts),
		cmocka_unit_test(shares),
		cmocka_unit_test(a_small_buffer_is_not_overrun),
		cmocka_unit_test(seconds),
		cmocka_unit_test(seconds_that_are_none),
	};

	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
