// SPDX-License-Identifier: GPL-2.0
/*
 * test_probe_plan.c - compiles expressions to plans, and runs them. WEIR_SEED repeats the random
 * tests.
 */
#include "datapath/base/cleanup.h"
#include "datapath/tests/probe_machine.h"

static struct thing second = { .value = -7, .name = "second", .list = { 9, 8, 7, 6 } };
static struct thing first = {
	.value = -42,
	.flag = 5,
	.small = -3,
	.inner = { 11, 22 },
	.name = "first",
	.next = &second,
	.hidden = 77,
	.list = { 1, 2, 3, 4000000000U },
	.addr = { 192, 0, 2, 1 },
	.color = GREEN,
	.count = 3,
	.text = (char *)"some text",
};

static struct machine machine_new(void)
{
	struct machine m = { .args = {
				     (uint64_t)&first,
				     0xffffffff00000005, /* upper bits of an int are undefined */
				     (uint64_t)&first,
				     (uint64_t) "argument",
				     0x101,
				     (uint64_t)-1,
			     } };

	m.args[PROBE_ARG_RETVAL] = 0x12345678fffffff0;
	m.args[PROBE_ARG_LATENCY] = 4711;
	return m;
}

static int make(const struct probe_scope *scope, const char *filter, const char *print,
		struct probe_program *ret_program, struct probe_fault *fault)
{
	struct probe_question q = { .events = true };
	int part, ret;

	ret = filter ? expr_parse(filter, false, &q.filter, fault) : 0;
	if (!ret && print)
		ret = expr_parse(print, true, &q.print, fault);
	q.texts[PART_FILTER] = filter;
	q.texts[PART_PRINT] = print;
	if (!ret)
		ret = probe_program_make(scope, &q, ret_program, fault, &part);
	expr_list_free(&q.filter);
	expr_list_free(&q.print);
	return ret;
}

/* Runs an expression; the machine then has its value in the first column. */
static void run(const char *print, struct machine *m, struct probe_program *p)
{
	struct probe_fault fault = {};
	struct fixture f;

	fixture_open(&f);
	f.scope.has_retval = f.scope.has_latency = true;
	f.scope.retval = probe_type_int(4, true);
	if (make(&f.scope, NULL, print, p, &fault) < 0)
		fail_msg("%s: %s", print, fault.text);
	*m = machine_new();
	machine_run(m, p);
	fixture_close(&f);
}

static void check_number(const char *print, int64_t wanted)
{
	struct probe_program p;
	struct machine m;
	int64_t got;

	run(print, &m, &p);
	memcpy(&got, m.area + PROBE_KEY + p.columns[0].offset, sizeof(got));
	if (got != wanted || m.event_bad)
		fail_msg("%s: %lld, not %lld", print, (long long)got, (long long)wanted);
	probe_program_free(&p);
}

static void check_text(const char *print, const char *wanted)
{
	struct probe_program p;
	struct machine m;

	run(print, &m, &p);
	assert_int_equal(m.event_bad, 0);
	assert_string_equal((char *)m.area + PROBE_KEY + p.columns[0].offset, wanted);
	probe_program_free(&p);
}

static void check_bad(const char *print)
{
	struct probe_program p;
	struct machine m;

	run(print, &m, &p);
	if (!(m.event_bad & 1)) /* the further bits are for compared values */
		fail_msg("%s is readable", print);
	probe_program_free(&p);
}

TEST(arguments_by_number_and_name_with_their_width_and_sign)
{
	check_number("number", 5);
	check_number("arg1", 5);
	check_number("args.number", 5);
	check_number("yes", 1);
	check_number("wide", -1);
	check_number("retval", -16);
	check_number("latency", 4711);
	check_number("arg0 == arg2", 1);
}

TEST(members_and_chains_of_pointers)
{
	check_number("thing->value", -42);
	check_number("thing->next->value", -7);
	check_number("thing->inner.y", 22);
	check_number("thing->hidden", 77);
	check_number("(*thing).count", 3);
	check_number("(*thing->next).list[1]", 8);
}

