// SPDX-License-Identifier: GPL-2.0
/* test_commands.c - tables of commands and options, their help, and errors on the command line. */
#include <ctype.h>
#include <stdio_ext.h>
#include "ctl/attach/hook_options.h"
#include "ctl/tests/run.h"
#include "datapath/base/cleanup.h"

#define MAX_COLUMNS 100

/* --- the tables --- */

TEST(every_command_is_described)
{
	for (const struct command *const *c = commands; *c; c++) {
		assert_non_null((*c)->name);
		assert_non_null((*c)->summary);
		assert_non_null((*c)->description);
		assert_non_null((*c)->run);
		assert_true(islower((unsigned char)(*c)->summary[0]));
		assert_int_not_equal((*c)->summary[strlen((*c)->summary) - 1], '.');
		assert_int_equal((*c)->description[strlen((*c)->description) - 1], '.');
		assert_ptr_equal(command_find(commands, (*c)->name), *c);
		for (const struct command *const *other = commands; other != c; other++)
			assert_string_not_equal((*other)->name, (*c)->name);
	}
}

TEST(commands_are_found_by_their_whole_name)
{
	assert_null(command_find(commands, ""));
	assert_null(command_find(commands, "att"));
	assert_null(command_find(commands, "attach "));
	assert_null(command_find(commands, "Attach"));
}

static void check_option(const struct arg *arg, size_t size)
{
	static const size_t sizes[] = {
		[ARG_FLAG] = sizeof(bool),
		[ARG_VALUE] = sizeof(const char *),
		[ARG_OPTIONAL] = sizeof(struct arg_optional),
		[ARG_WORD] = sizeof(struct arg_word),
		[ARG_WORDS] = sizeof(struct arg_word),
		[ARG_OPTIONAL_WORD] = sizeof(struct arg_word),
	};

	assert_non_null(arg->help);
	assert_true(arg->help[0]);
	assert_int_not_equal(arg->help[strlen(arg->help) - 1], '.');
	assert_int_equal(arg_takes_value(arg), arg->value || arg_chooses(arg));
	assert_true(!arg_chooses(arg) || arg->choices->count);
	assert_true(!arg->choices || arg_takes_value(arg));
	/* The field is within the struct. */
	assert_true(arg->offset + sizes[arg->type] <= size);
	for (const char *c = arg->name; *c; c++)
		assert_true(islower((unsigned char)*c) || *c == '-');
}

static void check_unlike(const struct arg *a, const struct arg *b)
{
	assert_string_not_equal(a->name, b->name);
	assert_true(!a->letter || a->letter != b->letter);
}

TEST(every_option_is_sound_and_one_of_its_kind)
{
	for (const struct arg *g = global_args; g->name; g++) {
		check_option(g, sizeof(struct invocation));
		for (const struct arg *other = global_args; other != g; other++)
			check_unlike(g, other);
	}
	for (const struct command *const *c = commands; *c; c++) {
		for (const struct arg *a = (*c)->args; a && a->name; a++) {
			check_option(a, (*c)->options_size);
			for (const struct arg *other = (*c)->args; other != a; other++) {
				check_unlike(a, other);
				/* No two options share a field. */
				assert_int_not_equal(a->offset, other->offset);
			}
			/* Its letter may hide a global option's, such as `probe -p PID`. */
			for (const struct arg *g = global_args; g->name; g++)
				assert_string_not_equal(a->name, g->name);
		}
	}
}

/* --- help --- */

static void check_lines(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (len > MAX_COLUMNS)
			fail_msg("%zu columns: %.*s", len, (int)len, text);
		assert_true(len == 0 || text[len - 1] != ' ');
		text += len + (text[len] == '\n');
	}
}

static bool is_hidden(char letter, const struct arg *by)
{
	for (; by && by->name; by++) {
		if (by->letter == letter)
			return true;
	}
	return false;
}

/* hiding: options whose letters the others must not have. */
static void check_mentions(const struct arg *args, const struct arg *hiding)
{
	for (; args && args->name; args++) {
		char option[64];

		snprintf(option, sizeof(option), "--%s", args->name);
		assert_non_null(strstr(run_out, option));
		assert_non_null(strstr(run_out, args->help));
		if (args->letter && !is_hidden(args->letter, hiding)) {
			snprintf(option, sizeof(option), "-%c, --%s", args->letter, args->name);
			assert_non_null(strstr(run_out, option));
		}
	}
}

