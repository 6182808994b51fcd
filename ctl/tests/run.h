/* SPDX-License-Identifier: GPL-2.0 */
/* run.h - runs a command line in this process and keeps its output. */
#ifndef CTL_TESTS_RUN_H
#define CTL_TESTS_RUN_H

#include <unistd.h>
#include "ctl/commands.h"
#include "ctl/frame/frame.h"
#include "datapath/tests/check.h"

static char run_out[65536], run_err[4096];

/* Redirects fd to a new file. Returns a copy of the old descriptor. */
static inline int run_redirect(int fd, FILE *to)
{
	int saved = dup(fd);

	assert_true(saved >= 0);
	assert_true(dup2(fileno(to), fd) >= 0);
	return saved;
}

static inline void run_collect(FILE *f, char *text, size_t size)
{
	rewind(f);
	text[fread(text, 1, size - 1, f)] = '\0';
	fclose(f);
}

/* Runs body(arg) and keeps its output. Returns what it returns. */
static inline int run_captured(int (*body)(void *arg), void *arg)
{
	FILE *out = tmpfile(), *err = tmpfile();
	int code, saved_out, saved_err;

	fflush(stdout);
	saved_out = run_redirect(STDOUT_FILENO, out);
	saved_err = run_redirect(STDERR_FILENO, err);
	code = body(arg);
	fflush(stdout);
	dup2(saved_out, STDOUT_FILENO);
	dup2(saved_err, STDERR_FILENO);
	close(saved_out);
	close(saved_err);
	run_collect(out, run_out, sizeof(run_out));
	run_collect(err, run_err, sizeof(run_err));
	return code;
}

static inline int run_words(void *arg)
{
	const char *const *words = arg;
	char *argv[32] = { (char *)"ctl" };
	int argc = 1;

	for (; words[argc - 1]; argc++)
		argv[argc] = (char *)words[argc - 1];
	return ctl_main(commands, argc, argv);
}

/* `words` follow "ctl" and end with NULL. Returns the exit code. */
static inline int run_ctl(const char *const *words)
{
	return run_captured(run_words, (void *)words);
}

#define RUN(...) run_ctl((const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

#endif
