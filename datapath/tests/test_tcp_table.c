// SPDX-License-Identifier: GPL-2.0
/* test_tcp_table.c - distribution of connections over the sets of the TCP table. */
#include "bpf/abi/abi.h"
#include "datapath/tests/check.h"

#define SETS 2048
#define BATCH 4096 /* cookies that the kernel reserves for a CPU at once */

/* Returns how many places are taken if each CPU assigns `each` cookies, starting together. */
static size_t taken(unsigned int cpus, unsigned int each)
{
	static unsigned int filled[SETS];
	size_t sum = 0;

	memset(filled, 0, sizeof(filled));
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		for (unsigned int i = 0; i < each; i++) {
			uint64_t cookie = (uint64_t)cpu * BATCH + i + 1;
			uint32_t set = WEIR_TCP_SET(cookie, 7, SETS);

			assert_true(set < SETS);
			filled[set] += filled[set] < WEIR_TCP_WAYS;
		}
	}
	for (size_t i = 0; i < SETS; i++)
		sum += filled[i];
	return sum;
}

TEST(cookies_of_one_cpu_fill_the_table_evenly)
{
	assert_true(taken(1, 4096) > 4000);
	assert_true(taken(4, 4096) > 13000);
}

TEST(cpus_in_step_do_not_fill_the_same_sets)
{
	/* nearly all places; by a plain modulo, 16 CPUs would fill an eighth */
	assert_true(taken(16, 1024) > 7500);
	assert_true(taken(64, 256) > 7500);
	assert_true(taken(128, 128) > 7500);
}

TEST(eight_cookies_in_a_row_have_places_of_their_own)
{
	unsigned int seen = 0;

	for (uint64_t cookie = 8; cookie < 16; cookie++) {
		assert_int_equal(WEIR_TCP_SET(cookie, 3, SETS), WEIR_TCP_SET(8, 3, SETS));
		seen |= 1U << WEIR_TCP_WAY(cookie, 3);
	}
	assert_int_equal(seen, 0xff);
}

TEST(tags_tell_owners_and_cookies_apart)
{
	assert_true(WEIR_TCP_TAG(5, 1) != WEIR_TCP_TAG(5, 2));
	assert_true(WEIR_TCP_TAG(5, 1) != WEIR_TCP_TAG(6, 1));
	assert_true((WEIR_TCP_TAG(~0ULL, WEIR_INSTANCE_MAX) & WEIR_TCP_TAG_FLAGS) == 0);
	assert_true(WEIR_TCP_TAG_KEY(WEIR_TCP_TAG(~0ULL, 9)) == WEIR_TCP_TAG(~0ULL, 9));
	/* flags and time do not belong to the key */
	assert_true(WEIR_TCP_TAG_KEY(WEIR_TCP_TAG(5, 1) | WEIR_TCP_TAG_END(~0ULL) |
				     WEIR_TCP_TAG_FLAGS) == WEIR_TCP_TAG(5, 1));
	assert_true((WEIR_TCP_TAG_END(~0ULL) & WEIR_TCP_TAG_FLAGS) == 0);
	assert_int_equal(WEIR_TCP_TAG(~0ULL, WEIR_INSTANCE_MAX) >> WEIR_TCP_TAG_OWNER_SHIFT,
			 WEIR_INSTANCE_MAX);
}

TEST(a_tag_tells_how_long_ago_a_connection_ended)
{
	const uint64_t second = 1ULL << 30, cycle = (WEIR_TCP_TAG_ENDS + 1) * second;
	const uint64_t times[] = { 0, 3 * second, 77777 * second, cycle - second, 9 * cycle };

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		uint64_t tag = WEIR_TCP_TAG(~0ULL, 1) | WEIR_TCP_TAG_END(times[i]) |
			       WEIR_TCP_TAG_CLOSED;

		assert_int_equal(WEIR_TCP_TAG_AGE(tag, times[i]), 0);
		assert_int_equal(WEIR_TCP_TAG_AGE(tag, times[i] + 5 * second), 5);
		assert_int_equal(WEIR_TCP_TAG_AGE(tag, times[i] + cycle - 1), WEIR_TCP_TAG_ENDS);
	}
	assert_uint_in_range(cycle / 1000000000 / 86400, 6, 7);
}

static uint64_t spare(uint64_t end, uint64_t time)
{
	return WEIR_TCP_TAG_SPARE(WEIR_TCP_TAG(7, 1) | WEIR_TCP_TAG_END(end) | WEIR_TCP_TAG_CLOSED,
				  time);
}

/* A packet has its arrival time, so a connection may have ended on another CPU a second later. */
TEST(what_has_just_ended_is_spared_last)
{
	const uint64_t second = 1ULL << 30, now = 77777 * second - 1;

	assert_true(spare(now + 1, now) > 0);
	assert_true(spare(now + 1, now) < spare(now, now));
	assert_true(spare(now, now) < spare(now - 5 * second, now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cookies_of_one_cpu_fill_the_table_evenly),
		cmocka_unit_test(cpus_in_step_do_not_fill_the_same_sets),
		cmocka_unit_test(eight_cookies_in_a_row_have_places_of_their_own),
		cmocka_unit_test(tags_tell_owners_and_cookies_apart),
		cmocka_unit_test(a_tag_tells_how_long_ago_a_connection_ended),
		cmocka_unit_test(what_has_just_ended_is_spared_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
