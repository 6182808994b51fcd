// SPDX-License-Identifier: GPL-2.0
/* test_probe_run.c - output of probes as text and as JSON, compared letter by letter. */
#include "ctl/probes/table.h"
#include "datapath/tests/check.h"

static struct weir_probe_value members[] = {
	{ .name = "i_mode", .type = "umode_t", .kind = WEIR_PROBE_UNSIGNED, .number = 16877 },
	{ .name = "i_sb",
	  .type = "struct super_block *",
	  .kind = WEIR_PROBE_POINTER,
	  .number = 0x10 },
	{ .name = "i_lock", .kind = WEIR_PROBE_GROUP, .cut = true },
};

static struct weir_probe_value numbers[] = {
	{ .kind = WEIR_PROBE_UNSIGNED, .number = 1 },
	{ .kind = WEIR_PROBE_SIGNED, .number = (uint64_t)-2 },
};

static const struct weir_probe_value values[] = {
	{ .name = "dir",
	  .type = "struct inode *",
	  .kind = WEIR_PROBE_POINTER,
	  .number = 0xffff888000000000 },
	{ .name = "dir",
	  .type = "struct inode",
	  .kind = WEIR_PROBE_GROUP,
	  .members = members,
	  .count = 3,
	  .cut = true,
	  .target = true },
	{ .name = "error", .type = "int", .kind = WEIR_PROBE_SIGNED, .number = (uint64_t)-17 },
	{ .name = "name",
	  .type = "string",
	  .kind = WEIR_PROBE_TEXT,
	  .text = (char *)"a\n\x1b[1m\"b\"" },
	{ .name = "list",
	  .type = "int[2]",
	  .kind = WEIR_PROBE_GROUP,
	  .members = numbers,
	  .count = 2 },
	{ .name = "ok", .type = "bool", .kind = WEIR_PROBE_BOOL, .number = 1 },
	{ .name = "reason",
	  .type = "enum color",
	  .kind = WEIR_PROBE_NAMED,
	  .number = 2,
	  .text = (char *)"GREEN" },
	{ .name = "ip(x)", .type = "ip", .kind = WEIR_PROBE_TEXT, .text = (char *)"192.0.2.1" },
	{ .name = "*gone", .type = "int", .kind = WEIR_PROBE_UNREADABLE },
};

static const char *const frames[] = { "vfs_mkdir+0x5", "do_mkdirat+0x10" };

/* At 14:30:15.123456 UTC. */
static struct weir_probe_event event(size_t count)
{
	struct weir_probe_event made = {
		.time = 1700000000123456789,
		.probe = "kprobe:vfs_mkdir",
		.pid = 42,
		.tid = 43,
		.cpu = 1,
		.values = values,
		.count = count,
		.frames = frames,
		.frame_count = 2,
	};

	memcpy(made.comm, "a name of sixtee", sizeof(made.comm)); /* all 16 bytes, without NUL */
	return made;
}

static char *written;
static size_t written_size;

static FILE *begin(void)
{
	free(written);
	written = NULL;
	return open_memstream(&written, &written_size);
}

TEST(an_event_in_one_line)
{
	struct weir_probe_event e = event(9);
	FILE *f = begin();

	out_probe_event(&e, false, f);
	fclose(f);
	assert_string_equal(
		written,
		"22:13:20.123456  a name of sixtee 42  kprobe:vfs_mkdir  dir=0xffff888000000000 "
		"dir={i_mode=16877, i_sb=0x10, i_lock={...}, ...} error=-17 "
		"name=\"a\\n\\x1b[1m\"b\"\" list={1, -2} ok=true reason=GREEN ip(x)=192.0.2.1 "
		"*gone=<unreadable>\n"
		"        vfs_mkdir+0x5\n"
		"        do_mkdirat+0x10\n");
}

TEST(all_arguments_below_each_other)
{
	struct weir_probe_event e = event(3);
	FILE *f = begin();

	e.frame_count = 0;
	out_probe_event(&e, true, f);
	fclose(f);
	assert_string_equal(
		written, "22:13:20.123456  a name of sixtee 42  kprobe:vfs_mkdir\n"
			 "    dir    struct inode *  0xffff888000000000\n"
			 "                           {i_mode=16877, i_sb=0x10, i_lock={...}, ...}\n"
			 "    error  int             -17\n");
}

TEST(an_event_for_scripts)
{
	struct weir_probe_event e = event(9);
	FILE *f = begin();

	json_probe_event(&e, f);
	fclose(f);
	assert_string_equal(
		written,
		"{\"time\": \"2023-11-14T22:13:20.123Z\", \"probe\": \"kprobe:vfs_mkdir\", "
		"\"pid\": 42, \"tid\": 43, \"cpu\": 1, \"comm\": \"a name of sixtee\", "
		"\"values\": {\"dir\": 18446612682070032384, "
		"\"*dir\": {\"i_mode\": 16877, \"i_sb\": 16, \"i_lock\": []}, \"error\": -17, "
		"\"name\": \"a\\n\\u001B[1m\\\"b\\\"\", \"list\": [1, -2], \"ok\": true, "
		"\"reason\": \"GREEN\", \"ip(x)\": \"192.0.2.1\", \"*gone\": null}, "
		"\"stack\": [\"vfs_mkdir+0x5\", \"do_mkdirat+0x10\"]}\n");
}

