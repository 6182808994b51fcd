// SPDX-License-Identifier: GPL-2.0
/* test_args.c - valid and invalid command lines with option tables made for the test. */
#include <errno.h>
#include "ctl/frame/args.h"
#include "datapath/state/state.h"
#include "datapath/tests/check.h"

struct bound {
	bool fast;
	const char *name;
	struct arg_optional mode;
	struct arg_word unit, list, when;
	const char *top;
	bool foo_one;
	bool foo_two;
};

struct globals {
	bool json;
	const char *netns;
};

#define AT(field) offsetof(struct bound, field)

static const char *const numbers[] = { "zero", NULL, "two", "three" };
static const struct choices few = CHOICES(numbers);

static const char *many_names(unsigned int number)
{
	static const char *const words[] = { "one-of-them", "another-one", "still-one-more",
					     "and-a-fourth", "the-last-one" };

	return words[number];
}

static const struct choices many = { .name = many_names, .count = 5 };

static const struct arg chosen[] = {
	{ "unit", 'u', ARG_WORD, AT(unit), NULL, "a unit", &few },
	{ "list", 0, ARG_WORDS, AT(list), "LIST", "a list", &few },
	{ "when", 0, ARG_OPTIONAL_WORD, AT(when), "WHEN", "a time", &many },
	{ "top", 0, ARG_VALUE, AT(top), "N", "rows", &few },
	{},
};

static const struct arg args[] = {
	{ "fast", 'f', ARG_FLAG, AT(fast), NULL, "be fast" },
	{ "name", 'n', ARG_VALUE, AT(name), "NAME", "a name" },
	{ "mode", 'm', ARG_OPTIONAL, AT(mode), "a|b", "a mode" },
	{ "foo-one", 0, ARG_FLAG, AT(foo_one), NULL, "one" },
	{ "foo-two", 0, ARG_FLAG, AT(foo_two), NULL, "two" },
	{},
};

static const struct arg global[] = {
	{ "json", 'j', ARG_FLAG, offsetof(struct globals, json), NULL, "JSON" },
	{ "netns", 'N', ARG_VALUE, offsetof(struct globals, netns), "NS", "namespace" },
	{},
};

static struct bound bound;
static struct globals globals;
static struct arg_error err;
static char *argv[16];
static int argc;

static int parse(bool stop_at_word, const char *const *words)
{
	const struct arg_table tables[] = {
		{ args, &bound }, { global, &globals }, { chosen, &bound }, {}
	};

	bound = (struct bound){};
	globals = (struct globals){};
	err = (struct arg_error){};
	argv[0] = (char *)"ctl";
	for (argc = 1; words[argc - 1]; argc++)
		argv[argc] = (char *)words[argc - 1];
	argv[argc] = NULL;
	return args_parse(tables, argc, argv, stop_at_word, &err);
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__ })
#define PARSE(...) parse(false, WORDS(__VA_ARGS__ __VA_OPT__(, ) NULL))
#define PARSE_STOP(...) parse(true, WORDS(__VA_ARGS__, NULL))
#define REFUSE(sentence, ...)                             \
	do {                                              \
		assert_int_equal(PARSE(__VA_ARGS__), -1); \
		assert_string_equal(err.text, sentence);  \
	} while (0)

TEST(nothing)
{
	assert_int_equal(PARSE(), 0);
	assert_false(bound.fast);
	assert_null(bound.name);
	assert_false(bound.mode.given);
}

TEST(flags)
{
	assert_int_equal(PARSE("--fast"), 0);
	assert_true(bound.fast);
	assert_int_equal(PARSE("-f"), 0);
	assert_true(bound.fast);
	assert_int_equal(PARSE("-f", "--fast", "-f"), 0);
	assert_true(bound.fast);
	assert_false(bound.foo_one);
}

TEST(values)
{
	assert_int_equal(PARSE("--name", "x"), 0);
	assert_string_equal(bound.name, "x");
	assert_int_equal(PARSE("--name=x=y"), 0);
	assert_string_equal(bound.name, "x=y");
	assert_int_equal(PARSE("-n", "x"), 0);
	assert_string_equal(bound.name, "x");
	assert_int_equal(PARSE("-nx"), 0);
	assert_string_equal(bound.name, "x");
	/* The next word is the value, even if it looks like an option. */
	assert_int_equal(PARSE("--name", "--fast"), 0);
	assert_string_equal(bound.name, "--fast");
	assert_false(bound.fast);
	/* The last one wins. */
	assert_int_equal(PARSE("--name=a", "-n", "b"), 0);
	assert_string_equal(bound.name, "b");
}

