// SPDX-License-Identifier: GPL-2.0
/* args.c - see args.h. A wrapper of getopt_long(3). */
#include <assert.h>
#include <getopt.h>
#include <string.h>
#include "ctl/frame/args.h"
#include "datapath/base/cleanup.h"

#define MAX_ARGS 64
#define COLUMNS 100    /* width of help */
#define HELP_COLUMN 35 /* where the texts of options begin */
#define INLINE 26      /* longer lists of choices get a line of their own */
#define LONG_ONLY 256  /* LONG_ONLY + i is getopt's value for option i without a letter */

struct parser {
	struct option options[MAX_ARGS + 1];
	const struct arg *args[MAX_ARGS];
	void *targets[MAX_ARGS];
	char letters[3 * MAX_ARGS];
	int count;
};

/* For each type, the constant of getopt_long(3), and the characters around the value in help. */
static const struct {
	int has_arg;
	const char *letter, *before, *after;
	bool chooses; /* takes only choices of the row */
} types[] = {
	[ARG_FLAG] = { no_argument, "", "", "", false },
	[ARG_VALUE] = { required_argument, ":", " ", "", false },
	[ARG_OPTIONAL] = { optional_argument, "::", "[=", "]", false },
	[ARG_WORD] = { required_argument, ":", " ", "", true },
	[ARG_WORDS] = { required_argument, ":", " ", "", true },
	[ARG_OPTIONAL_WORD] = { optional_argument, "::", "[=", "]", true },
};
static_assert(ARRAY_SIZE(types) == ARG_TYPES, "one row for each type");

bool arg_needs_value(const struct arg *arg)
{
	return types[arg->type].has_arg == required_argument;
}

bool arg_takes_value(const struct arg *arg)
{
	return types[arg->type].has_arg != no_argument;
}

bool arg_chooses(const struct arg *arg)
{
	return types[arg->type].chooses;
}

static void parser_add(struct parser *p, const struct arg *arg, void *target)
{
	size_t used = strlen(p->letters);

	p->options[p->count] = (struct option){ .name = arg->name,
						.has_arg = types[arg->type].has_arg,
						.val = LONG_ONLY + p->count };
	p->args[p->count] = arg;
	p->targets[p->count] = target;
	p->count++;
	if (arg->letter)
		snprintf(p->letters + used, sizeof(p->letters) - used, "%c%s", arg->letter,
			 types[arg->type].letter);
}

static void parser_init(struct parser *p, const struct arg_table *tables, bool stop_at_word)
{
	*p = (struct parser){};
	/* The leading colon makes getopt return ':' instead of '?' if a value is missing. */
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
	case ARG_OPTIONAL:
		*(struct arg_optional *)field = (struct arg_optional){ true, value };
		break;
	case ARG_WORD:
	case ARG_WORDS:
	case ARG_OPTIONAL_WORD:
		*(struct arg_word *)field = (struct arg_word){ .given = true, .word = value };
		break;
	case ARG_TYPES:
		break;
	}
}

bool arg_is_given(const struct arg *arg, const void *options)
{
	const void *field = (const char *)options + arg->offset;

	/* All other types begin with a bool. */
	return arg->type == ARG_VALUE ? *(const char *const *)field != NULL : *(const bool *)field;
}

/* --- lookup --- */

const struct arg *args_find(const struct arg_table *tables, const char *name)
{
	size_t length = strcspn(name, "=");
	const struct arg *found = NULL;
	bool several = false;

	for (; tables->args; tables++) {
		for (const struct arg *arg = tables->args; arg->name; arg++) {
			if (strncmp(arg->name, name, length) != 0)
				continue;
			if (!arg->name[length])
				return arg;
			several = found != NULL;
			found = arg;
		}
	}
	return several ? NULL : found;
}

const struct arg *args_find_letter(const struct arg_table *tables, char letter)
{
	for (; tables->args; tables++) {
		for (const struct arg *arg = tables->args; arg->name; arg++) {
			if (arg->letter == letter)
				return arg;
		}
	}
	return NULL;
}

/* --- parsing --- */

/* Reports a long option that is unknown or ambiguous. */
static void unknown(const struct parser *p, const char *word, struct arg_error *err)
{
	const char *names[MAX_ARGS];
	struct choices several = { .names = names };
	size_t length = strcspn(word, "=");
	char list[160];

	for (int i = 0; length > 2 && i < p->count; i++) {
		if (strncmp(p->options[i].name, word + 2, length - 2) == 0)
			names[several.count++] = p->options[i].name;
	}
	if (!several.count) {
		snprintf(err->text, sizeof(err->text), "unknown option '%s'", word);
		return;
	}
	choices_join(&several, ", --", " or --", list, sizeof(list));
	snprintf(err->text, sizeof(err->text), "ambiguous option '%.*s': --%s", (int)length, word,
		 list);
}

