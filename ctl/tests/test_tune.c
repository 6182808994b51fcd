// SPDX-License-Identifier: GPL-2.0
/* test_tune.c - ctl tune: tables, JSON, options and mistakes. */
#include <errno.h>
#include "ctl/tests/json_doc.h"
#include "ctl/tests/run.h"
#include "ctl/tune/options.h"
#include "ctl/tune/table.h"
#include "ctl/tune/words.h"
#include "datapath/base/cleanup.h"

/* --- tables and JSON --- */

static struct weir_tune_entry items[2];
static const struct weir_tune_entries entries = { items, 2, 1 };

static int fill(void **state)
{
	struct weir_tune_entry *a = &items[0], *b = &items[1];

	(void)state;
	memset(items, 0, sizeof(items));
	a->rule = (struct weir_tune_rule){
		.number = 3,
		.cgroup_id = 7,
		.local_max = 65535,
		.remote_min = 8000,
		.remote_max = 8080,
		.setting_count = 2,
		.settings = { { .option = WEIR_TUNE_RTO_MIN, .asked = 20000 },
			      { .option = WEIR_TUNE_CONGESTION } },
	};
	strcpy(a->rule.congestion, "bbr");
	strcpy(a->cgroup, "/web");
	assert_int_equal(tune_read_network("10.0.0.0/8", a->rule.remote, a->rule.mask), 0);
	a->stats.hits = 12;
	a->stats.options[WEIR_TUNE_RTO_MIN].set = 12;
	a->stats.options[WEIR_TUNE_CONGESTION] =
		(struct weir_tune_count){ .set = 11, .errors = 1, .last_error = ENOENT };
	b->rule = (struct weir_tune_rule){
		.number = 1,
		.cgroup_id = 8,
		.local_min = 22,
		.local_max = 22,
		.remote_max = 65535,
		.setting_count = 1,
		.settings = { { .option = WEIR_TUNE_ECN, .asked = 1 } },
	};
	b->gone = true;
	return 0;
}

static const char *printed(const struct weir_tune_entries *list)
{
	static char text[4096];
	FILE *f = tmpfile();

	assert_int_equal(out_tune_list(list, false, f), 0);
	run_collect(f, text, sizeof(text));
	return text;
}

TEST(a_table_has_a_row_for_each_option)
{
	assert_string_equal(
		printed(&entries),
		"N  CGROUP  REMOTE      LOCAL PORT  REMOTE PORT  HITS  OPTION      VALUE  SET  ERRORS  LAST ERROR\n"
		"3  /web    10.0.0.0/8           -    8000-8080    12  rto-min     20 ms   12       0  -\n"
		"                                                      congestion    bbr   11       1  No such file or directory\n"
		"1  (gone)  -                   22            -     0  ecn            on    0       0  -\n"
		"An error is an option that the kernel refused for a connection; it went on without.\n");
}

TEST(an_empty_list_says_what_to_do)
{
	const struct weir_tune_entries none = {};
	struct weir_tune_entries unseen = { &items[1], 1, 0 };

	assert_string_equal(
		printed(&none),
		"No entries. Add one, for example: `ctl tune add --cgroup PATH --rto-min 20ms`.\n");
	assert_non_null(strstr(printed(&unseen), "No program uses this list: `ctl attach "));
}

TEST(entries_as_JSON)
{
	expect_json(
		json_tune_list(&entries, false, doc()),
		"[{\"number\": 3, \"cgroup\": \"/web\", \"gone\": false, \"remote\": "
		"\"10.0.0.0/8\", \"local_ports\": null, \"remote_ports\": \"8000-8080\", "
		"\"hits\": 12, \"options\": [{\"option\": \"rto-min\", \"value\": 20000, "
		"\"unit\": \"us\", \"set\": 12, \"errors\": 0, \"last_error\": null}, "
		"{\"option\": \"congestion\", \"value\": \"bbr\", \"unit\": null, \"set\": 11, "
		"\"errors\": 1, \"last_error\": \"No such file or directory\"}]}, "
		"{\"number\": 1, \"cgroup\": null, \"gone\": true, \"remote\": null, "
		"\"local_ports\": \"22\", \"remote_ports\": null, \"hits\": 0, \"options\": "
		"[{\"option\": \"ecn\", \"value\": true, \"unit\": null, \"set\": 0, \"errors\": "
		"0, \"last_error\": null}]}]");
	expect_json(json_tune_list(&(struct weir_tune_entries){}, false, doc()), "[]");
}