TEST(choices)
{
	assert_int_equal(PARSE("--mode"), 0);
	assert_true(bound.mode.given);
	assert_null(bound.mode.value);
	assert_int_equal(PARSE("--mode=a"), 0);
	assert_true(bound.mode.given);
	assert_string_equal(bound.mode.value, "a");
	assert_int_equal(PARSE("-ma"), 0);
	assert_string_equal(bound.mode.value, "a");
	/* An optional value must be joined with '='. */
	assert_int_equal(PARSE("--mode", "a"), 1);
	assert_null(bound.mode.value);
	assert_string_equal(argv[1], "a");
}

TEST(both_tables_are_read)
{
	assert_int_equal(PARSE("-j", "--fast", "--netns", "blue"), 0);
	assert_true(globals.json);
	assert_true(bound.fast);
	assert_string_equal(globals.netns, "blue");
}

TEST(letters_combined)
{
	assert_int_equal(PARSE("-fj"), 0);
	assert_true(bound.fast);
	assert_true(globals.json);
	assert_int_equal(PARSE("-fjnx"), 0);
	assert_string_equal(bound.name, "x");
	assert_int_equal(PARSE("-fjn", "x"), 0);
	assert_string_equal(bound.name, "x");
	assert_int_equal(PARSE("-fma"), 0);
	assert_string_equal(bound.mode.value, "a");
}

TEST(words_come_to_the_front)
{
	assert_int_equal(PARSE("eth0", "--fast", "eth1", "--name", "x", "eth2"), 3);
	assert_string_equal(argv[1], "eth0");
	assert_string_equal(argv[2], "eth1");
	assert_string_equal(argv[3], "eth2");
	assert_true(bound.fast);
	assert_string_equal(bound.name, "x");
}

TEST(two_dashes_end_the_options)
{
	assert_int_equal(PARSE("--fast", "--", "--json", "-f"), 2);
	assert_true(bound.fast);
	assert_false(globals.json);
	assert_string_equal(argv[1], "--json");
	assert_string_equal(argv[2], "-f");
	assert_int_equal(PARSE("--"), 0);
	assert_int_equal(PARSE("a", "--", "b", "--"), 3);
	assert_string_equal(argv[3], "--");
}

TEST(a_dash_is_a_word)
{
	assert_int_equal(PARSE("-", "--fast"), 1);
	assert_string_equal(argv[1], "-");
	assert_true(bound.fast);
	assert_int_equal(PARSE(""), 1);
	assert_string_equal(argv[1], "");
}

TEST(stop_at_the_first_word)
{
	assert_int_equal(PARSE_STOP("-j", "attach", "eth0", "--fast", "--nonsense"), 4);
	assert_true(globals.json);
	assert_false(bound.fast);
	assert_string_equal(argv[1], "attach");
	assert_string_equal(argv[3], "--fast");
	assert_int_equal(PARSE_STOP("--", "-j", "x"), 2);
	assert_false(globals.json);
	assert_string_equal(argv[1], "-j");
}

TEST(abbreviations)
{
	assert_int_equal(PARSE("--fas", "--na=x"), 0);
	assert_true(bound.fast);
	assert_string_equal(bound.name, "x");
	REFUSE("ambiguous option '--foo': --foo-one or --foo-two", "--foo");
	REFUSE("ambiguous option '--foo-': --foo-one or --foo-two", "--foo-=x");
	REFUSE("ambiguous option '--n': --name or --netns", "--n");
	REFUSE("ambiguous option '--f': --fast, --foo-one or --foo-two", "--f");
	assert_int_equal(PARSE("--foo-o"), 0);
	assert_true(bound.foo_one);
}

TEST(unknown_options)
{
	REFUSE("unknown option '--bar'", "--bar");
	REFUSE("unknown option '--bar=x'", "--bar=x");
	REFUSE("unknown option '--faster'", "--faster");
	REFUSE("unknown option '--=x'", "--=x");
	REFUSE("unknown option '---'", "---");
	REFUSE("unknown option '--FAST'", "--FAST");
	REFUSE("unknown option '-z'", "-z");
	REFUSE("unknown option '-z'", "eth0", "-z");
	REFUSE("unknown option '-1'", "-1");
}

/* The sentence names the wrong word, whatever comes before it. */
TEST(unknown_letters_within_a_word)
{
	REFUSE("unknown option '-z'", "-fz");
	REFUSE("unknown option '-z'", "-zf");
	REFUSE("unknown option '-z'", "--fast", "-zf");
	REFUSE("unknown option '-z'", "--name", "--x", "-fzj");
	REFUSE("unknown option '-z'", "eth0", "--name=x", "-zj");
}

