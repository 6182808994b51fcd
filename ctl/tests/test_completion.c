// SPDX-License-Identifier: GPL-2.0
/*
 * test_completion.c - runs scripts/completion.bash in a separate bash. The `ctl` that it runs for
 * the words is this test program. Run it from the top of the tree.
 */
#include <limits.h>
#include <unistd.h>
#include "ctl/frame/complete.h"
#include "ctl/tests/run.h"
#include "datapath/base/cleanup.h"

#define AS_CTL "WEIR_TEST_AS_CTL"

static char self[PATH_MAX];

/*
 * Completes the last word and returns the results, each followed by a space. functions: shell
 * functions that replace those that list things.
 */
static const char *complete_with(const char *functions, const char *words)
{
	static char answers[8192];
	char script[PATH_MAX + 1024];
	size_t n = 0;
	FILE *bash;
	int c;

	snprintf(script, sizeof(script),
		 "bash -c 'source scripts/completion.bash || exit\n"
		 "%s"
		 "COMP_WORDS=(%s %s) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
		 "_weir_complete && printf \"%%s \" \"${COMPREPLY[@]}\"'",
		 functions, self, words);
	bash = popen(script, "r");
	assert_non_null(bash);
	while ((c = fgetc(bash)) != EOF && n + 1 < sizeof(answers))
		answers[n++] = (char)c;
	answers[n] = '\0';
	assert_int_equal(pclose(bash), 0);
	return answers;
}

static const char *complete_line(const char *words)
{
	return complete_with("", words);
}

static bool offers(const char *answers, const char *word)
{
	char padded[8194], needle[128];

	snprintf(padded, sizeof(padded), " %s", answers);
	snprintf(needle, sizeof(needle), " %s ", word);
	return strstr(padded, needle) != NULL;
}

#define EXPECT(words, expected) assert_string_equal(complete_line(words), expected)

TEST(commands_come_first)
{
	const char *answers = complete_line("\"\"");

	for (const struct command *const *c = commands; *c; c++)
		assert_true(offers(answers, (*c)->name));
	assert_false(offers(answers, "--json"));
	EXPECT("att", "attach ");
	EXPECT("-j stat", "status ");
	EXPECT("-n blue det", "detach ");
	EXPECT("--color = always ver", "version ");
	EXPECT("nonsense", " ");
}

TEST(options_are_those_of_the_command)
{
	for (const struct command *const *c = commands; *c; c++) {
		char words[64], option[64];
		const char *answers;

		snprintf(words, sizeof(words), "%s --", (*c)->name);
		answers = complete_line(words);
		for (const struct arg *a = (*c)->args; a && a->name; a++) {
			snprintf(option, sizeof(option), "--%s", a->name);
			assert_true(offers(answers, option));
		}
		assert_true(offers(answers, "--json"));
	}
	EXPECT("attach eth0 --ing", "--ingress ");
	EXPECT("counters --per", "--per-cpu ");
	EXPECT("status --ing", " ");
}

TEST(options_before_the_command)
{
	const char *answers = complete_line("--");

	for (const struct arg *a = global_args; a->name; a++) {
		char option[64];

		snprintf(option, sizeof(option), "--%s", a->name);
		assert_true(offers(answers, option));
	}
	assert_false(offers(answers, "--ingress"));
}

TEST(values_of_options)
{
	EXPECT("counters --hook \"\"", "xdp tc-ingress tc-egress cgroup-ingress cgroup-egress "
				       "sockops socket-filter ");
	EXPECT("counters --hook tc-i", "tc-ingress ");
	EXPECT("flows --hook = s", "sockops socket-filter ");
	EXPECT("counters --hook = x", "xdp ");
	EXPECT("attach eth0 --xdp =", "auto native generic ");
	EXPECT("attach eth0 --xdp = n", "native ");
	EXPECT("attach --tc-method \"\"", "tcx clsact ");
	EXPECT("attach --features c", "counters ");
	EXPECT("attach --features = counters,t", "counters,tcp counters,tune ");
	EXPECT("attach --port 80 --proto \"\"", "tcp udp ");
	EXPECT("status --color = a", "auto always ");
	EXPECT("tcp --state l", "last-ack listening ");
	EXPECT("top --unit b", "bits bytes ");
	/* The same option of other commands. */
	EXPECT("drops --by \"\"", "reason interface netns proto location ");
	EXPECT("flows --by \"\"", "flow host pair port proto ");
	EXPECT("tcp --sort \"\"", "bytes rtt retrans age ");
	EXPECT("top --sort \"\"", "name rate packets bytes ");
	/* Abbreviated, as a letter, and in a group of letters. */
	EXPECT("counters --ho x", "xdp ");
	EXPECT("top -u \"\"", "bits bytes packets ");
	EXPECT("-j top --ascii -u pa", "packets ");
	/* No table has words for these. */
	EXPECT("flows --filter \"\"", " ");
	EXPECT("attach --socket 1 : 3", " ");
}

