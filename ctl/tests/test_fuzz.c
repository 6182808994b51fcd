// SPDX-License-Identifier: GPL-2.0
/*
 * test_fuzz.c - random command lines for the option parser: it must not crash or leak, and must
 * give a sentence with each refusal. SANITIZE=1 finds more. WEIR_SEED repeats a run.
 */
#include "ctl/commands.h"
#include "datapath/tests/check.h"

#define ROUNDS 50000
#define MAX_WORDS 12
#define WORD_SIZE 80

static const char *const vocabulary[] = {
	"attach",      "eth0",
	"veth*",       "--all",
	"--xdp",       "--xdp=native",
	"--xdp=",      "--hook",
	"--hook=",     "xdp",
	"-n",          "-nblue",
	"-j",          "-jp",
	"-p",          "--",
	"-",           "",
	"--=x",        "---",
	"--watch=2",   "-w",
	"-w3",         "-jn",
	"-jz",         "--per-cpu",
	"--p",         "--skip",
	"--color",     "--color=red",
	"--netns=",    "--tc-method",
	"-h",          "--help",
	"-V",          "--re",
	"--rate=1",    "on",
	"=",           "-=",
	"-:",          "-;",
	"-W",          "-?",
	"--words",     "--xdp=native,",
	"--features=", "tcp,flows",
};
#define VOCABULARY (sizeof(vocabulary) / sizeof(vocabulary[0]))

static void make_word(uint64_t *random, char *word)
{
	size_t n = 0;

	if (random_below(random, 6)) {
		n = (size_t)snprintf(word, WORD_SIZE, "%s",
				     vocabulary[random_below(random, VOCABULARY)]);
		if (random_below(random, 8))
			return;
	}
	for (uint32_t i = random_below(random, 20); i > 0 && n + 1 < WORD_SIZE; i--) {
		char c = (char)random_u32(random);

		word[n++] = c ? c : '-';
	}
	word[n] = '\0';
}

static void check_words(char **argv, int argc, int words, char given[][WORD_SIZE])
{
	assert_uint_in_range(words, 0, argc - 1);
	for (int i = 1; i <= words; i++) {
		bool known = false;

		for (int j = 1; j < argc && !known; j++)
			known = argv[i] == given[j];
		assert_true(known);
	}
}

TEST(random_command_lines)
{
	static char given[MAX_WORDS + 1][WORD_SIZE];
	uint64_t random = test_seed();
	unsigned int accepted = 0, refused = 0;

	for (int round = 0; round < ROUNDS; round++) {
		char *argv[MAX_WORDS + 2] = { given[0] };
		int argc = 1 + (int)random_below(&random, MAX_WORDS);
		const struct command *command = commands[random_below(&random, 5)];
		struct invocation inv = {};
		void *options = calloc(1, command->options_size + 1);
		const struct arg_table with_command[] = { { command->args, options },
							  { global_args, &inv },
							  {} };
		const struct arg_table alone[] = { { global_args, &inv }, {} };
		struct arg_error err = {};
		int words;

		for (int i = 1; i < argc; i++) {
			make_word(&random, given[i]);
			argv[i] = given[i];
		}
		words = args_parse(command->args ? with_command : alone, argc, argv,
				   random_below(&random, 2), &err);
		if (words >= 0 && args_choose(command->args ? with_command : alone, &err) < 0)
			words = -1;
		free(options);
		if (words < 0) {
			assert_true(err.text[0]);
			assert_true(strlen(err.text) < sizeof(err.text));
			refused++;
		} else {
			check_words(argv, argc, words, given);
			assert_string_equal(err.text, "");
			accepted++;
		}
	}
	/* Both outcomes are frequent enough. */
	assert_true(accepted > ROUNDS / 10);
	assert_true(refused > ROUNDS / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_command_lines),
	};

	return cmocka_run_group_tests_name("fuzz", tests, NULL, NULL);
}