TEST(help_lists_every_command)
{
	assert_int_equal(RUN("help"), 0);
	assert_string_equal(run_err, "");
	check_lines(run_out);
	check_mentions(global_args, NULL);
	for (const struct command *const *c = commands; *c; c++) {
		assert_non_null(strstr(run_out, (*c)->name));
		assert_non_null(strstr(run_out, (*c)->summary));
	}
}

TEST(help_of_a_command_lists_every_option)
{
	for (const struct command *const *c = commands; *c; c++) {
		char by_command[sizeof(run_out)];

		assert_int_equal(RUN("help", (*c)->name), 0);
		assert_string_equal(run_err, "");
		check_lines(run_out);
		check_mentions((*c)->args, NULL);
		check_mentions(global_args, (*c)->args);
		assert_non_null(strstr(run_out, (*c)->description));
		strcpy(by_command, run_out);
		assert_int_equal(RUN((*c)->name, "--help"), 0);
		assert_string_equal(run_out, by_command);
		assert_int_equal(RUN((*c)->name, "-h"), 0);
		assert_string_equal(run_out, by_command);
	}
}

TEST(help_by_option)
{
	char by_command[sizeof(run_out)];

	assert_int_equal(RUN("help"), 0);
	strcpy(by_command, run_out);
	assert_int_equal(RUN("--help"), 0);
	assert_string_equal(run_out, by_command);
	/* Help takes precedence over errors in words and values. */
	assert_int_equal(RUN("attach", "--xdp=fast", "--help"), 0);
	assert_int_equal(RUN("attach", "--help", "eth0", "--all"), 0);
	assert_non_null(strstr(run_out, "Usage: ctl attach "));
}

TEST(no_command_at_all)
{
	assert_int_equal(RUN(), 2);
	assert_string_equal(run_out, "");
	assert_non_null(strstr(run_err, "Usage: ctl "));
	assert_int_equal(RUN("--json"), 2);
	assert_string_equal(run_out, "");
}

TEST(versions)
{
	assert_int_equal(RUN("--version"), 0);
	assert_string_equal(run_out, "ctl (weir) " WEIR_VERSION "\n");
	assert_int_equal(RUN("-V"), 0);
	assert_string_equal(run_out, "ctl (weir) " WEIR_VERSION "\n");
	assert_int_equal(RUN("version"), 0);
	assert_string_equal(run_out, "ctl (weir) " WEIR_VERSION ", map layout 5\n");
	assert_int_equal(RUN("-j", "version"), 0);
	assert_string_equal(run_out, "{\"version\": \"" WEIR_VERSION "\", \"layout\": 5}\n");
	assert_int_equal(RUN("version", "--pretty"), 0);
	assert_string_equal(run_out,
			    "{\n  \"version\": \"" WEIR_VERSION "\",\n  \"layout\": 5\n}\n");
}

/* Each word of `ctl help --words` is on a line of its own. */
TEST(words_for_completion)
{
	assert_int_equal(RUN("help", "--words"), 0);
	for (const struct command *const *c = commands; *c; c++) {
		char line[64];

		snprintf(line, sizeof(line), "%s\n", (*c)->name);
		assert_non_null(strstr(run_out, line));
	}
	assert_non_null(strstr(run_out, "--netns\n"));
	assert_int_equal(RUN("help", "--words", "attach"), 0);
	assert_non_null(strstr(run_out, "--xdp\n"));
	assert_non_null(strstr(run_out, "--json\n"));
	assert_null(strstr(run_out, "purge"));
}

/* --- mistakes: exit code 2, one sentence, nothing on stdout --- */

static void refuse(const char *sentence)
{
	assert_string_equal(run_out, "");
	assert_string_equal(run_err, sentence);
}

#define REFUSE(sentence, ...)                          \
	do {                                           \
		assert_int_equal(RUN(__VA_ARGS__), 2); \
		refuse(sentence);                      \
	} while (0)

