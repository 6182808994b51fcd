// SPDX-License-Identifier: GPL-2.0
/*
 * test_probe_faults.c - malformed specs and expressions: each has its own message, and a position
 * for the caret. Also random specs.
 */
#include "datapath/base/cleanup.h"
#include "datapath/probes/language/spec.h"
#include "datapath/tests/probe_fixture.h"

struct fault {
	const char *text;
	size_t position;
	size_t length;
	const char *sentence;
};

static const struct fault specs[] = {
#include "datapath/tests/probe_spec_faults.h"
};

static const struct fault expressions[] = {
#include "datapath/tests/probe_expr_faults.h"
};

static void check(const struct fault *wanted, int ret, const struct probe_fault *got)
{
	if (ret != -EINVAL)
		fail_msg("'%s' is taken (%d)", wanted->text, ret);
	if (strcmp(got->text, wanted->sentence) != 0 || got->position != wanted->position ||
	    got->length != wanted->length)
		fail_msg("{ \"%s\", %zu, %zu, \"%s\" },", wanted->text, got->position, got->length,
			 got->text);
	/* the position may be the end of the text */
	assert_true(got->position <= strlen(wanted->text));
}

TEST(specs_that_are_wrong)
{
	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		struct probe_fault fault = {};
		struct probe_spec spec;

		check(&specs[i], probe_spec_parse(specs[i].text, &spec, &fault), &fault);
	}
}

static int compile(const char *text, struct fixture *f, struct probe_fault *fault)
{
	struct probe_question q = { .events = true, .texts = { [PART_PRINT] = text } };
	struct probe_program program;
	int part, ret = expr_parse(text, true, &q.print, fault);

	if (!ret)
		ret = probe_program_make(&f->scope, &q, &program, fault, &part);
	if (!ret)
		probe_program_free(&program);
	expr_list_free(&q.print);
	return ret;
}

TEST(expressions_that_are_wrong)
{
	struct fixture f;

	fixture_open(&f);
	for (size_t i = 0; i < ARRAY_SIZE(expressions); i++) {
		struct probe_fault fault = {};

		check(&expressions[i], compile(expressions[i].text, &f, &fault), &fault);
	}
	fixture_close(&f);
}

TEST(each_has_a_sentence_of_its_own)
{
	for (size_t i = 0; i < ARRAY_SIZE(expressions); i++) {
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(expressions[i].sentence, expressions[j].sentence);
	}
	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(specs[i].sentence, specs[j].sentence);
	}
	assert_true(ARRAY_SIZE(specs) + ARRAY_SIZE(expressions) >= 40);
}

TEST(too_long_and_too_much)
{
	static char text[2 * PROBE_EXPR_LENGTH];
	struct probe_fault fault = {};
	struct fixture f;

	fixture_open(&f);
	memset(text, ' ', PROBE_EXPR_LENGTH + 1);
	assert_int_equal(compile(text, &f, &fault), -EINVAL);
	assert_string_equal(fault.text, "this is longer than 4096 bytes");
	memset(text, 0, sizeof(text));
	for (int i = 0; i < 200; i++)
		strcat(text, i ? "+1" : "1");
	assert_int_equal(compile(text, &f, &fault), -EINVAL);
	assert_string_equal(fault.text, "this is too much for one option: 256 words and operators");
	text[2 * 80 - 1] = '\0';
	assert_int_equal(compile(text, &f, &fault), -EINVAL);
	assert_string_equal(fault.text, "the expressions take more than 64 values at a time");
	strcpy(text, "1");
	for (int i = 0; i < 60; i++)
		strcat(text, ",1");
	assert_int_equal(compile(text, &f, &fault), -EINVAL);
	assert_non_null(strstr(fault.text, "this is too much for one event: 48 values"));
	fixture_close(&f);
}

