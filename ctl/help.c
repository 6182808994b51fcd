// SPDX-License-Identifier: GPL-2.0
/* help.c - ctl help and ctl version */
#include "ctl/frame/complete.h"
#include "ctl/frame/ctl.h"
#include "ctl/write/json.h"

struct options {
	bool words;
	bool complete;
};

static const struct arg args[] = {
	{ "words", 0, ARG_FLAG, offsetof(struct options, words), NULL,
	  "only the commands, or the options of COMMAND, one per line" },
	{ "complete", 0, ARG_FLAG, offsetof(struct options, complete), NULL,
	  "the words that can replace the last WORD of a command line" },
	{},
};

static int print_words(const struct invocation *inv, const struct command *command)
{
	if (!command) {
		for (const struct command *const *c = inv->commands; *c; c++)
			puts((*c)->name);
	} else if (command->args) {
		args_words(command->args, stdout);
	}
	args_words(global_args, stdout);
	return EXIT_DONE;
}

static int run_help(const struct invocation *inv, const void *bound)
{
	const struct options *options = bound;
	const struct command *command = NULL;

	if (options->words && options->complete)
		return usage_error(inv, "--words and --complete exclude each other");
	if (options->complete) {
		complete_words(inv->commands, inv->words, inv->word_count, stdout);
		return EXIT_DONE;
	}
	if (inv->word_count > 1)
		return usage_error(inv, "unexpected '%s'", inv->words[1]);
	if (inv->word_count) {
		command = command_find(inv->commands, inv->words[0]);
		if (!command)
			return usage_error(inv, "no command '%s'", inv->words[0]);
	}
	if (options->words)
		return print_words(inv, command);
	print_help(inv, command, stdout);
	return EXIT_DONE;
}

const struct command cmd_help = {
	.name = "help",
	.summary = "explain a command",
	.synopsis = "[COMMAND] | --complete -- [WORD...]",
	.description = "Explains a command, or lists them all.",
	.args = args,
	.options_size = sizeof(struct options),
	.choices = &choices_commands,
	.run = run_help,
};

static int run_version(const struct invocation *inv, const void *bound)
{
	(void)bound;
	if (inv->json) {
		struct json_stream js = { .out = stdout, .pretty = inv->pretty };

		js_open(&js, NULL, '{');
		js_text(&js, "version", WEIR_VERSION);
		js_number(&js, "layout", WEIR_LAYOUT);
		js_close(&js, '}');
		return ctl_printed(js_end(&js));
	}
	printf("ctl (weir) %s, map layout %d\n", WEIR_VERSION, WEIR_LAYOUT);
	return EXIT_DONE;
}

const struct command cmd_version = {
	.name = "version",
	.summary = "print the version and the layout of its maps",
	.description =
		"Prints the version of ctl and of the layout of the pinned maps that it knows.",
	.run = run_version,
};
