// SPDX-License-Identifier: GPL-2.0
/*
 * replay.c - main() of a target without libFuzzer: runs each input of its corpus once, and prints
 * TAP. Arguments are inputs. Without arguments, the inputs are in fuzz/corpus/NAME, after the name
 * of the target.
 */
#include <errno.h>
#include <glob.h>
#include <signal.h>
#include "fuzz/fuzz.h"

#define SECONDS 10 /* timeout of an input */

static struct {
	size_t number; /* 0: before the first and after the last one */
	const char *path;
} now;

static void not_ok(void)
{
	printf("not ok %zu - %s\n", now.number, now.path);
	fflush(stdout);
}

static void on_alarm(int signal)
{
	(void)signal;
	not_ok();
	_exit(1);
}

/* The sanitizer runtime calls it before it ends the process, so that the input is reported. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "handle_abort=1";
}

static void run(const char *path)
{
	_cleanup_free_ uint8_t *data = NULL;
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	long size;

	HOLDS(f && fseek(f, 0, SEEK_END) == 0);
	size = ftell(f);
	HOLDS(size >= 0);
	rewind(f);
	data = malloc((size_t)size + 1);
	HOLDS(data && fread(data, 1, (size_t)size, f) == (size_t)size);
	now.number++;
	now.path = path;
	alarm(SECONDS);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	alarm(0);
	printf("ok %zu - %s\n", now.number, path);
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	char pattern[256];
	glob_t found = {};

	snprintf(pattern, sizeof(pattern), "fuzz/corpus/%s/*", name ? name + 1 : argv[0]);
	if (argc == 1 && glob(pattern, 0, NULL, &found) != 0) {
		printf("Bail out! there is no %s\n", pattern);
		return 1;
	}
	if (argc == 1) {
		argc = (int)found.gl_pathc + 1;
		argv = found.gl_pathv - 1;
	}
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(not_ok);
	/*
	 * UBSan of gcc has no callback. Flush each line, so that the input is the one after the
	 * last line.
	 */
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGALRM, on_alarm);
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++)
		run(argv[i]);
	now.path = "what the inputs left behind";
	now.number = 0;
	globfree(&found);
	return 0;
}
