/* SPDX-License-Identifier: GPL-2.0 */
/*
 * args.h - option tables that bind to struct fields. Parsing, --help and completion all read the
 * same table.
 */
#ifndef CTL_FRAME_ARGS_H
#define CTL_FRAME_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum arg_type {
	ARG_FLAG,   /* bool */
	ARG_VALUE,  /* const char *, a value has to follow */
	ARG_CHOICE, /* struct arg_optional: --name or --name=VALUE */
};

/* An option with an optional value. */
struct arg_optional {
	bool given;
	const char *value; /* NULL if none was given */
};

struct arg {
	const char *name; /* without dashes */
	char letter;      /* 0 for none */
	enum arg_type type;
	size_t offset;     /* of the field in the bound struct */
	const char *value; /* its name in help, NULL for a flag */
	const char *help;
};

/* A list of tables, each bound to a struct of its own; the last has args NULL. */
struct arg_table {
	const struct arg *args; /* ends with name NULL */
	void *target;
};

struct arg_error {
	char text[256];
};

/*
 * Fills the structs and moves the words that are no options to the front of argv; argv[0] is
 * passed over. stop_at_word: the first such word ends the options. Returns the number of words,
 * which begin at argv[1], or -1 with a sentence.
 */
int args_parse(const struct arg_table *tables, int argc, char **argv, bool stop_at_word,
	       struct arg_error *err);

void args_help(const struct arg *args, FILE *out);

/* "--ingress" and so on, a line each. */
void args_words(const struct arg *args, FILE *out);

#endif
