// SPDX-License-Identifier: GPL-2.0
/* test_tune.c - the list of entries, conversion of options, and the selection of an entry. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <time.h>
#include "datapath/base/cleanup.h"
#include "datapath/tests/check.h"
#include "datapath/tune/list.h"

static struct weir_tune_list list;

static int reset(void **state)
{
	(void)state;
	list = (struct weir_tune_list){};
	return 0;
}

static uint32_t insert(uint32_t mark, uint32_t before)
{
	struct weir_tune_rule rule = { .setting_count = 1, .settings[0].asked = mark }, *place;

	assert_int_equal(tune_list_insert(&list, &rule, before, &place), 0);
	assert_int_equal(place->settings[0].asked, mark);
	return place->number;
}

/* Returns the numbers in order, each followed by a space. */
static const char *numbers(void)
{
	static char text[1024];
	size_t n = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < list.count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%u ", list.rules[i].number);
	return text;
}

#define REMOVE(missing, ...)                                       \
	tune_list_remove(&list, (const uint32_t[]){ __VA_ARGS__ }, \
			 sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t), missing)

TEST(entries_are_numbered_once_and_for_all)
{
	uint32_t missing;

	assert_int_equal(insert(10, 0), 1);
	assert_int_equal(insert(11, 0), 2);
	assert_int_equal(insert(12, 1), 3);
	assert_string_equal(numbers(), "3 1 2 ");
	assert_int_equal(insert(13, 2), 4);
	assert_string_equal(numbers(), "3 1 4 2 ");
	assert_int_equal(list.generation, 4);
	assert_int_equal(REMOVE(&missing, 4, 1), 0);
	assert_string_equal(numbers(), "3 2 ");
	assert_int_equal(list.rules[0].settings[0].asked, 12);
	assert_int_equal(list.rules[1].settings[0].asked, 11);
	assert_int_equal(list.rules[2].number, 0);
	assert_int_equal(insert(14, 0), 5);
	assert_int_equal(list.generation, 6);
}

TEST(one_number_that_is_not_there_removes_none)
{
	uint32_t missing = 0;

	insert(1, 0);
	insert(2, 0);
	assert_int_equal(REMOVE(&missing, 1, 7, 2), -ENOENT);
	assert_int_equal(missing, 7);
	assert_string_equal(numbers(), "1 2 ");
	assert_int_equal(list.generation, 2);
	assert_int_equal(REMOVE(&missing, 2, 2), 0);
	assert_string_equal(numbers(), "1 ");
}

TEST(an_entry_in_front_of_none_is_not_added)
{
	struct weir_tune_rule rule = {}, *place = NULL;

	insert(1, 0);
	assert_int_equal(tune_list_insert(&list, &rule, 9, &place), -ENOENT);
	assert_null(place);
	assert_string_equal(numbers(), "1 ");
}

/* Entries never share counts, in whatever order they are added and deleted. */
TEST(each_entry_has_counts_of_its_own)
{
	uint64_t random = test_seed();

	for (int round = 0; round < 20000; round++) {
		uint64_t used = 0;
		uint32_t missing;

		if (list.count < WEIR_TUNE_RULES && (!list.count || random_below(&random, 5) > 1))
			insert(1, random_below(&random, 2) && list.count
					  ? list.rules[random_below(&random, list.count)].number
					  : 0);
		else
			assert_int_equal(REMOVE(&missing,
						list.rules[random_below(&random, list.count)]
							.number),
					 0);
		for (uint32_t i = 0; i < list.count; i++) {
			assert_uint_in_range(list.rules[i].stats, 0, WEIR_TUNE_RULES - 1);
			assert_false(used >> list.rules[i].stats & 1);
			used |= 1ULL << list.rules[i].stats;
		}
	}
}

TEST(a_full_list_takes_no_more)
{
	struct weir_tune_rule rule = {}, *place;

	for (int i = 0; i < WEIR_TUNE_RULES; i++)
		insert(1, i % 3 ? (uint32_t)i : 0);
	assert_int_equal(tune_list_insert(&list, &rule, 0, &place), -ENOSPC);
	assert_int_equal(tune_list_insert(&list, &rule, 1, &place), -ENOSPC);
	assert_int_equal(list.count, WEIR_TUNE_RULES);
}

/* --- options --- */

static struct weir_tune_rule rule_of(enum weir_tune_option option, uint32_t asked)
{
	return (struct weir_tune_rule){ .setting_count = 1,
					.settings[0] = { .option = (__u8)option, .asked = asked } };
}

TEST(every_option_has_words_and_bounds)
{
	for (unsigned int i = 0; i < WEIR_TUNE_OPTIONS; i++) {
		const struct weir_tune_info *info = weir_tune_option(i);

		assert_non_null(info);
		assert_true(info->name[0]);
		assert_true(info->min <= info->max);
		assert_int_equal(info->unit == WEIR_TUNE_TIME, info->scale_us != 0);
		assert_int_equal(info->unit == WEIR_TUNE_NUMBER, info->noun[0] != '\0');
		for (unsigned int k = 0; k < i; k++)
			assert_string_not_equal(info->name, weir_tune_option(k)->name);
	}
	assert_null(weir_tune_option(WEIR_TUNE_OPTIONS));
}

