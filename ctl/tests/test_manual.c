// SPDX-License-Identifier: GPL-2.0
/*
 * test_manual.c - docs/ctl.8 describes every command and option. Run it from the top of the tree.
 */
#include <ctype.h>
#include "ctl/commands.h"
#include "datapath/tests/check.h"

static char manual[65536];

static int read_manual(void **state)
{
	FILE *f = fopen("docs/ctl.8", "r");

	(void)state;
	if (!f)
		return -1;
	manual[fread(manual, 1, sizeof(manual) - 1, f)] = '\0';
	fclose(f);
	return 0;
}

/* Returns the lines from `.Ss heading` to the next section. */
static const char *section(const char *heading)
{
	static char text[sizeof(manual)];
	char start[80], *end;

	snprintf(start, sizeof(start), "\n.Ss %s\n", heading);
	end = strstr(manual, start);
	if (!end)
		fail_msg("docs/ctl.8 has no section '%s'", heading);
	strcpy(text, end + strlen(start) - 1);
	while ((end = strstr(text, "\n.Ss ")) || (end = strstr(text, "\n.Sh ")))
		*end = '\0';
	return text;
}

static bool is_part(char c)
{
	return isalnum((unsigned char)c) || c == '-';
}

/* Finds the first whole word; NULL if it does not occur. */
static char *find_word(char *text, const char *word)
{
	char *at = strstr(text, word);

	while (at && (is_part(at[-1]) || is_part(at[strlen(word)])))
		at = strstr(at + 1, word);
	return at;
}

/* Returns the lines about an option, or the whole section. */
static char *item(const char *heading, const char *name)
{
	static char text[sizeof(manual)];
	char option[64], *start = text, *end;

	strcpy(text, section(heading));
	if (!name)
		return text;
	snprintf(option, sizeof(option), "Fl -%s", name);
	for (bool found = false; !found; *end = '\n') {
		start = strstr(start, "\n.It Fl ");
		if (!start)
			fail_msg("section '%s' of docs/ctl.8 has no item of --%s", heading, name);
		end = strchr(++start, '\n');
		*end = '\0';
		found = find_word(start, option) != NULL;
	}
	end = strstr(start, "\n.It ");
	if (end)
		*end = '\0';
	return start;
}

static void check_options(const char *heading, const struct arg *args)
{
	char *text = item(heading, NULL);

	for (; args && args->name; args++) {
		char option[64];

		snprintf(option, sizeof(option), "Fl -%s", args->name);
		if (!find_word(text, option))
			fail_msg("section '%s' of docs/ctl.8 does not tell of --%s", heading,
				 args->name);
		if (!args->letter)
			continue;
		snprintf(option, sizeof(option), ".It Fl %c , Fl -%s", args->letter, args->name);
		if (!strstr(text, option))
			fail_msg("section '%s' of docs/ctl.8 does not tell of -%c", heading,
				 args->letter);
	}
}

/* name: of an option; NULL for words of the command. */
static void check_choices(const char *heading, const char *name, const struct choices *choices)
{
	char *text = choices && choices->count ? item(heading, name) : NULL;

	for (unsigned int i = 0; choices && i < choices->count; i++) {
		const char *word = choices_name(choices, i);

		if (word && !find_word(text, word))
			fail_msg("section '%s' of docs/ctl.8 does not name '%s' of %s%s", heading,
				 word, name ? "--" : "its words", name ? name : "");
	}
}

TEST(every_choice_is_named)
{
	for (const struct arg *arg = global_args; arg->name; arg++)
		check_choices("Options of every command", arg->name, arg->choices);
	for (const struct command *const *c = commands; *c; c++) {
		char heading[64];

		snprintf(heading, sizeof(heading), "ctl %s", (*c)->name);
		for (const struct arg *arg = (*c)->args; arg && arg->name; arg++)
			check_choices(heading, arg->name, arg->choices);
		check_choices(heading, NULL, (*c)->choices);
		for (unsigned int i = 0; (*c)->after && i < (*c)->choices->count; i++)
			check_choices(heading, NULL, (*c)->after[i]);
	}
}

TEST(every_command_and_option_is_told_of)
{
	check_options("Options of every command", global_args);
	for (const struct command *const *c = commands; *c; c++) {
		char heading[64];

		snprintf(heading, sizeof(heading), "ctl %s", (*c)->name);
		check_options(heading, (*c)->args);
	}
}

TEST(every_command_is_in_the_synopsis)
{
	for (const struct command *const *c = commands; *c; c++) {
		char line[64];

		snprintf(line, sizeof(line), "\n.Cm %s\n", (*c)->name);
		assert_non_null(strstr(manual, line));
	}
}

TEST(every_word_for_a_number_is_told_of)
{
	for (unsigned int i = 0; i < WEIR_HOOKS; i++)
		assert_non_null(strstr(manual, weir_hook_name(i)));
	for (unsigned int i = 0; i < WEIR_STATES; i++)
		assert_non_null(strstr(manual, weir_state_name(i)));
	for (unsigned int i = 0; i < WEIR_PROTOS; i++)
		assert_non_null(strstr(manual, weir_protocol_name(i)));
}

static void names_the_layout(const char *path, const char *format)
{
	static char text[1 << 17];
	char wanted[64];
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	snprintf(wanted, sizeof(wanted), format, WEIR_LAYOUT);
	if (!strstr(text, wanted))
		fail_msg("%s does not say '%s'", path, wanted);
}

TEST(documents_name_the_layout_of_the_maps)
{
	names_the_layout("docs/json.md", "\"layout\": %d }");
	names_the_layout("docs/maps.md", "`meta.layout` is %d");
	names_the_layout("CHANGELOG.md", "map layout version %d");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_and_option_is_told_of),
		cmocka_unit_test(every_choice_is_named),
		cmocka_unit_test(every_command_is_in_the_synopsis),
		cmocka_unit_test(every_word_for_a_number_is_told_of),
		cmocka_unit_test(documents_name_the_layout_of_the_maps),
	};

	return cmocka_run_group_tests_name("manual", tests, read_manual, NULL);
}