/* --- sums --- */

static struct weir_probe_value key_a = {
	.name = "comm", .type = "string", .kind = WEIR_PROBE_TEXT, .text = (char *)"dd"
};
static struct weir_probe_value key_b = { .name = "comm",
					 .type = "string",
					 .kind = WEIR_PROBE_UNREADABLE };

static struct weir_probe_row rows[] = {
	{ .keys = &key_a,
	  .key_count = 1,
	  .count = 7,
	  .stats = { { 4, -10, -20, 6 }, { 4, -10, -20, 6 } },
	  .buckets = { [0] = 1, [1] = 2, [2] = 3, [12] = 1 } },
	{ .keys = &key_b, .key_count = 1, .count = 1 },
};

static const struct weir_probe_sums sums = { rows, 2 };
static const struct weir_probe_counts counts = { .hits = 8, .missed = 1, .lost = 2 };

static struct probe_run_view view(void)
{
	return (struct probe_run_view){
		.sums = &sums,
		.counts = &counts,
		.stats = { "SUM x", "AVG x" },
		.kinds = { PROBE_SUM_OF, PROBE_AVG_OF },
		.hist = "x",
		.probes = 1,
		.table = true,
	};
}

TEST(sums_for_people)
{
	struct probe_run_view v = view();
	FILE *f = begin();

	assert_int_equal(out_probe_sums(&v, f), 0);
	out_probe_counts(&v, f);
	fclose(f);
	assert_string_equal(
		written, "HITS  SUM x  AVG x  comm\n"
			 "   7    -10   -2.5  dd\n"
			 "   1      -      -  <unreadable>\n"
			 "\n"
			 "x by comm dd:\n"
			 "below 0                     1  ##############\n"
			 "[0]                         2  ###########################\n"
			 "[1]                         3  ########################################\n"
			 "[2, 4)                      0\n"
			 "[4, 8)                      0\n"
			 "[8, 16)                     0\n"
			 "[16, 32)                    0\n"
			 "[32, 64)                    0\n"
			 "[64, 128)                   0\n"
			 "[128, 256)                  0\n"
			 "[256, 512)                  0\n"
			 "[512, 1K)                   0\n"
			 "[1K, 2K)                    1  ##############\n"
			 "\n"
			 "x by comm <unreadable>:\n"
			 "no value of it could be read\n"
			 "8 hits, 1 missed, 2 lost\n");
}

TEST(sums_for_scripts)
{
	static const char *const warnings[] = { "a \"warning\"" };
	struct probe_run_view v = view();
	FILE *f = begin();

	v.warnings = warnings;
	v.warning_count = 1;
	assert_int_equal(json_probe_sums(&v, f), 0);
	fclose(f);
	assert_string_equal(
		written,
		"{\"probes\": 1, \"hits\": 8, \"missed\": 1, \"lost\": 2, \"unsummed\": 0, "
		"\"unpaired\": 0, \"unreadable\": 0, \"sums\": [{\"by\": {\"comm\": \"dd\"}, "
		"\"hits\": 7, \"sum\": -10, \"avg\": -2.5, \"histogram\": ["
		"{\"from\": null, \"below\": 0, \"count\": 1}, "
		"{\"from\": 0, \"below\": 1, \"count\": 2}, "
		"{\"from\": 1, \"below\": 2, \"count\": 3}, "
		"{\"from\": 1024, \"below\": 2048, \"count\": 1}]}, "
		"{\"by\": {\"comm\": null}, \"hits\": 1, \"sum\": null, \"avg\": null, "
		"\"histogram\": []}], \"warnings\": [\"a \\\"warning\\\"\"]}\n");
}

TEST(nothing_yet)
{
	static const struct weir_probe_sums none;
	struct probe_run_view v = view();
	FILE *f = begin();

	v.sums = &none;
	assert_int_equal(out_probe_sums(&v, f), 0);
	fclose(f);
	assert_string_equal(written, "Nothing has hit the probes yet.\n");
}

/* Buckets are contiguous from the lowest to the highest number. */
TEST(buckets_leave_nothing_out)
{
	int64_t from;
	uint64_t to, last;

	probe_bucket(0, &from, &last);
	assert_true(from == INT64_MIN);
	assert_int_equal(last, 0);
	for (unsigned int i = 1; i < WEIR_PROBE_BUCKETS; i++) {
		probe_bucket(i, &from, &to);
		assert_int_equal(from, last);
		last = to;
	}
}

static int utc(void **state)
{
	(void)state;
	return setenv("TZ", "UTC", 1);
}

static int end(void **state)
{
	(void)state;
	free(written);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_in_one_line),
		cmocka_unit_test(all_arguments_below_each_other),
		cmocka_unit_test(an_event_for_scripts),
		cmocka_unit_test(sums_for_people),
		cmocka_unit_test(sums_for_scripts),
		cmocka_unit_test(nothing_yet),
		cmocka_unit_test(buckets_leave_nothing_out),
	};

	return cmocka_run_group_tests_name("probe_run", tests, utc, end);
}