TEST(options_are_told_to_the_kernel_by_their_numbers)
{
	struct weir_tune_rule rule = rule_of(WEIR_TUNE_RTO_MIN, 20000);

	assert_int_equal(tune_complete(&rule, NULL), 0);
	assert_int_equal(rule.settings[0].level, 6);
	assert_int_equal(rule.settings[0].name, 1004);
	assert_int_equal(rule.settings[0].value, 20000);
	assert_int_equal(rule.settings[0].stage, WEIR_TUNE_AT_START);
	rule = rule_of(WEIR_TUNE_INITCWND, 30);
	assert_int_equal(tune_complete(&rule, NULL), 0);
	assert_int_equal(rule.settings[0].stage, WEIR_TUNE_AT_ESTABLISHED);
	rule = rule_of(WEIR_TUNE_ECN, 1);
	assert_int_equal(tune_complete(&rule, NULL), 0);
	assert_int_equal(rule.settings[0].stage, WEIR_TUNE_BY_ECN);
}

TEST(the_time_out_of_a_SYN_is_in_ticks_and_never_none)
{
	struct weir_tune_rule rule = rule_of(WEIR_TUNE_SYN_RTO, 1);
	struct timespec tick;

	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	assert_int_equal(tune_complete(&rule, NULL), 0);
	assert_int_equal(rule.settings[0].value, 1);
	assert_int_equal(rule.settings[0].asked, 1);
	rule = rule_of(WEIR_TUNE_SYN_RTO, 300000);
	assert_int_equal(tune_complete(&rule, NULL), 0);
	assert_int_equal(rule.settings[0].value, (300000000 + tick.tv_nsec - 1) / tick.tv_nsec);
}

static void refuse(struct weir_tune_rule rule, const char *sentence)
{
	struct weir_error err = {};

	assert_int_equal(tune_complete(&rule, &err), -EINVAL);
	assert_string_equal(err.text, sentence);
}

TEST(what_cannot_be_is_refused)
{
	struct weir_tune_rule twice = rule_of(WEIR_TUNE_MARK, 1);
	struct weir_tune_rule none = {}, name = rule_of(WEIR_TUNE_CONGESTION, 0);

	refuse(none, "an entry must set at least one option");
	refuse(rule_of(99, 1), "there is no tune option 99");
	refuse(rule_of(WEIR_TUNE_INITCWND, 0), "initcwnd must be from 1 to 2147483647, not 0");
	refuse(rule_of(WEIR_TUNE_SYN_RTO, 120000001),
	       "syn-rto must be from 1 to 120000000, not 120000001");
	twice.settings[twice.setting_count++] = twice.settings[0];
	refuse(twice, "mark is given twice");
	memset(name.congestion, 'x', sizeof(name.congestion));
	refuse(name, "the name of a congestion control is too long");
	twice.setting_count = WEIR_TUNE_OPTIONS + 1;
	refuse(twice, "an entry must set at least one option");
}

static const char *text_of(enum weir_tune_option option, uint32_t asked)
{
	static char text[WEIR_TUNE_TEXT];
	struct weir_tune_rule rule = rule_of(option, asked);

	strcpy(rule.congestion, "bbr");
	return weir_tune_value_text(&rule, &rule.settings[0], text, sizeof(text));
}

TEST(values_for_people)
{
	assert_string_equal(text_of(WEIR_TUNE_CONGESTION, 0), "bbr");
	assert_string_equal(text_of(WEIR_TUNE_INITCWND, 30), "30 packets");
	assert_string_equal(text_of(WEIR_TUNE_KEEPCNT, 3), "3 probes");
	assert_string_equal(text_of(WEIR_TUNE_RTO_MIN, 20000), "20 ms");
	assert_string_equal(text_of(WEIR_TUNE_RTO_MIN, 2500), "2500 us");
	assert_string_equal(text_of(WEIR_TUNE_RTO_MAX, 1500), "1500 ms");
	assert_string_equal(text_of(WEIR_TUNE_KEEPIDLE, 7200), "7200 s");
	assert_string_equal(text_of(WEIR_TUNE_SNDBUF, 65536), "65536 B");
	assert_string_equal(text_of(WEIR_TUNE_PACING, 1250000), "10 Mbit/s");
	assert_string_equal(text_of(WEIR_TUNE_PACING, 1), "8 bit/s");
	assert_string_equal(text_of(WEIR_TUNE_PACING, 125), "1 kbit/s");
	assert_string_equal(text_of(WEIR_TUNE_PACING, 4250000000U), "34 Gbit/s");
	assert_string_equal(text_of(WEIR_TUNE_ECN, 1), "on");
	assert_string_equal(text_of(WEIR_TUNE_TOS, 184), "0xb8");
	assert_string_equal(text_of(WEIR_TUNE_OPTIONS, 7), "0x7");
}

