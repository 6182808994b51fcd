/* SPDX-License-Identifier: GPL-2.0 */
/* ctl.h - what commands share: the table row, the invocation, exit codes. */
#ifndef CTL_H
#define CTL_H

#include "ctl/frame/args.h"
#include "datapath/weir.h"

enum exit_code { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* Options that every command takes, and the words that are none. */
struct invocation {
	const char *netns;
	bool json;
	bool pretty;
	struct arg_word color_option;
	bool help;
	bool version;

	bool color; /* worked out from color_option, NO_COLOR and the terminal */
	const struct command *const *commands; /* all there are, ended by NULL */
	const struct command *command;
	char *const *argv; /* the command line as it was given, for a program that takes over */
	const char *const *words;
	size_t word_count;
	unsigned int first; /* number of the first word, if the command has choices */
};

struct command {
	const char *name;
	const char *summary;     /* one line, for the list */
	const char *synopsis;    /* words that may follow the name */
	const char *description; /* paragraphs for --help */
	const struct arg *args;
	size_t options_size; /* of the struct that args bind to */
	/* If there are any, the first word must be one of these. A source is for completion. */
	const struct choices *choices;
	const struct choices *const *after; /* the words behind it, by its number */
	int (*run)(const struct invocation *inv, const void *options);
};

/* commands: a table, ended by NULL. */
const struct command *command_find(const struct command *const *commands, const char *name);

extern const struct arg global_args[];

/* "ctl: SENTENCE" on stderr; both return the exit code. */
int ctl_failed(const struct weir_error *err);
int usage_error(const struct invocation *inv, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Opens as the invocation says, with the pin directory of $WEIR_ROOT. */
int open_weir(const struct invocation *inv, struct weir **ret_weir, struct weir_error *err);
void close_weir(struct weir **weir);

void print_help(const struct invocation *inv, const struct command *command, FILE *out);

#endif
