// SPDX-License-Identifier: GPL-2.0
/* test_pin.c - paths of pins, and their removal. For unlink(2) a plain directory is sufficient. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "datapath/state/pin.h"
#include "datapath/tests/check.h"

static struct weir weir;

static int make_root(void **state)
{
	(void)state;
	weir = (struct weir){};
	strcpy(weir.root, "/tmp/weir-test-XXXXXX");
	return mkdtemp(weir.root) ? 0 : -1;
}

static int remove_root(void **state)
{
	(void)state;
	return pin_remove_all(&weir, NULL);
}

static void make(const char *name, bool directory)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", weir.root, name);
	if (directory)
		assert_int_equal(mkdir(path, 0700), 0);
	else
		assert_int_equal(close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600)), 0);
}

static bool exists(const char *name)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", weir.root, name);
	return access(path, F_OK) == 0;
}

/* bpffs rejects names with dots. */
TEST(paths)
{
	char path[64];

	strcpy(weir.root, "/sys/fs/bpf/weir");
	pin_path(&weir, PIN_LINK, 3, path, sizeof(path));
	assert_string_equal(path, "/sys/fs/bpf/weir/links/slot_3");
	pin_path(&weir, PIN_PROGRAM, 1023, path, sizeof(path));
	assert_string_equal(path, "/sys/fs/bpf/weir/programs/slot_1023");
	pin_path(&weir, PIN_PROGRAM_NEXT, 0, path, sizeof(path));
	assert_string_equal(path, "/sys/fs/bpf/weir/programs/slot_0_next");
}

TEST(a_pin_is_removed)
{
	make("links", true);
	make("links/slot_3", false);
	make("links/slot_4", false);
	assert_int_equal(pin_remove(&weir, PIN_LINK, 3), 0);
	assert_false(exists("links/slot_3"));
	assert_true(exists("links/slot_4"));
}

TEST(a_pin_that_is_not_there_is_no_error)
{
	assert_int_equal(pin_remove(&weir, PIN_LINK, 3), 0);
	make("links", true);
	assert_int_equal(pin_remove(&weir, PIN_LINK, 3), 0);
}

TEST(a_pin_that_stays_is_an_error)
{
	make("links", true);
	make("links/slot_3", true);
	assert_int_equal(pin_remove(&weir, PIN_LINK, 3), -EISDIR);
}

TEST(everything_is_removed)
{
	make("links", true);
	make("links/slot_3", false);
	make("maps_new", true);
	make("maps_new/something else", true);
	assert_int_equal(pin_remove_all(&weir, NULL), 0);
	assert_false(exists(""));
	/* again, with nothing left */
	assert_int_equal(pin_remove_all(&weir, NULL), 0);
}

TEST(a_plain_directory_is_no_bpffs)
{
	assert_int_equal(pin_bpffs_present(&weir), 0);
}

/* Returns the result of pin_bpffs_needed() in a child process, negated. */
static int needed_in_child(bool own_mounts)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child) {
		if (own_mounts && unshare(CLONE_NEWNS) < 0)
			_exit(errno);
		_exit(-pin_bpffs_needed(&weir, NULL));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/*
 * Returns true if an ancestor has another mount namespace, as in a chroot with mounts of its own.
 */
static bool mounts_are_own(void)
{
	static const char other[] =
		"ours=$(readlink /proc/$$/ns/mnt); pid=$$; while [ \"${pid:-0}\" -gt 0 ]; do "
		"theirs=$(readlink /proc/$pid/ns/mnt) && [ \"$theirs\" != \"$ours\" ] && exit 0; "
		"pid=$(sed -n 's/^PPid:[[:space:]]*//p' /proc/$pid/status); done 2>/dev/null; exit 1";

	return system(other) == 0;
}

/* As under `ip netns exec`, which hides the bpffs. */
TEST(mounts_of_our_own_are_noticed)
{
	if (mounts_are_own()) {
		print_message("# SKIP: all mounts are our own here\n");
		skip();
	}
	assert_int_equal(needed_in_child(false), ENOENT);
	if (geteuid() != 0)
		skip(); /* unshare(2) needs CAP_SYS_ADMIN */
	assert_int_equal(needed_in_child(true), ENODEV);
}

#define PIN_TEST(name) cmocka_unit_test_setup_teardown(name, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		PIN_TEST(a_pin_is_removed),
		PIN_TEST(a_pin_that_is_not_there_is_no_error),
		PIN_TEST(a_pin_that_stays_is_an_error),
		PIN_TEST(everything_is_removed),
		PIN_TEST(a_plain_directory_is_no_bpffs),
		PIN_TEST(mounts_of_our_own_are_noticed),
	};

	return cmocka_run_group_tests_name("pin", tests, NULL, NULL);
}