TEST(missing_values)
{
	REFUSE("option '--name' needs a value", "--name");
	REFUSE("option '--na' needs a value", "--fast", "--na");
	REFUSE("option '-n' needs a value", "-n");
	REFUSE("option '-n' needs a value", "-fn");
	REFUSE("option '-N' needs a value", "--fast", "-jN");
	REFUSE("option '--name' needs a value", "eth0", "--name");
}

TEST(empty_values)
{
	REFUSE("option '--name' has an empty value", "--name=");
	REFUSE("option '--name' has an empty value", "--name", "");
	REFUSE("option '--name' has an empty value", "-n", "");
	REFUSE("option '--mode' has an empty value", "--mode=");
	REFUSE("option '--netns' has an empty value", "-N", "");
}

TEST(a_flag_takes_no_value)
{
	REFUSE("option '--fast' takes no value", "--fast=yes");
	REFUSE("option '--fast' takes no value", "--fast=");
	REFUSE("option '--fa' takes no value", "--fa=1");
	REFUSE("option '--json' takes no value", "--fast", "--json=x");
}

static int choose(const char *const *words)
{
	const struct arg_table tables[] = { { args, &bound }, { chosen, &bound }, {} };

	assert_int_equal(parse(false, words), 0);
	return args_choose(tables, &err);
}

#define CHOOSE(...) assert_int_equal(choose(WORDS(__VA_ARGS__, NULL)), 0)
#define NO_CHOICE(sentence, ...)                                        \
	do {                                                            \
		assert_int_equal(choose(WORDS(__VA_ARGS__, NULL)), -1); \
		assert_string_equal(err.text, sentence);                \
	} while (0)

TEST(words_of_choices_become_numbers)
{
	CHOOSE("--fast");
	assert_false(bound.unit.given);
	CHOOSE("--unit", "three");
	assert_true(bound.unit.given);
	assert_string_equal(bound.unit.word, "three");
	assert_int_equal(bound.unit.number, 3);
	CHOOSE("-utwo");
	assert_int_equal(bound.unit.number, 2);
	CHOOSE("--list", "three,zero,zero");
	assert_int_equal(bound.list.number, 1 << 3 | 1 << 0);
	CHOOSE("--when=the-last-one");
	assert_int_equal(bound.when.number, 4);
	CHOOSE("--when");
	assert_true(bound.when.given);
	assert_null(bound.when.word);
	/* The last one wins, and only that one must be valid. */
	CHOOSE("--unit=four", "--unit=zero");
	assert_int_equal(bound.unit.number, 0);
	/* Other values are accepted, too. */
	CHOOSE("--top", "20");
	assert_string_equal(bound.top, "20");
}

TEST(wrong_choices)
{
	NO_CHOICE("--unit is zero, two or three, not 'one'", "--unit=one");
	NO_CHOICE("--unit is zero, two or three, not 'thre'", "-uthre");
	NO_CHOICE("--unit is zero, two or three, not 'zero,two'", "--unit", "zero,two");
	NO_CHOICE("--list is a list of zero, two and three, not 'zero,'", "--list=zero,");
	NO_CHOICE("--list is a list of zero, two and three, not ',two'", "--list=,two");
	NO_CHOICE("--list is a list of zero, two and three, not 'two,four'", "--list=two,four");
	NO_CHOICE("--when is one-of-them, another-one, still-one-more, and-a-fourth or "
		  "the-last-one, not 'x'",
		  "--when=x");
}

TEST(options_are_found_as_the_parser_finds_them)
{
	const struct arg_table tables[] = { { args, NULL }, { global, NULL }, {} };

	assert_ptr_equal(args_find(tables, "fast"), &args[0]);
	assert_ptr_equal(args_find(tables, "na=x"), &args[1]);
	assert_ptr_equal(args_find(tables, "json"), &global[0]);
	assert_null(args_find(tables, "n"));
	assert_null(args_find(tables, "foo"));
	assert_null(args_find(tables, "bar"));
	assert_ptr_equal(args_find_letter(tables, 'n'), &args[1]);
	assert_null(args_find_letter(tables, 'z'));
	assert_true(arg_needs_value(&args[1]) && arg_takes_value(&args[2]));
	assert_false(arg_needs_value(&args[2]) || arg_takes_value(&args[0]));
}

