// SPDX-License-Identifier: GPL-2.0
/*
 * test_tune_words.c - values, ports and addresses of ctl tune, parsed and formatted, also random
 * ones. WEIR_SEED repeats a run.
 */
#include <arpa/inet.h>
#include <errno.h>
#include "ctl/tune/words.h"
#include "datapath/base/cleanup.h"
#include "datapath/tests/check.h"

/* --- values --- */

static uint32_t value(enum weir_tune_option option, const char *text)
{
	uint32_t got = 0;

	assert_int_equal(tune_read_value(weir_tune_option(option), text, &got), 0);
	return got;
}

static int fault(enum weir_tune_option option, const char *text)
{
	uint32_t got = 12345;
	int ret = tune_read_value(weir_tune_option(option), text, &got);

	assert_int_equal(got, 12345);
	return ret;
}

TEST(values_in_their_units)
{
	assert_int_equal(value(WEIR_TUNE_RTO_MIN, "20ms"), 20000);
	assert_int_equal(value(WEIR_TUNE_RTO_MIN, "1.5s"), 1500000);
	assert_int_equal(value(WEIR_TUNE_RTO_MIN, "0.25ms"), 250);
	assert_int_equal(value(WEIR_TUNE_RTO_MIN, "2147s"), 2147000000);
	assert_int_equal(value(WEIR_TUNE_KEEPIDLE, "2h"), 7200);
	assert_int_equal(value(WEIR_TUNE_KEEPIDLE, "1000ms"), 1);
	assert_int_equal(value(WEIR_TUNE_RTO_MAX, "1m"), 60000);
	assert_int_equal(value(WEIR_TUNE_SNDBUF, "65536"), 65536);
	assert_int_equal(value(WEIR_TUNE_SNDBUF, "64KiB"), 65536);
	assert_int_equal(value(WEIR_TUNE_SNDBUF, "1.5M"), 1500000);
	assert_int_equal(value(WEIR_TUNE_PACING, "10Mbit"), 1250000);
	assert_int_equal(value(WEIR_TUNE_PACING, "8bit"), 1);
	assert_int_equal(value(WEIR_TUNE_PACING, "34Gbit"), 4250000000U);
	assert_int_equal(value(WEIR_TUNE_MARK, "0xdeadBEEF"), 0xdeadbeef);
	assert_int_equal(value(WEIR_TUNE_MARK, "010"), 10);
	assert_int_equal(value(WEIR_TUNE_MARK, "0"), 0);
	assert_int_equal(value(WEIR_TUNE_INITCWND, "1"), 1);
}

TEST(values_that_are_none)
{
	static const char *const wrong[] = {
		"",        " 1ms", "1 ms", "-1ms", "+1ms",  ".5s", "5.s",  "1.2.3s",
		"1.2345s", "1",    "1MS",  "1msx", "0x1ms", "ms",  "1e3s", "99999999999999999999s",
	};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(fault(WEIR_TUNE_RTO_MIN, wrong[i]), -EINVAL);
	assert_int_equal(fault(WEIR_TUNE_SNDBUF, "64kib"), -EINVAL);
	assert_int_equal(fault(WEIR_TUNE_PACING, "10"), -EINVAL);
	assert_int_equal(fault(WEIR_TUNE_MARK, "0x"), -EINVAL);
	assert_int_equal(fault(WEIR_TUNE_MARK, "0xg"), -EINVAL);
	assert_int_equal(fault(WEIR_TUNE_INITCWND, "0x10"), -EINVAL);
	assert_int_equal(fault(WEIR_TUNE_INITCWND, "1.0"), -EINVAL);
	assert_int_equal(fault(WEIR_TUNE_NODELAY, "1"), -EINVAL);
}

TEST(values_out_of_range_or_too_fine)
{
	assert_int_equal(fault(WEIR_TUNE_RTO_MIN, "0ms"), -ERANGE);
	assert_int_equal(fault(WEIR_TUNE_RTO_MIN, "0.5us"), -ERANGE);
	assert_int_equal(fault(WEIR_TUNE_RTO_MIN, "2148s"), -ERANGE);
	assert_int_equal(fault(WEIR_TUNE_KEEPIDLE, "1500ms"), -ERANGE);
	assert_int_equal(fault(WEIR_TUNE_RTO_MAX, "1.5us"), -ERANGE);
	assert_int_equal(fault(WEIR_TUNE_SNDBUF, "4G"), -ERANGE);
	assert_int_equal(fault(WEIR_TUNE_PACING, "35Gbit"), -ERANGE);
	assert_int_equal(fault(WEIR_TUNE_PACING, "9bit"), -ERANGE);
	assert_int_equal(fault(WEIR_TUNE_TOS, "256"), -ERANGE);
	assert_int_equal(fault(WEIR_TUNE_MARK, "4294967296"), -ERANGE);
	assert_int_equal(fault(WEIR_TUNE_MARK, "0xffffffffffffffffff"), -ERANGE);
}

TEST(classes_of_service)
{
	uint32_t tos = 1;

	assert_int_equal(tune_read_dscp("ef", &tos), 0);
	assert_int_equal(tos, 0xb8);
	assert_int_equal(tune_read_dscp("af21", &tos), 0);
	assert_int_equal(tos, 18 << 2);
	assert_int_equal(tune_read_dscp("63", &tos), 0);
	assert_int_equal(tos, 252);
	assert_int_equal(tune_read_dscp("64", &tos), -EINVAL);
	assert_int_equal(tune_read_dscp("gold", &tos), -EINVAL);
	assert_int_equal(tos, 252);
}

/* --- ports and addresses --- */

static const char *ports(const char *text)
{
	static char word[TUNE_WORD];
	uint16_t min, max;

	return tune_read_ports(text, &min, &max) < 0
		       ? "none"
		       : tune_ports_word(min, max, word, sizeof(word));
}