TEST(unknown_commands_and_options)
{
	REFUSE("ctl: no command 'atach'; see `ctl --help`\n", "atach");
	REFUSE("ctl: no command ''; see `ctl --help`\n", "");
	REFUSE("ctl: unknown option '--nonsense'; see `ctl --help`\n", "--nonsense", "status");
	REFUSE("ctl: unknown option '--nonsense'; see `ctl attach --help`\n", "attach", "eth0",
	       "--nonsense");
	REFUSE("ctl: unknown option '-z'; see `ctl status --help`\n", "status", "-jz");
	REFUSE("ctl: ambiguous option '--s': --sockops, --socket, --snap or --skip-loopback; see `ctl attach --help`\n",
	       "attach", "eth0", "--s");
	REFUSE("ctl: option '--netns' needs a value; see `ctl status --help`\n", "status",
	       "--netns");
	REFUSE("ctl: option '-n' needs a value; see `ctl --help`\n", "-n");
	REFUSE("ctl: option '--netns' has an empty value; see `ctl --help`\n", "-n", "", "status");
	REFUSE("ctl: option '--json' takes no value; see `ctl status --help`\n", "status",
	       "--json=yes");
}

TEST(words_where_none_belong)
{
	REFUSE("ctl: unexpected 'eth0'; see `ctl status --help`\n", "status", "eth0");
	REFUSE("ctl: unexpected 'now'; see `ctl purge --help`\n", "purge", "now");
	REFUSE("ctl: unexpected 'x'; see `ctl doctor --help`\n", "doctor", "x");
	REFUSE("ctl: unexpected 'x'; see `ctl version --help`\n", "version", "x");
	REFUSE("ctl: unexpected 'b'; see `ctl help --help`\n", "help", "attach", "b");
	REFUSE("ctl: no command 'b'; see `ctl help --help`\n", "help", "b");
}

TEST(mistakes_of_colour)
{
	REFUSE("ctl: --color is auto, always or never, not 'red'; see `ctl status --help`\n",
	       "status", "--color=red");
	REFUSE("ctl: --color is auto, always or never, not 'red'; see `ctl status --help`\n",
	       "--color=red", "status");
}

TEST(debugging_is_on_or_off)
{
	setenv("WEIR_DEBUG", "yes", 1);
	REFUSE("ctl: WEIR_DEBUG is 0 or 1, not 'yes'; see ctl(8), ENVIRONMENT\n", "version");
	setenv("WEIR_DEBUG", "10", 1);
	REFUSE("ctl: WEIR_DEBUG is 0 or 1, not '10'; see ctl(8), ENVIRONMENT\n", "status");
	for (size_t i = 0; i < 3; i++) {
		setenv("WEIR_DEBUG", (const char *const[]){ "", "0", "1" }[i], 1);
		assert_int_equal(RUN("version"), EXIT_DONE);
		assert_string_equal(run_err, "");
	}
	unsetenv("WEIR_DEBUG");
}

TEST(mistakes_of_attach)
{
	REFUSE("ctl: which interface? Name some, or give --all, --cgroup or --socket; see `ctl attach --help`\n",
	       "attach");
	REFUSE("ctl: --all and interface names exclude each other; see `ctl attach --help`\n",
	       "attach", "--all", "eth0");
	REFUSE("ctl: --skip-loopback goes with --all; see `ctl attach --help`\n", "attach", "eth0",
	       "--skip-loopback");
	REFUSE("ctl: --xdp is auto, native or generic, not 'fast'; see `ctl attach --help`\n",
	       "attach", "eth0", "--xdp=fast");
	REFUSE("ctl: --tc-method is tcx or clsact, not 'bpf'; see `ctl attach --help`\n", "attach",
	       "eth0", "--tc-method", "bpf");
	REFUSE("ctl: option '--tc-method' needs a value; see `ctl attach --help`\n", "attach",
	       "eth0", "--tc-method");
}

TEST(mistakes_of_detach)
{
	REFUSE("ctl: which interface? Name some, or give --all, --cgroup or --socket; see `ctl detach --help`\n",
	       "detach");
	REFUSE("ctl: --all and interface names exclude each other; see `ctl detach --help`\n",
	       "detach", "--all", "eth0");
	REFUSE("ctl: option '--xdp' takes no value; see `ctl detach --help`\n", "detach", "eth0",
	       "--xdp=generic");
}