TEST(a_match_as_JSON)
{
	expect_json(json_tune_match(&items[1], false, doc()),
		    "{\"entry\": 1, \"options\": [{\"option\": "
		    "\"ecn\", \"value\": true, \"unit\": null}]}");
	expect_json(json_tune_match(NULL, false, doc()), "{\"entry\": null, \"options\": []}");
}

/* --- options and mistakes --- */

TEST(each_option_has_a_long_one)
{
	for (unsigned int i = 0; i < WEIR_TUNE_OPTIONS; i++) {
		const struct arg *arg = tune_args;

		while (arg->name && strcmp(arg->name, weir_tune_option(i)->name) != 0)
			arg++;
		assert_non_null(arg->name);
		assert_int_equal(arg->type == ARG_FLAG,
				 weir_tune_option(i)->unit == WEIR_TUNE_SWITCH);
	}
}

#define REFUSE(sentence, ...)                                                               \
	do {                                                                                \
		assert_int_equal(RUN("tune", __VA_ARGS__), 2);                              \
		assert_string_equal(run_out, "");                                           \
		assert_string_equal(run_err, "ctl: " sentence "; see `ctl tune --help`\n"); \
	} while (0)

TEST(mistakes_of_tune)
{
	REFUSE("add, list, del or test, not 'show'", "show");
	REFUSE("unexpected 'x'", "add", "x");
	REFUSE("unexpected 'x'", "list", "x");
	REFUSE("no option to set: give one, such as --rto-min 20ms", "add");
	REFUSE("--mark goes with `tune add`", "list", "--mark", "1");
	REFUSE("--remote goes with `tune add`", "test", "192.0.2.1:1", "--remote", "::1");
	REFUSE("--nodelay goes with `tune add`", "del", "1", "--nodelay");
	REFUSE("which entry? `ctl tune list` has their numbers; or all", "del");
	REFUSE("'0' is not the number of an entry", "del", "1", "0");
	REFUSE("'all' is not the number of an entry", "del", "1", "all");
	REFUSE("which connection? ADDRESS:PORT", "test");
	REFUSE("one connection at a time", "test", "192.0.2.1:1", "192.0.2.1:2");
	REFUSE("'::1' is not ADDRESS:PORT, such as 192.0.2.1:443 or [2001:db8::1]:443", "test",
	       "::1");
	REFUSE("--local-port is one port here, not '1-2'", "test", "192.0.2.1:1", "--local-port",
	       "1-2");
}

TEST(mistakes_of_settings)
{
	REFUSE("--rto-min is a time with its unit, us, ms, s, m or h, not '20'", "add", "--rto-min",
	       "20");
	REFUSE("--sndbuf is a number of bytes, as 65536, 64KiB or 1M, not 'big'", "add", "--sndbuf",
	       "big");
	REFUSE("--pacing is a rate with its unit, bit, kbit, Mbit or Gbit, not '1M'", "add",
	       "--pacing", "1M");
	REFUSE("--keepidle is out of range, or too precise: '1500ms'", "add", "--keepidle",
	       "1500ms");
	REFUSE("--congestion is a name of up to 15 letters, not 'sixteen-letters-'", "add",
	       "--congestion", "sixteen-letters-");
	REFUSE("--tos and --dscp exclude each other", "add", "--tos", "4", "--dscp", "ef");
	REFUSE("--before is the number of an entry, not 'x'", "add", "--before", "x", "--ecn");
	REFUSE("--remote is an address or a network without host bits, as 192.0.2.0/24, not "
	       "'10.1.0.0/8'",
	       "add", "--remote", "10.1.0.0/8", "--ecn");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_table_has_a_row_for_each_option, fill),
		cmocka_unit_test_setup(an_empty_list_says_what_to_do, fill),
		cmocka_unit_test_setup(entries_as_JSON, fill),
		cmocka_unit_test_setup(a_match_as_JSON, fill),
		cmocka_unit_test(each_option_has_a_long_one),
		cmocka_unit_test(mistakes_of_tune),
		cmocka_unit_test(mistakes_of_settings),
	};

	unsetenv("WEIR_ROOT");
	return cmocka_run_group_tests_name("tune", tests, NULL, NULL);
}