TEST(bit_fields)
{
	check_number("thing->flag", 5);
	check_number("thing->small", -3);
	check_number("thing->flag + thing->small", 2);
	check_number("thing->next->flag", 0);
}

TEST(elements_by_number_and_by_value)
{
	check_number("thing->list[0]", 1);
	check_number("thing->list[3]", 4000000000);
	check_number("thing->list[thing->count]", 4000000000);
	check_number("thing->next->list[number - 3]", 7);
	check_number("thing[0].value", -42);
	check_number("thing->name[0]", 'f');
}

TEST(casts)
{
	check_number("((struct thing *)raw)->value", -42);
	check_number("((struct thing *)arg2)->next->value", -7);
}

TEST(texts)
{
	check_text("thing->name", "first");
	check_text("str(thing->name)", "first");
	check_text("str(thing->text)", "some text");
	check_text("str(thing->text, 5)", "some");
	check_text("str(text)", "argument");
	check_text("comm", "tester");
	check_number("comm == 'tester'", 1);
	check_number("comm != 'tester'", 0);
	check_number("comm == 'test'", 0);
	check_number("comm == 'testers'", 0);
	check_number("'first' == thing->name and str(text) == \"argument\"", 1);
	check_number("thing->next->name == 'first'", 0);
}

TEST(enumerations_by_name)
{
	check_number("thing->color == GREEN", 1);
	check_number("thing->color == RED", 0);
	check_number("GREEN", 2);
}

TEST(arithmetic_has_the_sign_of_both_sides)
{
	check_number("thing->value / 5", -8);
	check_number("thing->value % 5", -2);
	check_number("thing->value < 3", 1);
	check_number("thing->value >> 1", -21);
	check_number("thing->list[3] > -1", 0); /* -1 is converted to unsigned, as in C */
	check_number("thing->list[3] > thing->value", 0);
	check_number("thing->value < thing->count", 1);
	check_number("-thing->value", 42);
	check_number("~0", -1);
	check_number("1 + 2 * 3 - 4 / 2", 5);
	check_number("not 1 == 2 and 3 & 1 == 1", 1);
	check_number("0xffffffffffffffff > 1", 1);
}

TEST(addresses_and_byte_order)
{
	check_number("ntohs(0x1234)", 0x3412);
	check_number("ntohl(thing->list[0])", 0x01000000);
	check_number("u8(thing->value)", 214);
	check_number("s8(thing->list[3])", 0);
	check_number("ip(thing->addr)", 0x010200c0);
}

TEST(what_cannot_be_read_is_bad_and_stays_so)
{
	check_bad("thing->next->next->value");
	check_bad("thing->next->next->value + 1");
	check_bad("str(number)");
	check_bad("thing->next->next->next->next");
	check_bad("1 / (number - 5)");
	check_bad("str(number) == 'x'");
	/* but a known operand may decide */
	check_number("thing->next->next->value == 1 and 0", 0);
	check_number("1 or thing->next->next->value", 1);
	check_bad("0 or thing->next->next->value");
}

TEST(filters_are_true_false_or_not_to_be_told)
{
	static const struct {
		const char *filter;
		bool passes, unsure;
	} cases[] = {
		{ "number == 5", true, false },
		{ "number", true, false },
		{ "number - 5", false, false },
		{ "1", true, false },
		{ "thing->next->next->value == 0", false, true },
		{ "thing->next and thing->next->value < 0", true, false },
		{ "number == 5 and 6 > number", true, false },
		{ "number == 5 and 5 > number", false, false },
		{ "comm == \"tester\" and number", true, false },
		{ "comm != \"tester\" or number == 6", false, false },
		{ "comm == \"testers\"", false, false },
		{ "number == 6 and thing->next->next->value", false, false },
		{ "number == 5 and thing->next->next->value", false, true },
		{ "thing->next->next->value and number == 6", false, false },
		{ "thing->next->next->value and number == 5", false, true },
		{ "thing->next->next->value and number == 5 and number == 6", false, false },
		{ "thing->next->next->value or number == 5", true, false },
		{ "thing->next->next->value or number == 6", false, true },
		{ "not thing->next->next->value", false, true },
		{ "thing->next->value and number == 5", true, false },
		{ "1 / (number - 5)", false, true },
		{ "1 % (number - 4) == 0", true, false },
	};
	struct fixture f;

	fixture_open(&f);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct machine m = machine_new();
		struct probe_program p;

		assert_int_equal(make(&f.scope, cases[i].filter, "1", &p, NULL), 0);
		machine_run(&m, &p);
		if (m.refused == cases[i].passes || m.unsure != cases[i].unsure)
			fail_msg("%s: refused %d, unsure %d", cases[i].filter, m.refused, m.unsure);
		probe_program_free(&p);
	}
	fixture_close(&f);
}

