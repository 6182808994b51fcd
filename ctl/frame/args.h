/* SPDX-License-Identifier: GPL-2.0 */
/*
 * args.h - option tables that bind to struct fields. Parsing, --help and completion read the same
 * table.
 */
#ifndef CTL_FRAME_ARGS_H
#define CTL_FRAME_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "ctl/frame/choices.h"

enum arg_type {
	ARG_FLAG,          /* bool */
	ARG_VALUE,         /* const char *; needs a value */
	ARG_OPTIONAL,      /* struct arg_optional: --name or --name=VALUE */
	ARG_WORD,          /* struct arg_word; needs one of the row's choices */
	ARG_WORDS,         /* struct arg_word; needs a comma-separated list of choices */
	ARG_OPTIONAL_WORD, /* struct arg_word: --name or --name=WORD */
	ARG_TYPES,
};

/* An option with an optional value. */
struct arg_optional {
	bool given;
	const char *value; /* NULL if it was given without a value */
};

/* An option whose value is one of the row's choices. args_choose() sets the number. */
struct arg_word {
	bool given;
	const char *word;    /* NULL if it was given without a word */
	unsigned int number; /* of the choice; for ARG_WORDS, a mask of numbers */
};

struct arg {
	const char *name; /* without dashes */
	char letter;      /* 0: no short form */
	enum arg_type type;
	size_t offset;     /* of the field in the bound struct */
	const char *value; /* its name in help; NULL for flags, and if there are few choices */
	const char *help;
	const struct choices *choices; /* ARG_VALUE and ARG_OPTIONAL also take other values */
};

/* A list of tables, each bound to its own struct. The last one has args NULL. */
struct arg_table {
	const struct arg *args; /* ends with name NULL */
	void *target;
};

struct arg_error {
	char text[256];
};

/*
 * Fills in the structs and moves words that are not options to the front of argv, after argv[0].
 * With stop_at_word, the first such word ends the options. Returns the number of words, which start
 * at argv[1], or -1 with a sentence.
 */
int args_parse(const struct arg_table *tables, int argc, char **argv, bool stop_at_word,
	       struct arg_error *err);

/* Looks up the words of options with choices. Returns 0, or -1 with a sentence. */
int args_choose(const struct arg_table *tables, struct arg_error *err);

/* Returns true if the option was given. `options` is the struct that its table is bound to. */
bool arg_is_given(const struct arg *arg, const void *options);

/* Return true if the option needs a value, and if it accepts one after "=". */
bool arg_needs_value(const struct arg *arg);
bool arg_takes_value(const struct arg *arg);

/* Returns true if the option takes only choices of its row, and so binds to a struct arg_word. */
bool arg_chooses(const struct arg *arg);

/*
 * Looks up an option by name, which may be abbreviated and followed by "=", as in getopt_long(3).
 * Returns NULL if it is unknown or ambiguous.
 */
const struct arg *args_find(const struct arg_table *tables, const char *name);
const struct arg *args_find_letter(const struct arg_table *tables, char letter);

void args_help(const struct arg *args, FILE *out);

/* Prints "--ingress" and so on, one per line. */
void args_words(const struct arg *args, FILE *out);

#endif