TEST(ports_there_and_back)
{
	assert_string_equal(ports("80"), "80");
	assert_string_equal(ports("1-65535"), "1-65535");
	assert_string_equal(ports("80-80"), "80");
	assert_string_equal(ports("80-79"), "none");
	assert_string_equal(ports("0"), "none");
	assert_string_equal(ports("65536"), "none");
	assert_string_equal(ports("80-"), "none");
	assert_string_equal(ports("-80"), "none");
	assert_string_equal(ports("80-90-91"), "none");
	assert_string_equal(ports("1 - 2"), "none");
	assert_string_equal(ports(""), "none");
	assert_string_equal(tune_ports_word(0, 65535, (char[TUNE_WORD]){ 0 }, TUNE_WORD), "-");
}

static const char *network(const char *text)
{
	static char word[TUNE_WORD];
	struct weir_tune_rule rule = {};

	return tune_read_network(text, rule.remote, rule.mask) < 0
		       ? "none"
		       : tune_network_word(&rule, word, sizeof(word));
}

TEST(networks_there_and_back)
{
	assert_string_equal(network("10.0.0.0/8"), "10.0.0.0/8");
	assert_string_equal(network("0.0.0.0/0"), "0.0.0.0/0");
	assert_string_equal(network("192.0.2.1"), "192.0.2.1");
	assert_string_equal(network("192.0.2.1/32"), "192.0.2.1");
	assert_string_equal(network("2001:DB8::/32"), "2001:db8::/32");
	assert_string_equal(network("::1"), "::1");
	assert_string_equal(network("::ffff:10.0.0.0/104"), "10.0.0.0/8");
	assert_string_equal(network("::/0"), "-");
	assert_string_equal(network("10.0.0.1/8"), "none");
	assert_string_equal(network("2001:db8::1/32"), "none");
	assert_string_equal(network("10.0.0.0/33"), "none");
	assert_string_equal(network("::/129"), "none");
	assert_string_equal(network("10.0.0.0/"), "none");
	assert_string_equal(network("10.0.0/8"), "none");
	assert_string_equal(network("10.0.0.0/8/8"), "none");
	assert_string_equal(network("10.0.0.0/ 8"), "none");
	assert_string_equal(network("example.org"), "none");
	assert_string_equal(network(""), "none");
}

static const char *end(const char *text)
{
	static char word[TUNE_WORD];
	char address[INET6_ADDRSTRLEN];
	uint8_t bytes[16];
	uint16_t port;

	if (tune_read_end(text, bytes, &port) < 0)
		return "none";
	inet_ntop(AF_INET6, bytes, address, sizeof(address));
	snprintf(word, sizeof(word), "%s %u", address, port);
	return word;
}

TEST(ends_of_connections)
{
	assert_string_equal(end("192.0.2.1:443"), "::ffff:192.0.2.1 443");
	assert_string_equal(end("[2001:db8::1]:1"), "2001:db8::1 1");
	assert_string_equal(end("2001:db8::1:443"), "none");
	assert_string_equal(end("[192.0.2.1]:443"), "none");
	assert_string_equal(end("192.0.2.1"), "none");
	assert_string_equal(end("192.0.2.1:0"), "none");
	assert_string_equal(end("192.0.2.1:"), "none");
	assert_string_equal(end(":443"), "none");
	assert_string_equal(end("[]:443"), "none");
	assert_string_equal(end("[:443"), "none");
	assert_string_equal(end("]:443"), "none");
	assert_string_equal(end("[::1:443"), "none");
	assert_string_equal(end(""), "none");
}

/* --- random values --- */

#define ROUNDS 200000

static void random_text(uint64_t *random, char *text, size_t size)
{
	static const char letters[] = "0123456789.:/-[]xabcfmskMGiBt ";
	size_t n = random_below(random, (uint32_t)size);

	for (size_t i = 0; i < n; i++)
		text[i] = random_below(random, 50)
				  ? letters[random_below(random, sizeof(letters) - 1)]
				  : (char)(1 + random_below(random, 255));
	text[n] = '\0';
}

/* A value that is parsed and formatted is parsed to the same value again. */
TEST(random_words)
{
	uint64_t random = test_seed();
	unsigned int taken = 0;

	for (int round = 0; round < ROUNDS; round++) {
		char text[24], copy[TUNE_WORD];
		uint32_t got;
		unsigned int option = random_below(&random, WEIR_TUNE_OPTIONS);

		random_text(&random, text, random_below(&random, 2) ? 6 : sizeof(text));
		if (tune_read_value(weir_tune_option(option), text, &got) == 0) {
			assert_uint_in_range(got, weir_tune_option(option)->min,
					     weir_tune_option(option)->max);
			taken++;
		}
		snprintf(copy, sizeof(copy), "%s", ports(text));
		if (strcmp(copy, "none") != 0)
			assert_string_equal(ports(copy), copy);
		snprintf(copy, sizeof(copy), "%s", network(text));
		if (strcmp(copy, "none") != 0 && strcmp(copy, "-") != 0)
			assert_string_equal(network(copy), copy);
		end(text);
		tune_read_dscp(text, &got);
	}
	assert_true(taken > ROUNDS / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_in_their_units),
		cmocka_unit_test(values_that_are_none),
		cmocka_unit_test(values_out_of_range_or_too_fine),
		cmocka_unit_test(classes_of_service),
		cmocka_unit_test(ports_there_and_back),
		cmocka_unit_test(networks_there_and_back),
		cmocka_unit_test(ends_of_connections),
		cmocka_unit_test(random_words),
	};

	return cmocka_run_group_tests_name("tune words", tests, NULL, NULL);
}
