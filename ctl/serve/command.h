/* SPDX-License-Identifier: GPL-2.0 */
/*
 * command.h - shared by ctl and weir-serve. `ctl serve` parses its options and executes weir-serve,
 * which parses the same command line with the same table.
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

/* Environment variable of weir-serve with the version of the ctl that executes it. */
#define SERVE_CALLER "WEIR_SERVE_CALLER"

#define SERVE_TEXT_OF(number) #number
#define SERVE_TEXT(number) SERVE_TEXT_OF(number)
#define SERVE_VERSION WEIR_VERSION " with map layout " SERVE_TEXT(WEIR_LAYOUT)

#endif
