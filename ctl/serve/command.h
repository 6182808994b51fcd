/* SPDX-License-Identifier: GPL-2.0 */
/*
 * command.h - what ctl and weir-serve share: `ctl serve` parses its options and executes
 * weir-serve, which parses the same command line by the same row.
 */
#ifndef CTL_SERVE_COMMAND_H
#define CTL_SERVE_COMMAND_H

#include "ctl/frame/ctl.h"

struct serve_options {
	const char *listen;
	const char *config;
	bool insecure;
	const char *scrapes;
	bool no_probes;
};

extern const struct command cmd_serve;

/* In the environment of weir-serve: the version of the ctl that executed it. */
#define SERVE_CALLER "WEIR_SERVE_CALLER"

#define SERVE_TEXT_OF(number) #number
#define SERVE_TEXT(number) SERVE_TEXT_OF(number)
#define SERVE_VERSION WEIR_VERSION " with map layout " SERVE_TEXT(WEIR_LAYOUT)

#endif
