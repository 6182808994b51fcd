// SPDX-License-Identifier: GPL-2.0
/* test_mounts.c - /proc/self/mounts: escapes, several mounts, and malformed lines. */
#include <errno.h>
#include "datapath/kernel/mounts.h"
#include "datapath/tests/check.h"

#define ROUNDS 50000

static int find(const char *text, const char *type, char *path, size_t size)
{
	FILE *f = file_of(text, strlen(text));
	int ret = mounts_find(f, type, path, size);

	fclose(f);
	return ret;
}

static void expect_path(const char *text, const char *type, const char *path)
{
	char found[8192] = "untouched";

	assert_int_equal(find(text, type, found, sizeof(found)), 0);
	assert_string_equal(found, path);
}

static void expect_none(const char *text, const char *type)
{
	char found[64] = "untouched";

	assert_int_equal(find(text, type, found, sizeof(found)), -ENOENT);
	assert_string_equal(found, "untouched");
}

TEST(unified_layout)
{
	expect_path("proc /proc proc rw,nosuid 0 0\n"
		    "cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0\n",
		    "cgroup2", "/sys/fs/cgroup");
}

TEST(hybrid_layout)
{
	expect_path("tmpfs /sys/fs/cgroup tmpfs ro 0 0\n"
		    "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n"
		    "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n",
		    "cgroup2", "/sys/fs/cgroup/unified");
}

TEST(the_first_of_several_counts)
{
	expect_path("none /one cgroup2 rw 0 0\nnone /two cgroup2 rw 0 0\n", "cgroup2", "/one");
}

TEST(the_type_is_compared_whole)
{
	expect_none("cgroup /a cgroup rw 0 0\nx /b cgroup2x rw 0 0\n", "cgroup2");
	/* a device or directory of that name is not a type */
	expect_none("cgroup2 /cgroup2 tmpfs cgroup2 0 0\n", "cgroup2");
}

TEST(escapes_are_decoded)
{
	expect_path("a /mnt/two\\040words\\011tab bpf rw 0 0\n", "bpf", "/mnt/two words\ttab");
	expect_path("a /mnt/back\\134slash\\012line bpf rw 0 0\n", "bpf", "/mnt/back\\slash\nline");
	expect_path("dev\\040ice /x bpf rw 0 0\n", "bpf", "/x");
	/* a decoded backslash does not start another escape */
	expect_path("a /x\\134040 bpf rw 0 0\n", "bpf", "/x\\040");
	expect_path("a /\\303\\244 bpf rw 0 0\n", "bpf", "/\303\244");
}

TEST(what_is_no_escape_stays)
{
	static const char *const texts[] = {
		"\\", "\\0", "\\04", "\\048", "\\400", "\\x20", "a\\", "\\\\", "\\08", "",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char text[16];

		strcpy(text, texts[i]);
		mounts_unescape(text);
		assert_string_equal(text, texts[i]);
	}
}

TEST(no_newline_at_the_end)
{
	expect_path("a /x bpf rw 0 0", "bpf", "/x");
	expect_path("a /x bpf", "bpf", "/x");
	expect_path("b /y tmpfs rw 0 0\na /x bpf\n", "bpf", "/x");
}

TEST(truncated_lines_are_passed_over)
{
	expect_none("", "bpf");
	expect_none("\n\n", "bpf");
	expect_none("bpf", "bpf");
	expect_none("bpf\n", "bpf");
	expect_none("bpf /x", "bpf");
	expect_none("bpf /x ", "bpf");
	expect_path("bpf\n\nbpf /x\na /good bpf rw 0 0\n", "bpf", "/good");
}

TEST(long_lines)
{
	char *line = malloc(40000);
	char path[4096];
	size_t n;

	/* overlay mounts have options of tens of kilobytes */
	n = (size_t)sprintf(line, "overlay / overlay rw,lowerdir=");
	memset(line + n, 'l', 30000);
	strcpy(line + n + 30000, " 0 0\na /x bpf rw 0 0\n");
	expect_path(line, "bpf", "/x");

	n = (size_t)sprintf(line, "a /");
	memset(line + n, 'p', 4094);
	strcpy(line + n + 4094, " bpf rw 0 0\n");
	assert_int_equal(find(line, "bpf", path, sizeof(path)), 0);
	assert_int_equal(strlen(path), 4095);
	free(line);
}

TEST(too_long_a_path_is_told)
{
	char path[5] = "old";

	assert_int_equal(find("a /1234 bpf rw 0 0\n", "bpf", path, sizeof(path)), -ENAMETOOLONG);
	assert_string_equal(path, "old");
	assert_int_equal(find("a /123 bpf rw 0 0\n", "bpf", path, sizeof(path)), 0);
	assert_string_equal(path, "/123");
	/* the decoded length counts */
	assert_int_equal(find("a /1\\0402 bpf rw 0 0\n", "bpf", path, sizeof(path)), 0);
	assert_string_equal(path, "/1 2");
}

TEST(this_machine_has_a_proc)
{
	FILE *f = fopen("/proc/self/mounts", "r");
	char path[256];

	assert_non_null(f);
	assert_int_equal(mounts_find(f, "proc", path, sizeof(path)), 0);
	assert_string_equal(path, "/proc");
	fclose(f);
}

/* Random words and bytes: no crash, and a result that fits in the buffer. */
TEST(fuzz)
{
	static const char *const words[] = {
		"cgroup2", " ", "\n", "/x", "\\040", "\\", "0", "\\1", " bpf ", "\t", "a", "",
	};
	uint64_t random = test_seed();
	unsigned int found = 0;

	for (int round = 0; round < ROUNDS; round++) {
		char text[512], path[8] = "";
		size_t n = 0;
		FILE *f;
		int ret;

		for (uint32_t i = random_below(&random, 30); i > 0; i--) {
			const char *word = words[random_below(&random, 12)];

			if (random_below(&random, 8))
				n += (size_t)sprintf(text + n, "%s", word);
			else
				text[n++] = (char)random_u32(&random);
		}
		if (!n)
			continue;
		f = fmemopen(text, n, "r");
		assert_non_null(f);
		ret = mounts_find(f, "bpf", path, sizeof(path));
		fclose(f);
		assert_true(ret == 0 || ret == -ENOENT || ret == -ENAMETOOLONG);
		if (ret)
			assert_string_equal(path, "");
		assert_true(strlen(path) < sizeof(path));
		found += !ret;
	}
	/* a fuzz test that is never successful tests nothing */
	assert_true(found > ROUNDS / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unified_layout),
		cmocka_unit_test(hybrid_layout),
		cmocka_unit_test(the_first_of_several_counts),
		cmocka_unit_test(the_type_is_compared_whole),
		cmocka_unit_test(escapes_are_decoded),
		cmocka_unit_test(what_is_no_escape_stays),
		cmocka_unit_test(no_newline_at_the_end),
		cmocka_unit_test(truncated_lines_are_passed_over),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(too_long_a_path_is_told),
		cmocka_unit_test(this_machine_has_a_proc),
		cmocka_unit_test(fuzz),
	};

	return cmocka_run_group_tests_name("mounts", tests, NULL, NULL);
}
