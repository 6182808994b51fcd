// SPDX-License-Identifier: GPL-2.0
/* frame.c - handles options, help and errors of all commands. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include "ctl/frame/ctl.h"
#include "ctl/frame/frame.h"
#include "datapath/base/cleanup.h"

enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

static const char *const colors[] = {
	[COLOR_AUTO] = "auto",
	[COLOR_ALWAYS] = "always",
	[COLOR_NEVER] = "never",
};
static const struct choices color_choices = CHOICES(colors);

#define GLOBAL(field) offsetof(struct invocation, field)

const struct arg global_args[] = {
	{ "netns", 'n', ARG_VALUE, GLOBAL(netns), "NETNS",
	  "use that network namespace (a name in /run/netns, or a path)", &choices_namespaces },
	{ "json", 'j', ARG_FLAG, GLOBAL(json), NULL, "print JSON" },
	{ "pretty", 'p', ARG_FLAG, GLOBAL(pretty), NULL, "indent the JSON" },
	{ "color", 0, ARG_OPTIONAL_WORD, GLOBAL(color_option), NULL,
	  "colours; auto: on a terminal without NO_COLOR", &color_choices },
	{ "help", 'h', ARG_FLAG, GLOBAL(help), NULL, "print help" },
	{ "version", 'V', ARG_FLAG, GLOBAL(version), NULL, "print the version" },
	{},
};

const struct command *command_find(const struct command *const *commands, const char *name)
{
	for (; *commands; commands++) {
		if (strcmp((*commands)->name, name) == 0)
			return *commands;
	}
	return NULL;
}

int ctl_failed(const struct weir_error *err)
{
	fflush(stdout);
	fprintf(stderr, "ctl: %s\n", err->text);
	return EXIT_FAILED;
}

int ctl_printed(int ret)
{
	static const struct weir_error memory = { "out of memory" };
	static const struct weir_error output = { "cannot write the output" };

	return ret ? ctl_failed(ret == -ENOMEM ? &memory : &output) : EXIT_DONE;
}

int ctl_flush(void)
{
	return ctl_printed(fflush(stdout) != 0 || ferror(stdout) ? -EIO : 0);
}

int usage_error(const struct invocation *inv, const char *fmt, ...)
{
	va_list args;

	fputs("ctl: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "; see `ctl %s%s--help`\n", inv->command ? inv->command->name : "",
		inv->command ? " " : "");
	return EXIT_USAGE;
}

int open_weir(const struct invocation *inv, struct weir **ret_weir, struct weir_error *err)
{
	struct weir_options options = { .root = getenv("WEIR_ROOT"), .netns = inv->netns };

	if (options.root && !*options.root)
		options.root = NULL;
	return weir_open(&options, ret_weir, err);
}

void close_weir(struct weir **weir)
{
	weir_close(*weir);
}

static void print_overview(const struct invocation *inv, FILE *out)
{
	fputs("Usage: ctl [OPTION]... COMMAND [ARGUMENT]...\n\n"
	      "Counts packets of interfaces, cgroups and sockets, and TCP connections, without a daemon.\n\n"
	      "Commands:\n",
	      out);
	for (const struct command *const *c = inv->commands; *c; c++)
		fprintf(out, "  %-15s %s\n", (*c)->name, (*c)->summary);
	fputs("\nOptions of every command:\n", out);
	args_help(global_args, out);
	fputs("\nSee `ctl help COMMAND` for a command. The manual page is ctl(8).\n", out);
}

/* Prints the global options. A command's own letter replaces the global option's. */
static void global_help(const struct arg *args, FILE *out)
{
	struct arg globals[sizeof(global_args) / sizeof(global_args[0])];

	memcpy(globals, global_args, sizeof(globals));
	for (struct arg *g = globals; g->name; g++) {
		for (const struct arg *a = args; a && a->name; a++) {
			if (a->letter && a->letter == g->letter)
				g->letter = 0;
		}
	}
	args_help(globals, out);
}

void print_help(const struct invocation *inv, const struct command *command, FILE *out)
{
	if (!command) {
		print_overview(inv, out);
		return;
	}
	fprintf(out, "Usage: ctl %s%s%s\n\n%s\n", command->name, command->synopsis ? " " : "",
		command->synopsis ? command->synopsis : "", command->description);
	if (command->args) {
		fputs("\nOptions:\n", out);
		args_help(command->args, out);
	}
	fputs("\nOptions of every command:\n", out);
	global_help(command->args, out);
}

