// SPDX-License-Identifier: GPL-2.0
/* complete.c - see complete.h. */
#include <string.h>
#include "ctl/frame/complete.h"

/* The parser's position after the words so far. */
struct place {
	const struct command *const *commands;
	const struct command *command;
	const struct arg *option; /* the next word is its value */
	bool words_only;          /* after "--" */
	bool lost;                /* the command is unknown */
	size_t words;             /* words of the command so far */
	unsigned int first;       /* number of the first word, if the command has choices */
};

static const struct arg none[] = { {} };

static const struct arg *args_of(const struct command *command)
{
	return command && command->args ? command->args : none;
}

static const struct arg *find_option(const struct place *place, const char *name)
{
	const struct arg_table tables[] = { { args_of(place->command), NULL },
					    { global_args, NULL },
					    {} };

	return args_find(tables, name);
}

/*
 * Finds the option in a group of letters that takes the rest of the word, or the next word, as its
 * value.
 */
static const struct arg *find_letter(const struct place *place, const char *letters, bool *ret_next)
{
	const struct arg_table tables[] = { { args_of(place->command), NULL },
					    { global_args, NULL },
					    {} };

	for (; *letters; letters++) {
		const struct arg *arg = args_find_letter(tables, *letters);

		if (!arg || !arg_takes_value(arg))
			continue;
		*ret_next = !letters[1] && arg_needs_value(arg);
		return arg;
	}
	return NULL;
}

static void pass_option(struct place *place, const char *word)
{
	const struct arg *arg;
	bool next = false;

	if (strcmp(word, "--") == 0) {
		place->words_only = true;
		return;
	}
	if (word[1] == '-') {
		arg = find_option(place, word + 2);
		next = arg && arg_needs_value(arg) && !strchr(word, '=');
	} else {
		arg = find_letter(place, word + 1, &next);
	}
	place->option = next ? arg : NULL;
}

static void pass_word(struct place *place, const char *word)
{
	if (!place->command) {
		place->command = command_find(place->commands, word);
		place->lost |= !place->command;
		place->words_only = false;
		return;
	}
	if (place->words++ == 0 && place->command->choices &&
	    choices_find(place->command->choices, word, &place->first) < 0)
		place->first = UINT32_MAX;
}

static void pass(struct place *place, const char *word)
{
	if (place->option)
		place->option = NULL;
	else if (word[0] == '-' && word[1] && !place->words_only)
		pass_option(place, word);
	else
		pass_word(place, word);
}

static void print_commands(const struct command *const *commands, FILE *out)
{
	for (; *commands; commands++)
		fprintf(out, "%s\n", (*commands)->name);
}

/*
 * Prints the choices that fit, each after the first `length` bytes of `kept`, such as "counters,"
 * in a list.
 */
static void print_choices(const struct place *place, const struct choices *choices,
			  const char *kept, int length, FILE *out)
{
	if (choices == &choices_commands) {
		print_commands(place->commands, out);
		return;
	}
	for (unsigned int i = 0; i < choices->count; i++) {
		const char *name = choices_name(choices, i);

		if (name)
			fprintf(out, "%.*s%s\n", length, kept, name);
	}
	if (choices->source)
		fprintf(out, "@%s\n", choices->source);
}

static void print_values(const struct place *place, const struct arg *arg, const char *value,
			 FILE *out)
{
	const char *comma = arg->type == ARG_WORDS ? strrchr(value, ',') : NULL;

	if (arg->choices)
		print_choices(place, arg->choices, value, comma ? (int)(comma + 1 - value) : 0,
			      out);
}

static const struct choices *choices_here(const struct place *place)
{
	const struct command *command = place->command;
	bool closed = command->choices && command->choices->count;

	if (!place->words || !closed)
		return command->choices;
	return command->after && place->first < command->choices->count
		       ? command->after[place->first]
		       : NULL;
}

static void print_place(const struct place *place, const char *word, FILE *out)
{
	const char *equals = strchr(word, '=');
	const struct arg *arg;

	if (place->lost)
		return;
	if (place->option) {
		print_values(place, place->option, word, out);
	} else if (!place->words_only && strncmp(word, "--", 2) == 0 && equals) {
		arg = find_option(place, word + 2);
		if (arg && arg_takes_value(arg))
			print_values(place, arg, equals + 1, out);
	} else if (!place->words_only && word[0] == '-') {
		args_words(args_of(place->command), out);
		args_words(global_args, out);
	} else if (!place->command) {
		print_commands(place->commands, out);
	} else if (choices_here(place)) {
		print_choices(place, choices_here(place), "", 0, out);
	}
}

void complete_words(const struct command *const *commands, const char *const *words, size_t count,
		    FILE *out)
{
	struct place place = { .commands = commands };

	for (size_t i = 0; i + 1 < count; i++)
		pass(&place, words[i]);
	print_place(&place, count ? words[count - 1] : "", out);
}