TEST(mistakes_of_counters)
{
	REFUSE("ctl: --hook is xdp, tc-ingress, tc-egress, cgroup-ingress, cgroup-egress, sockops or socket-filter, not 'ingress'; "
	       "see `ctl counters --help`\n",
	       "counters", "--hook", "ingress");
	REFUSE("ctl: --watch takes seconds from 0.1 to 86400, not '0'; "
	       "see `ctl counters --help`\n",
	       "counters", "--watch=0");
	REFUSE("ctl: --watch takes seconds from 0.1 to 86400, not 'x'; "
	       "see `ctl counters --help`\n",
	       "counters", "-wx");
}

TEST(mistakes_of_other_choices)
{
	REFUSE("ctl: --features is a list of counters, flows, tcp and tune, not 'flow'; see `ctl attach --help`\n",
	       "attach", "eth0", "--features", "flow");
	REFUSE("ctl: --proto is tcp or udp, not 'icmp'; see `ctl detach --help`\n", "detach",
	       "--proto", "icmp", "--port", "1");
	REFUSE("ctl: --by is flow, host, pair, port or proto, not 'hosts'; see `ctl flows --help`\n",
	       "flows", "--by", "hosts");
	REFUSE("ctl: --by is a list of reason, interface, netns, proto and location, not 'host'; see `ctl drops --help`\n",
	       "drops", "--by", "host");
	REFUSE("ctl: --sort is bytes, rtt, retrans or age, not 'packets'; see `ctl tcp --help`\n",
	       "tcp", "--sort", "packets");
	REFUSE("ctl: --state is established, syn-sent, syn-recv, fin-wait-1, fin-wait-2, time-wait, closed, close-wait, last-ack, listening, closing or all, not 'open'; see `ctl tcp --help`\n",
	       "tcp", "--state", "open");
	REFUSE("ctl: --sort is name, rate, packets or bytes, not 'age'; see `ctl top --help`\n",
	       "top", "--sort", "age");
	REFUSE("ctl: list, not 'show'; see `ctl socket --help`\n", "socket", "show");
	REFUSE("ctl: list or run, not 'show'; see `ctl probe --help`\n", "probe", "show");
	REFUSE("ctl: --words and --complete exclude each other; see `ctl help --help`\n", "help",
	       "--words", "--complete");
}

TEST(mistakes_of_skip_loopback)
{
	REFUSE("ctl: on or off, not 'yes'; see `ctl skip-loopback --help`\n", "skip-loopback",
	       "yes");
	REFUSE("ctl: unexpected 'off'; see `ctl skip-loopback --help`\n", "skip-loopback", "on",
	       "off");
}

/* --- failures: exit code 1, one sentence --- */

TEST(failures_of_opening)
{
	assert_int_equal(RUN("-n", "no-such-namespace", "status"), 1);
	refuse("ctl: no network namespace 'no-such-namespace': `ip netns list` shows those with a "
	       "name\n");
	setenv("WEIR_ROOT", "relative/path", 1);
	assert_int_equal(RUN("status"), 1);
	refuse("ctl: pin directory 'relative/path' is not an absolute path\n");
	setenv("WEIR_ROOT", "/", 1);
	assert_int_equal(RUN("status"), 1);
	refuse("ctl: pin directory '/' is the root directory\n");
	unsetenv("WEIR_ROOT");
}