/* Names of interfaces, namespaces and cgroups are chosen by others. */
TEST(nothing_in_a_name_is_run)
{
	const char *lists = "_weir_list_interfaces() { printf \"%s\\n\" \"\\$(echo hit)\" \"a;b\" "
			    "\"\\`id\\`\" \"*\" \"-e\" \"x\" $\"\\eq\"; }\n";

	assert_string_equal(complete_with(lists, "attach \"\""),
			    "\\$\\(echo\\ hit\\) a\\;b \\`id\\` \\* -e x \\\\eq ");
	assert_string_equal(complete_with(lists, "attach x"), "x ");
}

TEST(words_of_commands)
{
	EXPECT("skip-loopback \"\"", "on off ");
	EXPECT("skip-loopback of", "off ");
	EXPECT("tune \"\"", "add list del test ");
	EXPECT("tune add --keepi", "--keepidle --keepintvl ");
	EXPECT("tune add --dscp af4", "af41 af42 af43 ");
	EXPECT("probe \"\"", "list run ");
	EXPECT("probe l", "list ");
	EXPECT("probe list k", "kprobe kretprobe ");
	EXPECT("probe list --ver", "--verbose --version ");
	EXPECT("socket \"\"", "list ");
	EXPECT("probe run usd", "usdt ");
	EXPECT("probe list kprobe : f", " ");
	EXPECT("tune del \"\"", "all ");
	EXPECT("tune --cgroup x del \"\"", "all ");
	EXPECT("tune list \"\"", " ");
	EXPECT("help coun", "counters ");
	EXPECT("purge \"\"", " ");
	assert_true(offers(complete_line("attach \"\""), "lo"));
	assert_true(offers(complete_line("detach --ingress \"\""), "lo"));
	assert_true(offers(complete_line("counters l"), "lo"));
	/* The namespace does not exist, so there are no interfaces. */
	EXPECT("-n no-such-namespace attach \"\"", " ");
}

/* --- all tables, in this process --- */

static const char *words_of_all[512];
static size_t word_count;

static void add_choices(const struct choices *choices)
{
	for (unsigned int i = 0; choices && i < choices->count; i++) {
		if (choices_name(choices, i))
			words_of_all[word_count++] = choices_name(choices, i);
		assert_true(word_count < ARRAY_SIZE(words_of_all));
	}
}

static void add_args(const struct arg *args)
{
	for (; args && args->name; args++)
		add_choices(args->choices);
}

/* Collects all words of all tables. */
static int collect(void **state)
{
	(void)state;
	add_args(global_args);
	for (const struct command *const *c = commands; *c; c++) {
		add_args((*c)->args);
		add_choices((*c)->choices);
	}
	words_of_all[word_count++] = "nothing";
	/* A valid command line fails when it opens the maps. */
	return setenv("WEIR_ROOT", "relative", 1);
}

static bool is_offered(const char *const *words, size_t count, const char *word)
{
	_cleanup_free_ char *text = NULL;
	char line[64], *at;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	fputc('\n', f);
	complete_words(commands, words, count, f);
	fclose(f);
	snprintf(line, sizeof(line), "\n%s\n", word);
	at = strstr(text, line);
	return at != NULL;
}

/* Calls only the parser, because the command may need other options as well. */
static bool parser_takes(const struct command *c, const char *option, unsigned int *ret_number,
			 const struct arg *arg)
{
	_cleanup_free_ void *options = calloc(1, c->options_size + 1);
	static const struct arg none[] = { {} };
	struct invocation inv = {};
	const struct arg_table tables[] = { { c->args ? c->args : none, options },
					    { global_args, &inv },
					    {} };
	bool global = !c->args; /* such a command takes only these */
	char *argv[] = { (char *)"ctl", (char *)option, NULL };
	struct arg_error err;
	const struct arg_word *word;

	assert_int_equal(args_parse(tables, 2, argv, false, &err), 0);
	if (args_choose(tables, &err) < 0)
		return false;
	word = (const void *)((global ? (char *)&inv : (char *)options) + arg->offset);
	*ret_number = word->number;
	return true;
}

