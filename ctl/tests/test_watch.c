// SPDX-License-Identifier: GPL-2.0
/* test_watch.c - the loop of commands that read repeatedly, and how signals end it. */
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ctl/frame/ctl.h"
#include "ctl/frame/watch.h"
#include "ctl/tests/run.h"

#define LONG 30.0 /* seconds; reached only on failure */

/* Overrides ppoll() of the C library: a signal between the check and the wait must not be lost. */
static int raised_before_ppoll;

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
	struct timespec left = *timeout; /* the kernel modifies it */

	if (raised_before_ppoll)
		raise(raised_before_ppoll);
	raised_before_ppoll = 0;
	return (int)syscall(SYS_ppoll, fds, count, &left, mask, _NSIG / 8);
}

/* --- waiting --- */

TEST(a_wait_takes_its_time)
{
	double took;

	watch_begin();
	took = watch_wait(0.05);
	assert_true(took >= 0.05 && took < LONG);
	assert_false(watch_stopped());
	assert_true(watch_wait(0) < LONG);
	assert_true(watch_wait(-1) < LONG);
}

TEST(a_signal_before_the_wait_ends_it)
{
	watch_begin();
	raise(SIGINT);
	assert_true(watch_stopped());
	assert_true(watch_wait(LONG) < LONG / 2);
}

TEST(a_signal_right_before_the_wait_is_not_lost)
{
	static const int signals[] = { SIGINT, SIGTERM };

	for (size_t i = 0; i < 2; i++) {
		watch_begin();
		raised_before_ppoll = signals[i];
		assert_true(watch_wait(LONG) < LONG / 2);
		assert_true(watch_stopped());
	}
}

static void nothing(int number)
{
	(void)number;
}

TEST(another_signal_ends_no_wait)
{
	struct sigaction action = { .sa_handler = nothing }, before;

	watch_begin();
	sigaction(SIGWINCH, &action, &before);
	raised_before_ppoll = SIGWINCH;
	assert_true(watch_wait(0.05) >= 0.05);
	sigaction(SIGWINCH, &before, NULL);
	assert_false(watch_stopped());
}

TEST(signals_are_as_before_behind_a_wait)
{
	sigset_t before, after;

	watch_begin();
	assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &before), 0);
	watch_wait(0.001);
	assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &after), 0);
	assert_int_equal(sigismember(&before, SIGINT), sigismember(&after, SIGINT));
	assert_int_equal(sigismember(&after, SIGTERM), 0);
}

/* timeout(1) sends two in quick succession. */
TEST(two_signals_at_once_are_one)
{
	watch_begin();
	raise(SIGTERM);
	raise(SIGTERM);
	assert_true(watch_stopped());
}