/* Every hit pays for each step. */
TEST(filters_take_few_steps_and_end_early)
{
	static const struct {
		const char *filter;
		uint32_t steps, early;
	} cases[] = {
		{ "pid == 77", 2, 2 },
		{ "77 < pid", 2, 2 },
		{ "comm == \"x\"", 1, 1 },
		{ "pid == 77 or comm == \"x\"", 4, 0 },
		{ "pid == 77 and comm == \"x\"", 3, 3 },
		{ "pid & 1 == 1 and comm == \"x\"", 4, 4 },
		{ "comm != \"x\"", 2, 2 },
		{ "pid == tid", 3, 0 },
		{ "pid / 2 == 3", 3, 0 },
		{ "pid == 77 and comm == \"x\" and uid == 0", 5, 3 },
		{ "pid == 77 and number == 3", 5, 2 },
		{ "number == 3 and pid == 77", 5, 0 },
		{ "thing->value == 3 and pid == 77", 7, 0 }, /* may be bad: both are joined */
	};
	struct fixture f;

	fixture_open(&f);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct probe_program p;

		assert_int_equal(make(&f.scope, cases[i].filter, NULL, &p, NULL), 0);
		while (p.steps[p.plan.steps - 1].filter != PROBE_FILTER_ALL)
			p.plan.steps--; /* ignore steps for printed values */
		if (p.plan.steps != cases[i].steps || probe_program_early(&p) != cases[i].early)
			fail_msg("%s: %u steps, %u early", cases[i].filter, p.plan.steps,
				 probe_program_early(&p));
		probe_program_free(&p);
	}
	fixture_close(&f);
}

TEST(all_arguments_with_what_they_point_to)
{
	static const char *const names[] = { "thing", "thing", "number", "raw",
					     "text",  "text",  "yes",    "wide" };
	struct machine m = machine_new();
	struct probe_program p;
	struct fixture f;

	fixture_open(&f);
	assert_int_equal(make(&f.scope, NULL, NULL, &p, NULL), 0);
	machine_run(&m, &p);
	assert_int_equal(p.column_count, ARRAY_SIZE(names));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_string_equal(p.columns[i].name, names[i]);
		assert_int_equal(p.columns[i].expand, i == 1 || i == 5);
	}
	assert_memory_equal(m.area + PROBE_KEY + p.columns[1].offset, &first, sizeof(first));
	assert_string_equal((char *)m.area + PROBE_KEY + p.columns[5].offset, "argument");
	probe_program_free(&p);
	fixture_close(&f);
}

