// SPDX-License-Identifier: GPL-2.0
/* test_context.c - opens contexts, and checks the error messages. */
#include <errno.h>
#include <sys/stat.h>
#include "datapath/state/context.h"
#include "datapath/state/state.h"
#include "datapath/tests/check.h"

static void expect_root(const char *given, const char *root)
{
	struct weir_options options = { .root = given };
	struct weir *weir = NULL;

	assert_int_equal(weir_open(&options, &weir, NULL), 0);
	assert_string_equal(weir->root, root);
	weir_close(weir);
}

static void refuse_root(const char *given, const char *sentence)
{
	struct weir_options options = { .root = given };
	struct weir *weir = NULL;
	struct weir_error err = {};

	assert_int_equal(weir_open(&options, &weir, &err), -EINVAL);
	assert_string_equal(err.text, sentence);
	assert_null(weir);
}

TEST(the_pin_directory)
{
	expect_root(NULL, WEIR_DEFAULT_ROOT);
	expect_root("/sys/fs/bpf/mine", "/sys/fs/bpf/mine");
	/* its parent is checked for a bpffs, so the path must not end in a slash */
	expect_root("/sys/fs/bpf/mine/", "/sys/fs/bpf/mine");
	expect_root("/sys/fs/bpf/mine///", "/sys/fs/bpf/mine");
	expect_root("/mnt/v1.2/bpf/mine", "/mnt/v1.2/bpf/mine");
}

TEST(no_pin_directory)
{
	refuse_root("", "pin directory '' is not an absolute path");
	refuse_root("relative", "pin directory 'relative' is not an absolute path");
	refuse_root("/", "pin directory '/' is the root directory");
	refuse_root("//", "pin directory '//' is the root directory");
	refuse_root(
		"/sys/fs/bpf/v1.2",
		"pin directory '/sys/fs/bpf/v1.2' has a dot in its name, which a bpffs refuses");
	refuse_root("/sys/fs/bpf/..",
		    "pin directory '/sys/fs/bpf/..' has a dot in its name, which a bpffs refuses");
}

TEST(too_long_a_pin_directory)
{
	char path[PATH_MAX + 10];
	struct weir_options options = { .root = path };
	struct weir *weir = NULL;
	struct weir_error err = {};

	memset(path, 'p', sizeof(path));
	path[0] = '/';
	path[PATH_MAX] = '\0';
	assert_int_equal(weir_open(&options, &weir, &err), -ENAMETOOLONG);
	assert_string_equal(err.text + strlen(err.text) - strlen("' is too long"), "' is too long");
	path[PATH_MAX - 1] = '\0';
	assert_int_equal(weir_open(&options, &weir, &err), 0);
	weir_close(weir);
}

TEST(namespaces)
{
	struct weir_options options = { .netns = "no-such-namespace" };
	struct weir *weir = NULL;
	struct weir_error err = {};

	assert_int_equal(weir_open(&options, &weir, &err), -ENOENT);
	assert_string_equal(err.text, "no network namespace 'no-such-namespace': `ip netns list` "
				      "shows those with a name");
	options.netns = "/dev/null";
	assert_true(weir_open(&options, &weir, &err) < 0);
	assert_non_null(strstr(err.text, "cannot enter network namespace '/dev/null': "));
	assert_null(weir);
	assert_int_equal(weir_open(NULL, &weir, NULL), 0);
	assert_non_null(netns_home(&weir->netns));
	assert_false(weir->netns_named);
	weir_close(weir);
	weir_close(NULL);
}

TEST(sentences)
{
	struct weir_error err = {};
	char word[2000];

	assert_int_equal(weir_error_set(&err, EBUSY, "%s is %d", "this", 1), -EBUSY);
	assert_string_equal(err.text, "this is 1");
	assert_int_equal(weir_error_set(&err, -EBUSY, "again"), -EBUSY);
	assert_string_equal(err.text, "again");
	assert_int_equal(weir_error_set(NULL, ENOENT, "%s", "unheard"), -ENOENT);
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	weir_error_set(&err, EBUSY, "%s", word);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

TEST(words_for_errnos)
{
	assert_string_equal(weir_error_text(ENOENT), "No such file or directory");
	assert_string_equal(weir_error_text(-ENOENT), "No such file or directory");
	assert_true(strncmp(weir_error_text(EPERM), "not permitted", 13) == 0);
	assert_true(strncmp(weir_error_text(-EACCES), "not permitted", 13) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pin_directory),
		cmocka_unit_test(no_pin_directory),
		cmocka_unit_test(too_long_a_pin_directory),
		cmocka_unit_test(namespaces),
		cmocka_unit_test(sentences),
		cmocka_unit_test(words_for_errnos),
	};

	return cmocka_run_group_tests_name("context", tests, NULL, NULL);
}