/* --- matching --- */

static struct weir_tune_entry items[4];
static struct weir_tune_entries entries = { .items = items };

static struct weir_tune_rule *any(uint32_t number)
{
	struct weir_tune_rule *rule = &items[entries.count++].rule;

	*rule = (struct weir_tune_rule){ .number = number,
					 .local_max = 65535,
					 .remote_max = 65535 };
	return rule;
}

static void only_from(struct weir_tune_rule *rule, const char *v4, uint32_t mask)
{
	rule->remote[2] = htonl(0xffff);
	rule->remote[3] = inet_addr(v4);
	rule->mask[0] = rule->mask[1] = rule->mask[2] = 0xffffffff;
	rule->mask[3] = htonl(mask);
}

static uint32_t match(const char *remote, uint16_t remote_port, uint16_t local_port,
		      const uint64_t *cgroups, size_t count)
{
	struct weir_tune_question question = {
		.remote_port = remote_port,
		.local_port = local_port,
		.cgroups = cgroups,
		.cgroup_count = count,
	};
	const struct weir_tune_entry *entry;

	if (strchr(remote, ':')) {
		assert_int_equal(inet_pton(AF_INET6, remote, question.remote), 1);
	} else {
		question.remote[10] = question.remote[11] = 0xff;
		assert_int_equal(inet_pton(AF_INET, remote, question.remote + 12), 1);
	}
	entry = weir_tune_match(&entries, &question);
	return entry ? entry->rule.number : 0;
}

TEST(the_first_match_is_taken)
{
	struct weir_tune_rule *rule;

	entries.count = 0;
	only_from(any(1), "10.0.0.0", 0xff000000);
	rule = any(2);
	rule->remote_min = 80;
	rule->remote_max = 90;
	rule = any(3);
	rule->local_min = rule->local_max = 22;
	assert_int_equal(match("10.1.2.3", 80, 0, NULL, 0), 1);
	assert_int_equal(match("11.1.2.3", 80, 0, NULL, 0), 2);
	assert_int_equal(match("11.1.2.3", 90, 22, NULL, 0), 2);
	assert_int_equal(match("11.1.2.3", 91, 22, NULL, 0), 3);
	assert_int_equal(match("11.1.2.3", 79, 0, NULL, 0), 0);
	assert_int_equal(match("2001:db8::1", 79, 22, NULL, 0), 3);
	assert_int_equal(match("::ffff:10.9.9.9", 1, 0, NULL, 0), 1);
}

TEST(any_IPv4_address_is_no_IPv6_address)
{
	entries.count = 0;
	only_from(any(1), "0.0.0.0", 0);
	assert_int_equal(match("192.0.2.1", 1, 0, NULL, 0), 1);
	assert_int_equal(match("::1", 1, 0, NULL, 0), 0);
}

TEST(the_innermost_cgroup_with_an_entry_decides)
{
	static const uint64_t inner_and_outer[] = { 200, 100 };

	entries.count = 0;
	any(1)->cgroup_id = 100;
	any(2)->cgroup_id = 200;
	items[1].rule.remote_min = items[1].rule.remote_max = 80;
	any(3)->cgroup_id = 300;
	assert_int_equal(match("192.0.2.1", 80, 0, inner_and_outer, 2), 2);
	assert_int_equal(match("192.0.2.1", 81, 0, inner_and_outer, 2), 1);
	assert_int_equal(match("192.0.2.1", 80, 0, inner_and_outer + 1, 1), 1);
	assert_int_equal(match("192.0.2.1", 80, 0, inner_and_outer, 0), 0);
	assert_int_equal(match("192.0.2.1", 80, 0, NULL, 0), 1);
	any(4);
	assert_int_equal(match("192.0.2.1", 81, 0, inner_and_outer, 1), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(entries_are_numbered_once_and_for_all, reset),
		cmocka_unit_test_setup(one_number_that_is_not_there_removes_none, reset),
		cmocka_unit_test_setup(an_entry_in_front_of_none_is_not_added, reset),
		cmocka_unit_test_setup(each_entry_has_counts_of_its_own, reset),
		cmocka_unit_test_setup(a_full_list_takes_no_more, reset),
		cmocka_unit_test(every_option_has_words_and_bounds),
		cmocka_unit_test(options_are_told_to_the_kernel_by_their_numbers),
		cmocka_unit_test(the_time_out_of_a_SYN_is_in_ticks_and_never_none),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(values_for_people),
		cmocka_unit_test(the_first_match_is_taken),
		cmocka_unit_test(any_IPv4_address_is_no_IPv6_address),
		cmocka_unit_test(the_innermost_cgroup_with_an_entry_decides),
	};

	return cmocka_run_group_tests_name("tune", tests, NULL, NULL);
}
