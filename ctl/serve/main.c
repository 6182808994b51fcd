// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - weir-serve, executed by `ctl serve`. It is a ctl with a single command: it parses the
 * command line again, and reports errors as ctl does.
 */
#include <stdlib.h>
#include <string.h>
#include "ctl/frame/frame.h"
#include "ctl/serve/serve.h"

static struct command server; /* the row of `ctl serve`, with the function that serves */

/* Options and maps of different versions may differ, for example after half an upgrade. */
static int check_caller(void)
{
	const char *caller = getenv(SERVE_CALLER);

	if (!caller) {
		fputs("weir-serve: run `ctl serve`, which executes this program\n", stderr);
		return EXIT_USAGE;
	}
	if (strcmp(caller, SERVE_VERSION) != 0) {
		fprintf(stderr,
			"ctl: ctl is version %s, weir-serve is version %s: install both from one build\n",
			caller, SERVE_VERSION);
		return EXIT_FAILED;
	}
	unsetenv(SERVE_CALLER);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	int ret = check_caller();

	if (ret)
		return ret;
	server = cmd_serve;
	server.run = serve_run;
	return ctl_main((const struct command *const[]){ &server, NULL }, argc, argv);
}