/* A full disk must be reported. */
static void write_to_a_full_disk(void)
{
	static const char *const lines[][4] = {
		{ "help" },    { "--help" },        { "attach", "--help" }, { "--version" },
		{ "version" }, { "version", "-j" }, { "help", "--words" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		FILE *full = fopen("/dev/full", "w"), *err = tmpfile();
		char *argv[8] = { (char *)"ctl" };
		int argc = 1, code, saved, saved_err;

		for (; lines[i][argc - 1]; argc++)
			argv[argc] = (char *)lines[i][argc - 1];
		fflush(stdout);
		saved = run_redirect(STDOUT_FILENO, full);
		saved_err = run_redirect(STDERR_FILENO, err);
		code = ctl_main(commands, argc, argv);
		__fpurge(stdout);
		clearerr(stdout);
		dup2(saved, STDOUT_FILENO);
		dup2(saved_err, STDERR_FILENO);
		close(saved);
		close(saved_err);
		fclose(full);
		run_collect(err, run_err, sizeof(run_err));
		assert_string_equal(run_err, "ctl: cannot write the output\n");
		assert_int_equal(code, 1);
	}
}

TEST(output_that_cannot_be_written)
{
	write_to_a_full_disk();
	/* Data that was lost before the last flush, as with much output. */
	setvbuf(stdout, NULL, _IONBF, 0);
	write_to_a_full_disk();
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
}

/* --- hooks --- */

static unsigned int asked_hooks(struct hook_options options)
{
	return hooks_named(&options);
}

TEST(hooks_by_option)
{
	assert_int_equal(asked_hooks((struct hook_options){}), 0);
	assert_int_equal(asked_hooks((struct hook_options){ .ingress = true }),
			 1U << WEIR_HOOK_TC_INGRESS);
	assert_int_equal(asked_hooks((struct hook_options){ .egress = true }),
			 1U << WEIR_HOOK_TC_EGRESS);
	assert_int_equal(asked_hooks((struct hook_options){ .xdp.given = true }),
			 1U << WEIR_HOOK_XDP);
	assert_int_equal(asked_hooks((struct hook_options){
				 .ingress = true, .egress = true, .xdp.given = true }),
			 7);
	assert_int_equal(asked_hooks((struct hook_options){
				 .cgroup.given = true, .ingress = true, .egress = true }),
			 1U << WEIR_HOOK_CGROUP_INGRESS | 1U << WEIR_HOOK_CGROUP_EGRESS);
	assert_int_equal(asked_hooks(
				 (struct hook_options){ .cgroup.given = true, .sockops = true }),
			 1U << WEIR_HOOK_SOCKOPS);
}

static bool takes(const struct command *command, const char *option)
{
	const struct arg *arg = command->args;

	while (arg->name && strcmp(arg->name, option) != 0)
		arg++;
	return arg->name;
}

static bool is_option_of_a_hook(const char *option)
{
	for (unsigned int hook = 0; hook < WEIR_HOOKS; hook++) {
		const char *other = weir_hook_info(hook)->option;

		if (other && strcmp(other, option) == 0)
			return true;
	}
	return false;
}

TEST(attach_and_detach_take_the_option_of_each_hook)
{
#define HOOK_FLAG_NAME(flag, attach, detach) #flag,
	static const char *const flags[] = { HOOK_FLAGS(HOOK_FLAG_NAME) };

	for (unsigned int hook = 0; hook < WEIR_HOOKS; hook++) {
		const char *option = weir_hook_info(hook)->option;

		assert_true(!option || (takes(&cmd_attach, option) && takes(&cmd_detach, option)));
	}
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		assert_true(is_option_of_a_hook(flags[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_is_described),
		cmocka_unit_test(commands_are_found_by_their_whole_name),
		cmocka_unit_test(every_option_is_sound_and_one_of_its_kind),
		cmocka_unit_test(help_lists_every_command),
		cmocka_unit_test(help_of_a_command_lists_every_option),
		cmocka_unit_test(help_by_option),
		cmocka_unit_test(no_command_at_all),
		cmocka_unit_test(versions),
		cmocka_unit_test(words_for_completion),
		cmocka_unit_test(unknown_commands_and_options),
		cmocka_unit_test(words_where_none_belong),
		cmocka_unit_test(mistakes_of_colour),
		cmocka_unit_test(debugging_is_on_or_off),
		cmocka_unit_test(mistakes_of_attach),
		cmocka_unit_test(mistakes_of_detach),
		cmocka_unit_test(mistakes_of_counters),
		cmocka_unit_test(mistakes_of_other_choices),
		cmocka_unit_test(mistakes_of_skip_loopback),
		cmocka_unit_test(failures_of_opening),
		cmocka_unit_test(output_that_cannot_be_written),
		cmocka_unit_test(hooks_by_option),
		cmocka_unit_test(attach_and_detach_take_the_option_of_each_hook),
	};

	unsetenv("WEIR_ROOT");
	return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
