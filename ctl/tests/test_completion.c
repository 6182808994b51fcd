// SPDX-License-Identifier: GPL-2.0
/*
 * test_completion.c - scripts/completion.bash in a bash of its own. The command that it asks for
 * its words is this very program. Run from the top of the tree.
 */
#include <limits.h>
#include <unistd.h>
#include "ctl/frame/ctl.h"
#include "ctl/frame/frame.h"
#include "datapath/tests/check.h"

#define AS_CTL "WEIR_TEST_AS_CTL"

static char self[PATH_MAX];

/* Completes the last of the words and returns the answers, each followed by a space. */
static const char *complete(const char *words)
{
	static char answers[8192];
	char script[PATH_MAX + 1024];
	size_t n = 0;
	FILE *bash;
	int c;

	snprintf(script, sizeof(script),
		 "bash -c 'source scripts/completion.bash || exit\n"
		 "COMP_WORDS=(%s %s) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
		 "_weir_complete && printf \"%%s \" \"${COMPREPLY[@]}\"'",
		 self, words);
	bash = popen(script, "r");
	assert_non_null(bash);
	while ((c = fgetc(bash)) != EOF && n + 1 < sizeof(answers))
		answers[n++] = (char)c;
	answers[n] = '\0';
	assert_int_equal(pclose(bash), 0);
	return answers;
}

static bool offers(const char *answers, const char *word)
{
	char padded[8194], needle[128];

	snprintf(padded, sizeof(padded), " %s", answers);
	snprintf(needle, sizeof(needle), " %s ", word);
	return strstr(padded, needle) != NULL;
}

#define EXPECT(words, expected) assert_string_equal(complete(words), expected)

TEST(commands_come_first)
{
	const char *answers = complete("\"\"");

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
		answers = complete(words);
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
	const char *answers = complete("--");

	for (const struct arg *a = global_args; a->name; a++) {
		char option[64];

		snprintf(option, sizeof(option), "--%s", a->name);
		assert_true(offers(answers, option));
	}
	assert_false(offers(answers, "--ingress"));
}

TEST(values_of_options)
{
	EXPECT("counters --hook \"\"", "xdp tc-ingress tc-egress ");
	EXPECT("counters --hook tc-i", "tc-ingress ");
	EXPECT("counters --hook =", "xdp tc-ingress tc-egress ");
	EXPECT("counters --hook = x", "xdp ");
	EXPECT("attach eth0 --xdp =", "auto native generic ");
	EXPECT("attach eth0 --xdp = n", "native ");
	EXPECT("attach --tc-method \"\"", "tcx clsact ");
	EXPECT("status --color = a", "auto always ");
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
	EXPECT("help coun", "counters ");
	EXPECT("purge \"\"", " ");
	assert_true(offers(complete("attach \"\""), "lo"));
	assert_true(offers(complete("detach --ingress \"\""), "lo"));
	assert_true(offers(complete("counters l"), "lo"));
	/* no such namespace, so no interface */
	EXPECT("-n no-such-namespace attach \"\"", " ");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_come_first),
		cmocka_unit_test(options_are_those_of_the_command),
		cmocka_unit_test(options_before_the_command),
		cmocka_unit_test(values_of_options),
		cmocka_unit_test(words_of_commands),
	};

	if (getenv(AS_CTL))
		return ctl_main(argc, argv);
	if (!realpath("/proc/self/exe", self) || setenv(AS_CTL, "1", 1) < 0)
		return 1;
	return cmocka_run_group_tests_name("completion", tests, NULL, NULL);
}
