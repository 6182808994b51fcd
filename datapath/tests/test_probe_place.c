// SPDX-License-Identifier: GPL-2.0
/* test_probe_place.c - locations of USDT arguments, in assembler syntax. */
#include <elf.h>
#include <errno.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/session/place.h"
#include "datapath/tests/check.h"

static const struct usdt_location location = { .address = 0x1000 };

static int parse_of(uint16_t machine, const char *spec, uint32_t size, bool is_signed,
		    struct probe_place_arg *ret_arg)
{
	struct usdt_arg arg = { .spec = spec, .size = size, .is_signed = is_signed };

	return probe_place_parse(machine, &location, &arg, "/proc/self/exe", ret_arg);
}

int a_variable_of_this_program = 4;

/* --- x86 --- */

static int parse(const char *spec, uint32_t size, bool is_signed, struct probe_place_arg *ret_arg)
{
	return parse_of(EM_X86_64, spec, size, is_signed, ret_arg);
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

TEST(variables_as_far_from_the_probe_as_they_were_linked)
{
	struct probe_place_arg arg, further;

	assert_int_equal(parse("a_variable_of_this_program(%rip)", 4, true, &arg), 0);
	assert_int_equal(arg.kind, PROBE_PLACE_MEMORY);
	assert_int_equal(arg.base, 16);
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
}

/* --- arm64 --- */

static int parse_arm(const char *spec, struct probe_place_arg *ret_arg)
{
	return parse_of(EM_AARCH64, spec, 4, true, ret_arg);
}

TEST(registers_of_arm64)
{
	static const struct {
		const char *spec;
		unsigned int place;
	} cases[] = {
		{ "x0", 0 },   { "w0", 0 },  { "x9", 9 },  { "x19", 19 }, { "w30", 30 },
		{ "x30", 30 }, { "lr", 30 }, { "fp", 29 }, { "sp", 31 },  { "wsp", 31 },
	};
	struct probe_place_arg arg;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(parse_arm(cases[i].spec, &arg), 0);
		assert_int_equal(arg.kind, PROBE_PLACE_REGISTER);
		assert_int_equal(arg.base, cases[i].place);
		assert_int_equal(arg.shift, 32);
		assert_true(arg.is_signed);
	}
	assert_int_equal(parse_arm("xzr", &arg), 0);
	assert_int_equal(arg.kind, PROBE_PLACE_CONST);
	assert_int_equal(arg.offset, 0);
}

TEST(constants_of_arm64)
{
	static const struct {
		const char *spec;
		__s64 value;
	} cases[] = { { "5", 5 }, { "-9", -9 }, { "#7", 7 }, { "#-1", -1 }, { "0x10", 16 } };
	struct probe_place_arg arg;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(parse_arm(cases[i].spec, &arg), 0);
		assert_int_equal(arg.kind, PROBE_PLACE_CONST);
		assert_int_equal(arg.offset, cases[i].value);
	}
}

TEST(memory_of_arm64)
{
	static const struct {
		const char *spec;
		unsigned int base, index, scale;
		__s64 offset;
	} cases[] = {
		{ "[x1]", 1, 0, 0, 0 },
		{ "[sp, 12]", 31, 0, 0, 12 },
		{ "[x29, #-24]", 29, 0, 0, -24 },
		{ "[sp,8]", 31, 0, 0, 8 },
		{ "[x0, x1]", 0, 1, 1, 0 },
		{ "[x20, x30, lsl 3]", 20, 30, 8, 0 },
		{ "[x2, x3, lsl #1]", 2, 3, 2, 0 },
	};
	struct probe_place_arg arg;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(parse_arm(cases[i].spec, &arg), 0);
		assert_int_equal(arg.kind, PROBE_PLACE_MEMORY);
		assert_int_equal(arg.base, cases[i].base);
		assert_int_equal(arg.index, cases[i].index);
		assert_int_equal(arg.scale, cases[i].scale);
		assert_int_equal(arg.offset, cases[i].offset);
	}
}

/* The offset of a variable in its page is the same in the file and in the process. */
TEST(variables_of_arm64_by_the_lower_bits_of_their_addresses)
{
	uint64_t address = (uint64_t)&a_variable_of_this_program;
	struct probe_place_arg arg;

	assert_int_equal(parse_arm("[x2, #:lo12:a_variable_of_this_program]", &arg), 0);
	assert_int_equal(arg.kind, PROBE_PLACE_MEMORY);
	assert_int_equal(arg.base, 2);
	assert_int_equal(arg.offset, address & 0xfff);
	assert_int_equal(parse_arm("[x2, :lo12:a_variable_of_this_program+4000]", &arg), 0);
	assert_int_equal(arg.offset, (address + 4000) & 0xfff);
	assert_int_equal(parse_arm("[x2, #:lo12:a_variable_of_this_program-8]", &arg), 0);
	assert_int_equal(arg.offset, (address - 8) & 0xfff);
	/* a local label of the assembler, which gcc uses for variables of a file */
	assert_int_equal(parse_arm("[x2, #:lo12:.LANCHOR1]", &arg), -ENOENT);
}

TEST(what_is_not_understood_of_arm64)
{
	static const char *const specs[] = { "",
					     "x",
					     "x31",
					     "x1x",
					     "x1,",
					     "y1",
					     "%rax",
					     "$5",
					     "#",
					     "#x0",
					     "5x",
					     "-",
					     "[",
					     "[x0",
					     "[]",
					     "[x0]!",
					     "[xzr]",
					     "[x0, ]",
					     "[x0, 8",
					     "[x0, 8]!",
					     "[x0, sp]",
					     "[x0, w1, sxtw 2]",
					     "[x0, x1, lsl]",
					     "[x0, x1, lsl 5]",
					     "[x0, x1, lsl -1]",
					     "[x0, #:lo12:]",
					     "[x0, #:lo12:a_variable_of_this_program+]",
					     "[x0, #:lo12:a_variable_of_this_program" };
	struct probe_place_arg arg = { .kind = 99 };

	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		if (parse_arm(specs[i], &arg) != -EINVAL)
			fail_msg("'%s' is taken", specs[i]);
	}
	assert_int_equal(arg.kind, 99);
}

/* --- machines --- */

TEST(machines)
{
	struct probe_place_arg arg = { .kind = 99 };
	struct usdt_arg vector = { .spec = "%xmm0", .is_float = true };

	assert_int_equal(probe_place_parse(EM_X86_64, &location, &vector, NULL, &arg), -ENOTSUP);
	assert_int_equal(parse_of(EM_RISCV, "a0", 8, false, &arg), -ENOTSUP);
	assert_int_equal(arg.kind, 99);
	assert_int_equal(parse_of(EM_386, "%eax", 4, false, &arg), 0);
	assert_int_equal(arg.base, 10);
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
		cmocka_unit_test(registers_of_arm64),
		cmocka_unit_test(constants_of_arm64),
		cmocka_unit_test(memory_of_arm64),
		cmocka_unit_test(variables_of_arm64_by_the_lower_bits_of_their_addresses),
		cmocka_unit_test(what_is_not_understood_of_arm64),
		cmocka_unit_test(machines),
	};

	return cmocka_run_group_tests_name("probe_place", tests, NULL, NULL);
}