/* Runs the command, which also takes other values and checks them itself. */
static bool command_takes(const struct command *c, const char *option)
{
	bool verbs = c->choices && c->choices->count;
	const char *first = verbs ? choices_name(c->choices, 0) : "lo";

	if (RUN(c->name, first, option) == EXIT_USAGE && !verbs)
		RUN(c->name, option); /* it takes no words */
	return strcmp(run_err, "ctl: pin directory 'relative' is not an absolute path\n") == 0;
}

static void check_arg(const struct command *c, const struct arg *arg)
{
	for (size_t i = 0; i < word_count; i++) {
		const char *word = words_of_all[i];
		char option[64], joined[64];
		unsigned int number = 0, wanted = 0;
		bool known = choices_find(arg->choices, word, &wanted) == 0, taken;

		snprintf(option, sizeof(option), "--%s", arg->name);
		snprintf(joined, sizeof(joined), "--%s=", arg->name);
		assert_int_equal(is_offered((const char *[]){ c->name, joined }, 2, word), known);
		if (arg_needs_value(arg))
			assert_int_equal(is_offered((const char *[]){ c->name, option, "" }, 3,
						    word),
					 known);
		snprintf(joined, sizeof(joined), "--%s=%s", arg->name, word);
		taken = arg_chooses(arg) ? parser_takes(c, joined, &number, arg)
					 : command_takes(c, joined);
		if (taken != known)
			fail_msg("%s %s is %soffered and %staken", c->name, joined,
				 known ? "" : "not ", taken ? "" : "not ");
		if (taken && arg_chooses(arg))
			assert_int_equal(number, arg->type == ARG_WORDS ? 1U << wanted : wanted);
	}
}

TEST(what_is_offered_is_taken_and_nothing_else)
{
	size_t checked = 0;

	for (const struct command *const *c = commands; *c; c++) {
		for (const struct arg *arg = (*c)->args; arg && arg->name; arg++) {
			if (arg->choices && arg->choices->count) {
				check_arg(*c, arg);
				checked++;
			}
		}
	}
	for (const struct arg *arg = global_args; arg->name; arg++) {
		if (arg->choices && arg->choices->count)
			check_arg(command_find(commands, "status"), arg);
	}
	assert_true(checked > 15);
}

TEST(words_of_commands_are_those_of_their_rows)
{
	for (const struct command *const *c = commands; *c; c++) {
		const struct choices *choices = (*c)->choices;

		for (size_t i = 0; i < word_count && choices && choices->count; i++) {
			unsigned int first;
			bool known = choices_find(choices, words_of_all[i], &first) == 0;
			const char *line[] = { (*c)->name, words_of_all[i], "" };
			const struct choices *after = known && (*c)->after ? (*c)->after[first]
									   : NULL;

			assert_int_equal(is_offered((const char *[]){ (*c)->name, "" }, 2,
						    words_of_all[i]),
					 known);
			for (unsigned int j = 0; after && j < after->count; j++)
				assert_true(is_offered(line, 3, choices_name(after, j)));
			if (!known)
				assert_int_equal(RUN((*c)->name, words_of_all[i]), EXIT_USAGE);
		}
	}
}

static void check_source(const struct choices *choices)
{
	char script[256];

	if (!choices || !choices->source || choices == &choices_commands)
		return;
	snprintf(script, sizeof(script),
		 "bash -c 'source scripts/completion.bash && declare -F _weir_list_%s' >/dev/null",
		 choices->source);
	if (system(script) != 0)
		fail_msg("scripts/completion.bash cannot list %s", choices->source);
}

TEST(the_shell_knows_every_source)
{
	for (const struct arg *arg = global_args; arg->name; arg++)
		check_source(arg->choices);
	for (const struct command *const *c = commands; *c; c++) {
		check_source((*c)->choices);
		for (const struct arg *arg = (*c)->args; arg && arg->name; arg++)
			check_source(arg->choices);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_come_first),
		cmocka_unit_test(options_are_those_of_the_command),
		cmocka_unit_test(options_before_the_command),
		cmocka_unit_test(values_of_options),
		cmocka_unit_test(nothing_in_a_name_is_run),
		cmocka_unit_test(words_of_commands),
		cmocka_unit_test_setup(what_is_offered_is_taken_and_nothing_else, collect),
		cmocka_unit_test(words_of_commands_are_those_of_their_rows),
		cmocka_unit_test(the_shell_knows_every_source),
	};

	if (getenv(AS_CTL))
		return ctl_main(commands, argc, argv);
	if (!realpath("/proc/self/exe", self) || setenv(AS_CTL, "1", 1) < 0)
		return 1;
	return cmocka_run_group_tests_name("completion", tests, NULL, NULL);
}