static void choose_color(struct invocation *inv)
{
	const struct arg_word *when = &inv->color_option;
	const char *no_color = getenv("NO_COLOR");

	if (!when->given || (when->word && when->number == COLOR_AUTO))
		inv->color = isatty(STDOUT_FILENO) && !(no_color && *no_color);
	else
		inv->color = !when->word || when->number == COLOR_ALWAYS;
}

static void print_debug(const char *line)
{
	fprintf(stderr, "%s\n", line);
}

/* If $WEIR_DEBUG is 1, messages of libraries go to stderr, including the verifier's log. */
static int choose_debug(void)
{
	const char *debug = getenv("WEIR_DEBUG");
	bool on = debug && strcmp(debug, "1") == 0;

	if (debug && *debug && !on && strcmp(debug, "0") != 0) {
		fprintf(stderr, "ctl: WEIR_DEBUG is 0 or 1, not '%s'; see ctl(8), ENVIRONMENT\n",
			debug);
		return EXIT_USAGE;
	}
	weir_debug_set(on ? print_debug : NULL);
	return EXIT_DONE;
}

/* Checks the first word against the choices of the command. */
static int check_words(struct invocation *inv)
{
	const struct choices *choices = inv->command->choices;
	char list[256];

	if (inv->word_count && !inv->command->synopsis)
		return usage_error(inv, "unexpected '%s'", inv->words[0]);
	if (!inv->word_count || !choices || !choices->count ||
	    choices_find(choices, inv->words[0], &inv->first) == 0)
		return EXIT_DONE;
	choices_join(choices, ", ", " or ", list, sizeof(list));
	return usage_error(inv, "%s, not '%s'", list, inv->words[0]);
}

static int run(struct invocation *inv, int argc, char **argv)
{
	static const struct arg none[] = { {} };
	_cleanup_free_ void *options = calloc(1, inv->command->options_size + 1);
	const struct arg_table tables[] = {
		{ inv->command->args ? inv->command->args : none, options },
		{ global_args, inv },
		{},
	};
	struct arg_error err;
	int words, ret;

	if (!options)
		return ctl_failed(&(struct weir_error){ "out of memory" });
	words = args_parse(tables, argc, argv, false, &err);
	if (words < 0)
		return usage_error(inv, "%s", err.text);
	inv->words = (const char *const *)&argv[1];
	inv->word_count = (size_t)words;
	if (inv->help) {
		print_help(inv, inv->command, stdout);
		return EXIT_DONE;
	}
	if (args_choose(tables, &err) < 0)
		return usage_error(inv, "%s", err.text);
	choose_color(inv);
	if (inv->pretty)
		inv->json = true;
	ret = choose_debug();
	if (!ret)
		ret = check_words(inv);
	return ret ? ret : inv->command->run(inv, options);
}

static int dispatch(const struct command *const *commands, int argc, char **argv,
		    char *const *given)
{
	struct invocation inv = { .commands = commands, .argv = given };
	const struct arg_table tables[] = { { global_args, &inv }, {} };
	struct arg_error err;
	int words = args_parse(tables, argc, argv, true, &err);

	if (words < 0)
		return usage_error(&inv, "%s", err.text);
	if (inv.version) {
		puts("ctl (weir) " WEIR_VERSION);
		return EXIT_DONE;
	}
	if (inv.help) {
		print_help(&inv, NULL, stdout);
		return EXIT_DONE;
	}
	if (!words) {
		print_help(&inv, NULL, stderr);
		return EXIT_USAGE;
	}
	inv.command = command_find(commands, argv[1]);
	if (!inv.command)
		return usage_error(&inv, "no command '%s'", argv[1]);
	return run(&inv, words, &argv[1]);
}

int ctl_main(const struct command *const *commands, int argc, char **argv)
{
	size_t size = ((size_t)argc + 1) * sizeof(*argv);
	_cleanup_free_ char **given = malloc(size);
	int ret;

	if (!given)
		return ctl_failed(&(struct weir_error){ "out of memory" });
	memcpy(given, argv, size); /* because parsing reorders argv */
	ret = dispatch(commands, argc, argv, given);
	return ret == EXIT_DONE ? ctl_flush() : ret;
}