TEST(given_or_not)
{
	CHOOSE("--fast", "--mode", "--unit=two", "--top=x");
	assert_true(arg_is_given(&args[0], &bound) && arg_is_given(&args[2], &bound));
	assert_true(arg_is_given(&chosen[0], &bound) && arg_is_given(&chosen[3], &bound));
	assert_false(arg_is_given(&args[1], &bound) || arg_is_given(&args[3], &bound));
	assert_false(arg_is_given(&chosen[1], &bound) || arg_is_given(&chosen[2], &bound));
}

TEST(a_long_word_does_not_overflow_the_sentence)
{
	char word[1000];

	memset(word, 'x', sizeof(word) - 1);
	word[0] = word[1] = '-';
	word[sizeof(word) - 1] = '\0';
	assert_int_equal(PARSE(word), -1);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

TEST(no_arguments_at_all)
{
	const struct arg_table tables[] = { { args, &bound }, {} };
	char *none[] = { NULL };

	assert_int_equal(args_parse(tables, 0, none, false, &err), 0);
}

static const char *text_of(void (*print)(const struct arg *, FILE *), const struct arg *table)
{
	static char text[2048];
	FILE *f = fmemopen(text, sizeof(text), "w");

	print(table, f);
	fclose(f);
	return text;
}

TEST(help)
{
	assert_string_equal(text_of(args_help, args), "  -f, --fast                       be fast\n"
						      "  -n, --name NAME                  a name\n"
						      "  -m, --mode[=a|b]                 a mode\n"
						      "      --foo-one                    one\n"
						      "      --foo-two                    two\n");
}

TEST(help_of_choices)
{
	assert_string_equal(
		text_of(args_help, chosen),
		"  -u, --unit zero|two|three        a unit\n"
		"      --list LIST                  a list\n"
		"                                   LIST: zero, two, three\n"
		"      --when[=WHEN]                a time\n"
		"                                   WHEN: one-of-them, another-one, still-one-more, and-a-fourth,\n"
		"                                   the-last-one\n"
		"      --top N|zero|two|three       rows\n");
}

TEST(words_for_completion)
{
	assert_string_equal(text_of(args_words, args),
			    "--fast\n--name\n--mode\n--foo-one\n--foo-two\n");
}

TEST(features_from_words)
{
	static const struct choices features = { .name = weir_feature_name, .count = 32 };
	unsigned int mask = 77;

	assert_int_equal(choices_find_list(&features, "counters", &mask), 0);
	assert_int_equal(mask, 1);
	assert_int_equal(choices_find_list(&features, "flows,counters", &mask), 0);
	assert_int_equal(mask, 3);
	assert_int_equal(choices_find_list(&features, "flows,flows", &mask), 0);
	assert_int_equal(mask, 2);
	assert_int_equal(choices_find_list(&features, "", &mask), -EINVAL);
	assert_int_equal(choices_find_list(&features, "flow", &mask), -EINVAL);
	assert_int_equal(choices_find_list(&features, "flowsx", &mask), -EINVAL);
	assert_int_equal(choices_find_list(&features, "flows,", &mask), -EINVAL);
	assert_int_equal(choices_find_list(&features, ",flows", &mask), -EINVAL);
	assert_int_equal(mask, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),
		cmocka_unit_test(flags),
		cmocka_unit_test(values),
		cmocka_unit_test(choices),
		cmocka_unit_test(both_tables_are_read),
		cmocka_unit_test(letters_combined),
		cmocka_unit_test(words_come_to_the_front),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(a_dash_is_a_word),
		cmocka_unit_test(stop_at_the_first_word),
		cmocka_unit_test(abbreviations),
		cmocka_unit_test(unknown_options),
		cmocka_unit_test(unknown_letters_within_a_word),
		cmocka_unit_test(missing_values),
		cmocka_unit_test(empty_values),
		cmocka_unit_test(a_flag_takes_no_value),
		cmocka_unit_test(words_of_choices_become_numbers),
		cmocka_unit_test(wrong_choices),
		cmocka_unit_test(features_from_words),
		cmocka_unit_test(options_are_found_as_the_parser_finds_them),
		cmocka_unit_test(given_or_not),
		cmocka_unit_test(a_long_word_does_not_overflow_the_sentence),
		cmocka_unit_test(no_arguments_at_all),
		cmocka_unit_test(help),
		cmocka_unit_test(help_of_choices),
		cmocka_unit_test(words_for_completion),
	};

	return cmocka_run_group_tests_name("args", tests, NULL, NULL);
}