/* A second one after a second ends the process: its output may be blocked, for example. */
TEST(a_second_signal_ends_the_process)
{
	double began = watch_now();
	pid_t pid, ended;
	int status;

	watch_begin();
	pid = fork();
	assert_true(pid >= 0);
	while (!pid)
		pause();
	do {
		kill(pid, SIGTERM);
		usleep(50000);
		ended = waitpid(pid, &status, WNOHANG);
	} while (!ended && watch_now() - began < LONG);
	assert_int_equal(ended, pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	assert_true(watch_now() - began >= 1);
}

/* --- the step --- */

TEST(turns_keep_step)
{
	/* Due at 10, every 1 s; a little late, or slow. */
	assert_true(watch_next(10, 1, 10.1, 10.3) == 11);
	assert_true(watch_next(10, 1, 10.0, 10.9) == 11);
}

TEST(a_late_turn_begins_a_new_step)
{
	/* Stopped for a minute, or asleep: no burst, and no immediate second turn. */
	assert_true(watch_next(10, 1, 70.0, 70.1) == 71.1);
	assert_true(watch_next(10, 1, 10.9, 10.95) == 11.95);
}

TEST(a_turn_that_is_longer_than_the_step_leaves_time_for_others)
{
	assert_true(watch_next(10, 1, 10, 11.5) == 12.5);
	assert_true(watch_next(10, 1, 10, 11) == 12);
}

/* --- the loop --- */

struct seen {
	int begun, turns, meanwhile;
	int stop_at; /* send a signal in that turn */
	int fail_at;
	double at[8];
};

static int on_begin(void *arg)
{
	((struct seen *)arg)->begun++;
	return EXIT_DONE;
}

static int on_turn(void *arg)
{
	struct seen *s = arg;

	s->at[s->turns++ % 8] = watch_now();
	puts("turn");
	if (s->turns == s->stop_at)
		raise(SIGINT);
	return s->turns == s->fail_at ? EXIT_USAGE : EXIT_DONE;
}

static int on_meanwhile(void *arg)
{
	((struct seen *)arg)->meanwhile++;
	puts("event");
	return EXIT_DONE;
}

struct watching {
	struct watch watch;
	struct seen *seen;
};

static int run_it(void *arg)
{
	struct watching *w = arg;

	return watch_run(&w->watch, w->seen);
}

/* Returns the exit code. The output is in run_out and run_err. */
static int run_watch(struct watch watch, struct seen *seen)
{
	static const struct command command = { .name = "test" };
	const struct invocation text = { .command = &command };

	if (!watch.inv)
		watch.inv = &text;
	watch.turn = on_turn;
	return run_captured(run_it, &(struct watching){ watch, seen });
}

TEST(turns_until_a_signal)
{
	struct seen seen = { .stop_at = 3 };

	assert_int_equal(run_watch((struct watch){ .seconds = 0.05, .begin = on_begin }, &seen),
			 EXIT_DONE);
	assert_int_equal(seen.begun, 1);
	assert_int_equal(seen.turns, 3);
	assert_string_equal(run_out, "turn\n\nturn\n\nturn\n\n");
	assert_true(seen.at[2] - seen.at[0] >= 0.05); /* in step: about 0.1 */
}

TEST(json_is_a_document_a_turn)
{
	const struct invocation json = { .json = true };
	struct seen seen = { .stop_at = 2 };

	assert_int_equal(run_watch((struct watch){ .inv = &json, .seconds = 0.01 }, &seen),
			 EXIT_DONE);
	assert_string_equal(run_out, "turn\nturn\n");
}

TEST(once_is_one_turn)
{
	struct seen seen = {};

	assert_int_equal(run_watch((struct watch){ .seconds = 0.01, .once = true }, &seen),
			 EXIT_DONE);
	assert_string_equal(run_out, "turn\n");
}

/* Shows the counts so far, or nothing more. */
TEST(a_signal_brings_the_last_turn_forward)
{
	struct seen seen = {};

	raised_before_ppoll = SIGINT;
	assert_int_equal(run_watch((struct watch){ .seconds = LONG, .once = true }, &seen), 0);
	assert_int_equal(seen.turns, 1);
	raised_before_ppoll = SIGTERM;
	assert_int_equal(run_watch((struct watch){ .seconds = LONG, .last = true }, &seen), 0);
	assert_int_equal(seen.turns, 2);
	raised_before_ppoll = SIGINT;
	assert_int_equal(run_watch((struct watch){ .seconds = LONG }, &seen), 0);
	assert_int_equal(seen.turns, 2);
	assert_string_equal(run_out, "");
}

TEST(at_once_does_not_wait)
{
	struct seen seen = { .stop_at = 1 };
	double began = watch_now();

	assert_int_equal(run_watch((struct watch){ .seconds = LONG, .at_once = true }, &seen), 0);
	assert_int_equal(seen.turns, 1);
	assert_true(watch_now() - began < LONG / 2);
}

TEST(events_come_between_turns)
{
	struct seen seen = { .stop_at = 2 };

	assert_int_equal(run_watch((struct watch){ .seconds = 0.12, .meanwhile = on_meanwhile },
				   &seen),
			 EXIT_DONE);
	assert_true(seen.meanwhile >= 2);
	assert_non_null(strstr(run_out, "event\n\nturn\n\nevent\n"));
}

TEST(a_turn_that_fails_ends_the_loop)
{
	struct seen seen = { .fail_at = 2 };

	assert_int_equal(run_watch((struct watch){ .seconds = 0.01 }, &seen), EXIT_USAGE);
	assert_int_equal(seen.turns, 2);
}

/* Some parents ignore SIGPIPE; then writes fail. */
TEST(a_reader_that_is_gone_ends_the_loop)
{
	struct seen seen = {};
	int saved = dup(STDOUT_FILENO), saved_err = dup(STDERR_FILENO), fds[2], code;
	static const struct command command = { .name = "test" };
	const struct invocation inv = { .command = &command };
	const struct watch watch = { .inv = &inv, .seconds = 0.01, .turn = on_turn };

	fflush(stdout);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	dup2(fds[1], STDOUT_FILENO);
	dup2(fds[1], STDERR_FILENO);
	close(fds[1]);
	code = watch_run(&watch, &seen);
	clearerr(stdout);
	dup2(saved, STDOUT_FILENO);
	dup2(saved_err, STDERR_FILENO);
	close(saved);
	close(saved_err);
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(code, EXIT_FAILED);
	assert_int_equal(seen.turns, 1);
}

#define DOCUMENT 200000 /* more than the capacity of a pipe */

static int long_turn(void *arg)
{
	(void)arg;
	for (int i = 0; i < DOCUMENT; i++)
		putchar('x');
	return EXIT_DONE;
}

/* The reader is slow, and the signal arrives while the writer waits for it. */
TEST(a_signal_does_not_cut_a_document)
{
	static const struct command command = { .name = "test" };
	const struct invocation inv = { .command = &command };
	const struct watch watch = { .inv = &inv, .at_once = true, .turn = long_turn };
	int fds[2], waiting = 0, before, status;
	static char text[2 * DOCUMENT];
	size_t size = 0;
	ssize_t n;
	pid_t pid;

	fflush(stdout);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		_exit(watch_run(&watch, NULL));
	}
	close(fds[1]);
	do {
		before = waiting;
		usleep(20000);
		assert_int_equal(ioctl(fds[0], FIONREAD, &waiting), 0);
	} while (!waiting || waiting != before);
	kill(pid, SIGTERM);
	usleep(20000);
	while ((n = read(fds[0], text + size, sizeof(text) - size)) > 0)
		size += (size_t)n;
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(size, DOCUMENT + 1);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wait_takes_its_time),
		cmocka_unit_test(a_signal_before_the_wait_ends_it),
		cmocka_unit_test(a_signal_right_before_the_wait_is_not_lost),
		cmocka_unit_test(another_signal_ends_no_wait),
		cmocka_unit_test(signals_are_as_before_behind_a_wait),
		cmocka_unit_test(two_signals_at_once_are_one),
		cmocka_unit_test(a_second_signal_ends_the_process),
		cmocka_unit_test(turns_keep_step),
		cmocka_unit_test(a_late_turn_begins_a_new_step),
		cmocka_unit_test(a_turn_that_is_longer_than_the_step_leaves_time_for_others),
		cmocka_unit_test(turns_until_a_signal),
		cmocka_unit_test(json_is_a_document_a_turn),
		cmocka_unit_test(once_is_one_turn),
		cmocka_unit_test(a_signal_brings_the_last_turn_forward),
		cmocka_unit_test(at_once_does_not_wait),
		cmocka_unit_test(events_come_between_turns),
		cmocka_unit_test(a_turn_that_fails_ends_the_loop),
		cmocka_unit_test(a_reader_that_is_gone_ends_the_loop),
		cmocka_unit_test(a_signal_does_not_cut_a_document),
	};

	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
