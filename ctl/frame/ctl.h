/* SPDX-License-Identifier: GPL-2.0 */
/* ctl.h - shared by commands: the row of a command, the invocation, exit codes. */
#ifndef CTL_H
#define CTL_H

#include "ctl/frame/args.h"
#include "datapath/weir.h"

enum exit_code { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* The parsed global options, and the words that are not options. */
struct invocation {
	const char *netns;
	bool json;
	bool pretty;
	struct arg_word color_option;
	bool help;
	bool version;

	bool color;                            /* from color_option, NO_COLOR and the terminal */
	const struct command *const *commands; /* all commands, ended by NULL */
	const struct command *command;
	char *const *argv; /* the original command line, for exec() */
	const char *const *words;
	size_t word_count;
	unsigned int first; /* number of the first word, if the command has choices */
};

struct command {
	const char *name;
	const char *summary;     /* one line, for the list of commands */
	const char *synopsis;    /* words after the name */
	const char *description; /* paragraphs for --help */
	const struct arg *args;
	size_t options_size; /* size of the struct that args bind to */
	/* If not NULL, the first word must be one of these. A source is for completion only. */
	const struct choices *choices;
	const struct choices *const *after; /* choices for the next words, by number of the first */
	int (*run)(const struct invocation *inv, const void *options);
};

/* `commands` ends with NULL. */
const struct command *command_find(const struct command *const *commands, const char *name);

extern const struct arg global_args[];

/* Print "ctl: SENTENCE" to stderr and return the exit code. */
int ctl_failed(const struct weir_error *err);

/* Returns the exit code for a writer's return value, and says so if its output is incomplete. */
int ctl_printed(int ret);

/* Flushes stdout. Returns the exit code; errors of earlier flushes count, too. */
int ctl_flush(void);
int usage_error(const struct invocation *inv, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Opens the context for the namespace of the invocation and the pin directory $WEIR_ROOT. */
int open_weir(const struct invocation *inv, struct weir **ret_weir, struct weir_error *err);
void close_weir(struct weir **weir);

void print_help(const struct invocation *inv, const struct command *command, FILE *out);

#endif
