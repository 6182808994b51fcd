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
#include "ctl/frame/choices.h"

enum arg_type {
	ARG_FLAG,          /* bool */
	ARG_VALUE,         /* const char *, a value has to follow */
	ARG_OPTIONAL,      /* struct arg_optional: --name or --name=VALUE */
	ARG_WORD,          /* struct arg_word: one of the row's choices has to follow */
	ARG_WORDS,         /* struct arg_word: a comma-separated list of them has to follow */
	ARG_OPTIONAL_WORD, /* struct arg_word: --name or --name=WORD */
	ARG_TYPES,
};

/* An option with an optional value. */
struct arg_optional {
	bool given;
	const char *value; /* NULL if none was given */
};

/* An option whose value is one of its row's choices. args_choose() sets the number. */
struct arg_word {
	bool given;
	const char *word;    /* NULL if none was given */
	unsigned int number; /* of the choice; of ARG_WORDS, a mask of numbers */
};

struct arg {
	const char *name; /* without dashes */
	char letter;      /* 0 for none */
	enum arg_type type;
	size_t offset;     /* of the field in the bound struct */
	const char *value; /* its name in help; NULL for a flag, and for a few choices */
	const char *help;
	const struct choices *choices; /* ARG_VALUE and ARG_OPTIONAL take other values, too */
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

/* Looks the words up that are choices of their rows. 0, or -1 with a sentence. */
int args_choose(const struct arg_table *tables, struct arg_error *err);

/* True if the option was given. options is the struct that its table binds to. */
bool arg_is_given(const struct arg *arg, const void *options);

/* True if a value has to follow, and if one can be joined by '='. */
bool arg_needs_value(const struct arg *arg);
bool arg_takes_value(const struct arg *arg);

/* True if the option takes choices of its row only, and so binds to a struct arg_word. */
bool arg_chooses(const struct arg *arg);

/* As getopt_long(3) does: a name may be shortened, "=" may follow. NULL: none, or several. */
const struct arg *args_find(const struct arg_table *tables, const char *name);
const struct arg *args_find_letter(const struct arg_table *tables, char letter);

void args_help(const struct arg *args, FILE *out);

/* "--ingress" and so on, a line each. */
void args_words(const struct arg *args, FILE *out);

#endif