TEST(keys_and_values_of_sums)
{
	struct probe_question q = { .table = true };
	struct machine m = machine_new();
	struct probe_program p;
	struct fixture f;
	int part;

	fixture_open(&f);
	assert_int_equal(expr_parse("comm, number, thing->name", true, &q.by, NULL), 0);
	assert_int_equal(expr_parse("thing->value", false, &q.stats[0], NULL), 0);
	assert_int_equal(expr_parse("wide", false, &q.hist, NULL), 0);
	q.texts[PART_BY] = q.texts[PART_STAT] = q.texts[PART_HIST] = "";
	assert_int_equal(probe_program_make(&f.scope, &q, &p, NULL, &part), 0);
	machine_run(&m, &p);
	assert_int_equal(p.key_count, 3);
	assert_string_equal((char *)m.area + p.keys[0].offset, "tester");
	assert_int_equal(m.area[p.keys[1].offset], 5);
	assert_string_equal((char *)m.area + p.keys[2].offset, "first");
	assert_int_equal(p.plan.stats, 1);
	assert_int_equal((int64_t)m.values[p.plan.values[0]], -42);
	assert_int_equal((int64_t)m.values[p.plan.hist - 1], -1);
	assert_true(p.plan.key_size <= PROBE_KEY);
	probe_program_free(&p);
	expr_list_free(&q.by);
	expr_list_free(&q.stats[0]);
	expr_list_free(&q.hist);
	fixture_close(&f);
}

/* The part selects the text in which the position of the error is shown. */
TEST(a_fault_names_the_part_that_it_is_in)
{
	static const struct {
		const char *filter, *print, *by, *stat, *hist;
		int part;
	} cases[] = {
		{ .filter = "nosuch == 1", .print = "comm", .part = PART_FILTER },
		{ .filter = "nosuch(1)", .print = "nosuch", .by = "nosuch", .part = PART_FILTER },
		{ .filter = "comm == 1", .by = "comm", .hist = "wide", .part = PART_FILTER },
		{ .filter = "comm == 'longer than any name'", .part = PART_FILTER },
		{ .filter = "number == 1", .print = "nosuch", .part = PART_PRINT },
		{ .print = "nosuch", .by = "comm", .stat = "wide", .part = PART_PRINT },
		{ .print = "comm", .by = "nosuch", .part = PART_BY },
		{ .print = "comm", .by = "comm", .stat = "nosuch", .part = PART_STAT },
		{ .print = "comm", .by = "comm", .hist = "nosuch", .part = PART_HIST },
	};
	struct fixture f;

	fixture_open(&f);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct probe_question q = {
			.table = cases[i].by || cases[i].stat || cases[i].hist,
			.events = cases[i].print != NULL,
		};
		struct expr_list *const lists[] = {
			[PART_FILTER] = &q.filter, [PART_PRINT] = &q.print,   [PART_BY] = &q.by,
			[PART_HIST] = &q.hist,     [PART_STAT] = &q.stats[0],
		};
		const char *const texts[] = {
			[PART_FILTER] = cases[i].filter, [PART_PRINT] = cases[i].print,
			[PART_BY] = cases[i].by,         [PART_HIST] = cases[i].hist,
			[PART_STAT] = cases[i].stat,
		};
		struct probe_program p;
		struct probe_fault fault = {};
		int part = PART_NONE;

		for (size_t t = 0; t < ARRAY_SIZE(texts); t++) {
			q.texts[t] = texts[t];
			if (texts[t])
				assert_int_equal(expr_parse(texts[t], true, lists[t], NULL), 0);
		}
		assert_int_equal(probe_program_make(&f.scope, &q, &p, &fault, &part), -EINVAL);
		assert_int_equal(part, cases[i].part);
		assert_true(fault.position + fault.length <= strlen(texts[part]));
		for (size_t t = 0; t < ARRAY_SIZE(texts); t++)
			expr_list_free(lists[t]);
	}
	fixture_close(&f);
}

/* An event without --print is too large. There is no text to point to. */
TEST(a_fault_in_no_text_names_no_part)
{
	struct probe_question q = { .events = true };
	struct probe_param params[PROBE_ITEMS] = {};
	struct probe_program p;
	struct probe_fault fault = {};
	int part = 0;
	struct fixture f;

	fixture_open(&f);
	for (size_t i = 0; i < ARRAY_SIZE(params); i++)
		params[i] = (struct probe_param){ .name = "n", .type = probe_type_int(8, false) };
	f.scope.params = params;
	f.scope.param_count = ARRAY_SIZE(params);
	f.scope.has_retval = true;
	f.scope.retval = probe_type_int(4, true);
	assert_int_equal(probe_program_make(&f.scope, &q, &p, &fault, &part), -EINVAL);
	assert_int_equal(part, PART_NONE);
	fixture_close(&f);
}

