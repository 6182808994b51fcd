// SPDX-License-Identifier: GPL-2.0
/* args.c - see args.h. getopt_long(3) does the work. */
#include <getopt.h>
#include <string.h>
#include "ctl/frame/args.h"
#include "datapath/base/cleanup.h"

#define MAX_ARGS 64
#define LONG_ONLY 256 /* getopt's value of the option at index i is LONG_ONLY + i */

struct parser {
	struct option options[MAX_ARGS + 1];
	const struct arg *args[MAX_ARGS];
	void *targets[MAX_ARGS];
	char letters[3 * MAX_ARGS];
	int count;
};

static int needs_value(const struct arg *arg)
{
	switch (arg->type) {
	case ARG_FLAG:
		return no_argument;
	case ARG_VALUE:
		return required_argument;
	case ARG_CHOICE:
		return optional_argument;
	}
	return no_argument;
}

static void parser_add(struct parser *p, const struct arg *arg, void *target)
{
	size_t used = strlen(p->letters);

	p->options[p->count] = (struct option){ .name = arg->name,
						.has_arg = needs_value(arg),
						.val = LONG_ONLY + p->count };
	p->args[p->count] = arg;
	p->targets[p->count] = target;
	p->count++;
	if (arg->letter)
		snprintf(p->letters + used, sizeof(p->letters) - used, "%c%s", arg->letter,
			 arg->type == ARG_VALUE    ? ":"
			 : arg->type == ARG_CHOICE ? "::"
						   : "");
}

static void parser_init(struct parser *p, const struct arg_table *tables, bool stop_at_word)
{
	*p = (struct parser){};
	/* the leading colon makes a missing value ':' instead of '?' */
	strcpy(p->letters, stop_at_word ? "+:" : ":");
	for (; tables->args; tables++) {
		for (const struct arg *arg = tables->args; arg->name && p->count < MAX_ARGS; arg++)
			parser_add(p, arg, tables->target);
	}
}

static int find(const struct parser *p, int value)
{
	if (value >= LONG_ONLY)
		return value - LONG_ONLY;
	for (int i = 0; i < p->count; i++) {
		if (p->args[i]->letter == value)
			return i;
	}
	return -1;
}

static void store(const struct arg *arg, void *target, const char *value)
{
	void *field = (char *)target + arg->offset;

	switch (arg->type) {
	case ARG_FLAG:
		*(bool *)field = true;
		break;
	case ARG_VALUE:
		*(const char **)field = value;
		break;
	case ARG_CHOICE:
		*(struct arg_optional *)field = (struct arg_optional){ true, value };
		break;
	}
}

/*
 * option: getopt's optopt, which is a letter, 0 for an unknown long option, or the value of a
 * known one. word: the one before optind, which among letters may not be theirs yet.
 */
static int bad_option(int value, const char *word, int option, struct arg_error *err)
{
	bool is_long = option == 0 || option >= LONG_ONLY;

	if (value == ':' && is_long)
		snprintf(err->text, sizeof(err->text), "option '%s' needs a value", word);
	else if (value == ':')
		snprintf(err->text, sizeof(err->text), "option '-%c' needs a value", option);
	else if (is_long && option)
		snprintf(err->text, sizeof(err->text), "option '%.*s' takes no value",
			 (int)strcspn(word, "="), word);
	else if (is_long)
		snprintf(err->text, sizeof(err->text), "no such option '%s', or not a whole one",
			 word);
	else
		snprintf(err->text, sizeof(err->text), "no such option '-%c'", option);
	return -1;
}

int args_parse(const struct arg_table *tables, int argc, char **argv, bool stop_at_word,
	       struct arg_error *err)
{
	struct parser p;
	int value;

	parser_init(&p, tables, stop_at_word);
	opterr = 0;
	optind = 0; /* start anew, glibc's way */
	while ((value = getopt_long(argc, argv, p.letters, p.options, NULL)) != -1) {
		int i;

		if (value == '?' || value == ':')
			return bad_option(value, argv[optind - 1], optopt, err);
		i = find(&p, value);
		if (optarg && !*optarg) {
			snprintf(err->text, sizeof(err->text), "option '--%s' has an empty value",
				 p.args[i]->name);
			return -1;
		}
		store(p.args[i], p.targets[i], optarg);
	}
	memmove(&argv[1], &argv[optind], (size_t)(argc - optind) * sizeof(*argv));
	return argc - optind;
}

void args_help(const struct arg *args, FILE *out)
{
	for (; args->name; args++) {
		char left[64], letter[8] = "    ";

		if (args->letter)
			snprintf(letter, sizeof(letter), "-%c, ", args->letter);
		snprintf(left, sizeof(left), "%s--%s%s%s%s", letter, args->name,
			 args->type == ARG_VALUE    ? " "
			 : args->type == ARG_CHOICE ? "[="
						    : "",
			 args->value ? args->value : "", args->type == ARG_CHOICE ? "]" : "");
		fprintf(out, "  %-32s %s\n", left, args->help);
	}
}

void args_words(const struct arg *args, FILE *out)
{
	for (; args->name; args++)
		fprintf(out, "--%s\n", args->name);
}