TEST(specs_that_are_right)
{
	static const struct {
		const char *text;
		enum weir_probe_type type;
		const char *group, *name, *path;
		uint64_t offset, period;
		bool is_glob, is_address, automatic;
	} good[] = {
		{ "kprobe:vfs_mkdir", WEIR_PROBE_KPROBE, "", "vfs_mkdir", "", 0, 0, false, false,
		  false },
		{ "k:f+0x10", WEIR_PROBE_KPROBE, "", "f", "", 16, 0, false, false, false },
		{ "kprobe:vfs_*", WEIR_PROBE_KPROBE, "", "vfs_*", "", 0, 0, true, false, false },
		{ "f.isra.0", WEIR_PROBE_FENTRY, "", "f.isra.0", "", 0, 0, false, false, true },
		{ "tracepoint:a:b", WEIR_PROBE_TRACEPOINT, "a", "b", "", 0, 0, false, false,
		  false },
		{ "t:b", WEIR_PROBE_TRACEPOINT, "*", "b", "", 0, 0, true, false, false },
		{ "uprobe:/a/b:f+4", WEIR_PROBE_UPROBE, "", "f", "/a/b", 4, 0, false, false,
		  false },
		{ "uprobe:/a/b:0x1234", WEIR_PROBE_UPROBE, "", "", "/a/b", 0x1234, 0, false, true,
		  false },
		{ "usdt:/a:p:n", WEIR_PROBE_USDT, "p", "n", "/a", 0, 0, false, false, false },
		{ "usdt:/a:n", WEIR_PROBE_USDT, "*", "n", "/a", 0, 0, true, false, false },
		{ "software:faults:7", WEIR_PROBE_SOFTWARE, "", "faults", "", 0, 7, false, false,
		  false },
		{ "iter:task", WEIR_PROBE_ITER, "", "task", "", 0, 0, false, false, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		struct probe_fault fault;
		struct probe_spec s;

		assert_int_equal(probe_spec_parse(good[i].text, &s, &fault), 0);
		assert_int_equal(s.type, good[i].type);
		assert_string_equal(s.group, good[i].group);
		assert_string_equal(s.name, good[i].name);
		assert_string_equal(s.path, good[i].path);
		assert_int_equal(s.offset, good[i].offset);
		assert_int_equal(s.period, good[i].period);
		assert_int_equal(s.is_glob, good[i].is_glob);
		assert_int_equal(s.is_address, good[i].is_address);
		assert_int_equal(s.automatic, good[i].automatic);
	}
}

TEST(random_specs)
{
	static const char *const pieces[] = { "kprobe", "tracepoint", "uprobe", "usdt", "software",
					      ":",      "::",         "+",      "0x10", "vfs_*",
					      "/bin/a", "faults",     "\xff",   "%s%n", " ",
					      "iter",   "f",          "0",      "-1",   "[" };
	uint64_t random = test_seed();
	unsigned int good = 0;

	for (int round = 0; round < 100000; round++) {
		struct probe_fault fault = {};
		struct probe_spec spec;
		char text[256] = "";
		int ret;

		for (uint32_t n = random_below(&random, 8); n; n--)
			strcat(text, pieces[random_below(&random, ARRAY_SIZE(pieces))]);
		ret = probe_spec_parse(text, &spec, &fault);
		good += !ret;
		if (!ret)
			continue;
		assert_int_equal(ret, -EINVAL);
		assert_true(fault.text[0] && fault.length && fault.position <= strlen(text));
		for (const char *c = fault.text; *c; c++)
			assert_true((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
	}
	assert_true(good > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(specs_that_are_wrong),
		cmocka_unit_test(expressions_that_are_wrong),
		cmocka_unit_test(each_has_a_sentence_of_its_own),
		cmocka_unit_test(too_long_and_too_much),
		cmocka_unit_test(specs_that_are_right),
		cmocka_unit_test(random_specs),
	};

	return cmocka_run_group_tests_name("probe_faults", tests, NULL, NULL);
}