TEST(lockdown_is_named_where_the_kernel_would_refuse)
{
	struct probe_fault fault;
	struct probe_program p;
	struct fixture f;

	fixture_open(&f);
	f.scope.kernel = false;
	assert_int_equal(make(&f.scope, NULL, "thing->value", &p, &fault), -EINVAL);
	assert_string_equal(fault.text,
			    "what 'thing' points to is the kernel's memory, and lockdown "
			    "(confidentiality) forbids reading it");
	assert_int_equal(make(&f.scope, NULL, "number", &p, &fault), 0);
	probe_program_free(&p);
	fixture_close(&f);
}

/* --- random expressions --- */

static const char *const pieces[] = {
	"thing", "->",  "value", ".",   "next", "list",   "[",      "]",      "(",     ")",
	"1",     "0x7", "+",     "-",   "*",    "/",      "%",      "&",      "|",     "==",
	"<",     ">=",  "!=",    "and", "or",   "not",    "!",      "~",      "comm",  "'x'",
	"str",   "ip",  "ntohs", ",",   "arg0", "number", "struct", "retval", "name",  "inner",
	"<<",    ">>",  "text",  "raw", "args", "GREEN",  "\"",     "$",      "99999", "flag",
};

/* Relies on ASan to detect errors. */
TEST(random_expressions)
{
	uint64_t random = test_seed();
	unsigned int good = 0;
	struct fixture f;

	fixture_open(&f);
	for (int round = 0; round < 20000; round++) {
		struct machine m = machine_new();
		struct probe_fault fault = {};
		struct probe_program p;
		char text[512] = "";
		int ret;

		for (uint32_t n = random_below(&random, 14) + 1; n; n--) {
			strcat(text, pieces[random_below(&random, ARRAY_SIZE(pieces))]);
			if (random_below(&random, 2))
				strcat(text, " ");
		}
		ret = make(&f.scope, round % 2 ? text : NULL, round % 2 ? "1" : text, &p, &fault);
		assert_true(ret == 0 || ret == -EINVAL);
		if (ret) {
			assert_true(fault.text[0] && fault.length);
			assert_true(fault.position + fault.length <= strlen(text) + 1);
			continue;
		}
		good++;
		/* addresses are arbitrary, so do not run the plan */
		for (uint32_t i = 0; i < p.plan.steps; i++)
			assert_true(p.steps[i].dst < PROBE_VALUES && p.steps[i].a < PROBE_VALUES &&
				    p.steps[i].b < PROBE_VALUES);
		assert_true(PROBE_KEY + p.plan.event_size <= PROBE_DATA);
		probe_program_free(&p);
		(void)m;
	}
	assert_true(good > 50);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_by_number_and_name_with_their_width_and_sign),
		cmocka_unit_test(members_and_chains_of_pointers),
		cmocka_unit_test(bit_fields),
		cmocka_unit_test(elements_by_number_and_by_value),
		cmocka_unit_test(casts),
		cmocka_unit_test(texts),
		cmocka_unit_test(enumerations_by_name),
		cmocka_unit_test(arithmetic_has_the_sign_of_both_sides),
		cmocka_unit_test(addresses_and_byte_order),
		cmocka_unit_test(what_cannot_be_read_is_bad_and_stays_so),
		cmocka_unit_test(filters_are_true_false_or_not_to_be_told),
		cmocka_unit_test(filters_take_few_steps_and_end_early),
		cmocka_unit_test(all_arguments_with_what_they_point_to),
		cmocka_unit_test(keys_and_values_of_sums),
		cmocka_unit_test(a_fault_names_the_part_that_it_is_in),
		cmocka_unit_test(a_fault_in_no_text_names_no_part),
		cmocka_unit_test(lockdown_is_named_where_the_kernel_would_refuse),
		cmocka_unit_test(random_expressions),
	};

	return cmocka_run_group_tests_name("probe_plan", tests, NULL, NULL);
}
