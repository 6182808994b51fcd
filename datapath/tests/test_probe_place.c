// SPDX-License-Identifier: GPL-2.0
/* test_probe_place.c - where the arguments of USDT probes are, as assemblers say it. */
#include <errno.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/session/place.h"
#include "datapath/tests/check.h"

#ifdef __x86_64__

static const struct usdt_location location = { .address = 0x1000 };

static int parse(const char *spec, uint32_t size, bool is_signed, struct probe_place_arg *ret_arg)
{
	struct usdt_arg arg = { .spec = spec, .size = size, .is_signed = is_signed };

	return probe_place_parse(&location, &arg, "/proc/self/exe", ret_arg);
}

TEST(registers_by_their_place_in_pt_regs)
{
	static const struct {
		const char *spec;
		unsigned int place;
	} cases[] = {
		{ "%rax", 10 }, { "%eax", 10 }, { "%ax", 10 },  { "%al", 10 }, { "%rdi", 14 },
		{ "%edi", 14 }, { "%dil", 14 }, { "%r15", 0 },  { "%r8d", 9 }, { "%r10w", 7 },
		{ "%r12b", 3 }, { "%rbp", 4 },  { "%rsp", 19 }, { "%bl", 5 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct probe_place_arg arg;

		assert_int_equal(parse(cases[i].spec, 8, false, &arg), 0);
		assert_int_equal(arg.kind, PROBE_PLACE_REGISTER);
		assert_int_equal(arg.base, cases[i].place);
	}
}

TEST(sizes_and_signs)
{
	struct probe_place_arg arg;

	assert_int_equal(parse("%rax", 4, true, &arg), 0);
	assert_int_equal(arg.shift, 32);
	assert_true(arg.is_signed);
	assert_int_equal(parse("%rax", 1, false, &arg), 0);
	assert_int_equal(arg.shift, 56);
	assert_false(arg.is_signed);
	assert_int_equal(parse("%rax", 0, false, &arg), 0);
	assert_int_equal(arg.shift, 0);
}

TEST(constants)
{
	struct probe_place_arg arg;

	assert_int_equal(parse("$-9", 4, true, &arg), 0);
	assert_int_equal(arg.kind, PROBE_PLACE_CONST);
	assert_int_equal(arg.offset, -9);
	assert_int_equal(parse("$0x10", 4, true, &arg), 0);
	assert_int_equal(arg.offset, 16);
}

TEST(memory)
{
	struct probe_place_arg arg;

	assert_int_equal(parse("-20(%rbp)", 4, true, &arg), 0);
	assert_int_equal(arg.kind, PROBE_PLACE_MEMORY);
	assert_int_equal(arg.offset, -20);
	assert_int_equal(arg.base, 4);
	assert_int_equal(arg.scale, 0);
	assert_int_equal(parse("(%rax)", 8, false, &arg), 0);
	assert_int_equal(arg.offset, 0);
	assert_int_equal(parse("8(%rax,%rbx,4)", 8, false, &arg), 0);
	assert_int_equal(arg.base, 10);
	assert_int_equal(arg.index, 5);
	assert_int_equal(arg.scale, 4);
	assert_int_equal(parse("8(%rax,%rbx)", 8, false, &arg), 0);
	assert_int_equal(arg.scale, 1);
}

int a_variable_of_this_program = 4;

TEST(variables_as_far_from_the_probe_as_they_were_linked)
{
	struct probe_place_arg arg, further;

	assert_int_equal(parse("a_variable_of_this_program(%rip)", 4, true, &arg), 0);
	assert_int_equal(arg.kind, PROBE_PLACE_MEMORY);
	assert_int_equal(arg.base, PROBE_REG_IP);
	assert_int_equal(parse("8+a_variable_of_this_program(%rip)", 4, true, &further), 0);
	assert_int_equal(further.offset, arg.offset + 8);
	assert_int_equal(parse("a_variable_of_this_program+8(%rip)", 4, true, &further), 0);
	assert_int_equal(further.offset, arg.offset + 8);
	assert_int_equal(parse("no_variable_of_this_program(%rip)", 4, true, &arg), -ENOENT);
	assert_int_equal(parse("a_variable_of_this_program(%rax)", 4, true, &arg), -ENOTSUP);
}

TEST(what_is_not_understood)
{
	static const char *const specs[] = { "",
					     "%",
					     "%xyz",
					     "%raxx",
					     "%rax,",
					     "$",
					     "$x",
					     "8",
					     "(",
					     "(%rax",
					     "(%rax,)",
					     "(%rax,%)",
					     "(%rax)x",
					     "*(%rax)",
					     "8(%rax,%rbx,3)",
					     "(%rax,%rbx,",
					     "-(%rax)" };
	struct probe_place_arg arg = { .kind = 99 };

	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		if (parse(specs[i], 4, false, &arg) != -EINVAL)
			fail_msg("'%s' is taken", specs[i]);
	}
	assert_int_equal(arg.kind, 99);
	assert_int_equal(probe_place_parse(&location,
					   &(struct usdt_arg){ .spec = "%xmm0", .is_float = true },
					   NULL, &arg),
			 -ENOTSUP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_by_their_place_in_pt_regs),
		cmocka_unit_test(sizes_and_signs),
		cmocka_unit_test(constants),
		cmocka_unit_test(memory),
		cmocka_unit_test(variables_as_far_from_the_probe_as_they_were_linked),
		cmocka_unit_test(what_is_not_understood),
	};

	return cmocka_run_group_tests_name("probe_place", tests, NULL, NULL);
}

#else

int main(void)
{
	print_message("1..0 # skip places of arguments are understood on x86-64 alone\n");
	return 0;
}

#endif