/*
 * Reports an error of getopt. `option` is optopt: a letter, 0 for an unknown long option, or the
 * value of a known one. `word` is the word before optind. Within a group of letters, it may still
 * be the word before the group.
 */
static int bad_option(const struct parser *p, int value, const char *word, int option,
		      struct arg_error *err)
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
		unknown(p, word, err);
	else
		snprintf(err->text, sizeof(err->text), "unknown option '-%c'", option);
	return -1;
}

int args_parse(const struct arg_table *tables, int argc, char **argv, bool stop_at_word,
	       struct arg_error *err)
{
	struct parser p;
	int value;

	parser_init(&p, tables, stop_at_word);
	opterr = 0;
	optind = 0; /* makes glibc reinitialize getopt */
	while ((value = getopt_long(argc, argv, p.letters, p.options, NULL)) != -1) {
		int i;

		if (value == '?' || value == ':')
			return bad_option(&p, value, argv[optind - 1], optopt, err);
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

/* --- choices --- */

static int choose(const struct arg *arg, struct arg_word *word, struct arg_error *err)
{
	bool list = arg->type == ARG_WORDS;
	int ret = list ? choices_find_list(arg->choices, word->word, &word->number)
		       : choices_find(arg->choices, word->word, &word->number);
	char words[192];

	if (!ret)
		return 0;
	choices_join(arg->choices, ", ", list ? " and " : " or ", words, sizeof(words));
	snprintf(err->text, sizeof(err->text), "--%s is %s%s, not '%s'", arg->name,
		 list ? "a list of " : "", words, word->word);
	return -1;
}

int args_choose(const struct arg_table *tables, struct arg_error *err)
{
	for (; tables->args; tables++) {
		for (const struct arg *arg = tables->args; arg->name; arg++) {
			struct arg_word *word = (void *)((char *)tables->target + arg->offset);

			if (arg_chooses(arg) && word->word && choose(arg, word, err) < 0)
				return -1;
		}
	}
	return 0;
}

/* --- help --- */

/* Few choices go on the line of the option: "--unit bits|bytes|packets", "--top N|all". */
static bool fits(const struct arg *arg)
{
	return arg->type != ARG_WORDS && arg->choices && arg->choices->count &&
	       choices_join(arg->choices, "|", "|", NULL, 0) <= INLINE;
}

static void value_words(const struct arg *arg, char *words, size_t size)
{
	const char *value = arg_chooses(arg) && fits(arg) ? NULL : arg->value;
	char choices[INLINE + 1] = "";

	if (fits(arg))
		choices_join(arg->choices, "|", "|", choices, sizeof(choices));
	snprintf(words, size, "%s%s%s", value ? value : "", value && choices[0] ? "|" : "",
		 choices);
}

/* Many choices go on lines of their own. */
static void choices_help(const struct arg *arg, FILE *out)
{
	int column = fprintf(out, "%*s%s:", HELP_COLUMN, "", arg->value);
	const char *comma = "";

	for (unsigned int i = 0; i < arg->choices->count; i++) {
		const char *name = choices_name(arg->choices, i);

		if (!name)
			continue;
		fputs(comma, out);
		column += (int)strlen(comma);
		if (column + (int)strlen(name) + 2 > COLUMNS)
			column = fprintf(out, "\n%*s%s", HELP_COLUMN, "", name) - 1;
		else
			column += fprintf(out, " %s", name);
		comma = ",";
	}
	fputc('\n', out);
}

void args_help(const struct arg *args, FILE *out)
{
	for (; args->name; args++) {
		char left[80], value[64], letter[8] = "    ";

		if (args->letter)
			snprintf(letter, sizeof(letter), "-%c, ", args->letter);
		value_words(args, value, sizeof(value));
		snprintf(left, sizeof(left), "%s--%s%s%s%s", letter, args->name,
			 types[args->type].before, value, types[args->type].after);
		fprintf(out, "  %-*s %s\n", HELP_COLUMN - 3, left, args->help);
		if (args->choices && args->choices->count && !fits(args))
			choices_help(args, out);
	}
}

void args_words(const struct arg *args, FILE *out)
{
	for (; args->name; args++)
		fprintf(out, "--%s\n", args->name);
}
