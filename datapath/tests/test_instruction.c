// SPDX-License-Identifier: GPL-2.0
/*
 * test_instruction.c - where instructions begin: in functions with a symbol, in functions that only
 * unwind information describes, and in code without either. WEIR_SEED repeats the random tests.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "datapath/base/cleanup.h"
#include "datapath/elf/eh_frame.h"
#include "datapath/elf/instruction.h"
#include "datapath/tests/check.h"

#ifdef __x86_64__

/*
 * The same instructions three times: 55 push; 48 89 e5 mov; 0f 1f 00 nop; 90 nop; 5d pop; c3 ret. A
 * label that begins with .L gets no symbol.
 */
#define BODY "push %rbp\n mov %rsp, %rbp\n nopl 0(%rax)\n nop\n pop %rbp\n ret\n"
#define SIZE 10

asm(".text\n"
    ".globl weir_named\n"
    ".type weir_named, @function\n"
    "weir_named:\n" BODY ".size weir_named, .-weir_named\n"
    ".Lunwound:\n"
    ".cfi_startproc\n" BODY ".cfi_endproc\n"
    ".Lunknown:\n" BODY ".section .data.rel.ro, \"aw\"\n"
    ".globl weir_unwound, weir_unknown\n"
    "weir_unwound: .quad .Lunwound\n"
    "weir_unknown: .quad .Lunknown\n"
    ".text\n");

extern const char weir_named[];
extern const char *const weir_unwound, *const weir_unknown;

static const bool begins[SIZE] = {
	[0] = true, [1] = true, [4] = true, [7] = true, [8] = true, [9] = true
};

/* Returns the offset in the file of code in this process. */
static uint64_t offset_of(const struct elf_symbols *symbols, const char *code)
{
	const struct elf_symbol *named = elf_symbols_find(symbols, "weir_named");

	assert_non_null(named);
	return named->offset + (uint64_t)(code - weir_named);
}

static void check(const struct elf_symbols *symbols, const char *code, const char *what)
{
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };

	assert_int_equal(elf_file_open("/proc/self/exe", &file, NULL), 0);
	for (int i = 0; i < SIZE; i++) {
		int ret = elf_instruction_check(&file, symbols, offset_of(symbols, code) + i, NULL);

		if (ret != (begins[i] ? 0 : -EINVAL))
			fail_msg("%s+%d: %d", what, i, ret);
	}
}

TEST(instructions_of_functions_with_a_symbol_and_with_unwind_information_only)
{
	_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};

	assert_int_equal(elf_symbols_read("/proc/self/exe", &symbols, NULL), 0);
	check(&symbols, weir_named, "named");
	check(&symbols, weir_unwound, "unwound");
}

TEST(an_instruction_of_an_unknown_function_is_not_guessed)
{
	_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };
	struct weir_error err;

	assert_int_equal(elf_symbols_read("/proc/self/exe", &symbols, NULL), 0);
	assert_int_equal(elf_file_open("/proc/self/exe", &file, NULL), 0);
	assert_int_equal(elf_instruction_check(&file, &symbols, offset_of(&symbols, weir_unknown),
					       &err),
			 -ENOENT);
	assert_string_equal(err.text,
			    "no symbol and no unwind information says which function it is in");
	/* the ELF header is not code */
	assert_int_equal(elf_instruction_check(&file, &symbols, 0, &err), -EINVAL);
	assert_string_equal(err.text, "there is no code");
}

TEST(the_sentence_says_which_instruction_it_is_inside)
{
	_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };
	struct weir_error err;

	assert_int_equal(elf_symbols_read("/proc/self/exe", &symbols, NULL), 0);
	assert_int_equal(elf_file_open("/proc/self/exe", &file, NULL), 0);
	assert_int_equal(elf_instruction_check(&file, &symbols, offset_of(&symbols, weir_named) + 2,
					       &err),
			 -EINVAL);
	assert_string_equal(err.text, "it is inside an instruction, from +0x1 to +0x4 of its "
				      "function: the program would crash");
}

TEST(nops_of_one_and_of_more_bytes)
{
	_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };

	assert_int_equal(elf_symbols_read("/proc/self/exe", &symbols, NULL), 0);
	assert_int_equal(elf_file_open("/proc/self/exe", &file, NULL), 0);
	for (int i = 0; i < SIZE; i++) {
		uint64_t at = offset_of(&symbols, weir_named) + (uint64_t)i;

		assert_int_equal(elf_instruction_check_nop(&file, at, NULL),
				 i == 4 || i == 7 ? 0 : -EINVAL);
	}
}

/* Functions with both a symbol and an entry have the same bounds in both. */
TEST(unwind_information_agrees_with_symbols)
{
	_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };
	size_t found = 0;

	assert_int_equal(elf_symbols_read("/proc/self/exe", &symbols, NULL), 0);
	assert_int_equal(elf_file_open("/proc/self/exe", &file, NULL), 0);
	for (size_t i = 0; i < symbols.count; i++) {
		const struct elf_symbol *s = &symbols.items[i];
		uint64_t start, size;

		if (!s->size || s->name[0] == '_' ||
		    eh_frame_find(&file, s->address, &start, &size) < 0)
			continue;
		assert_int_equal(start, s->address);
		assert_int_equal(size, s->size);
		if (eh_frame_find(&file, s->address + s->size - 1, &start, &size) < 0)
			fail_msg("the end of %s is in no entry", s->name);
		assert_int_equal(start, s->address);
		found++;
	}
	assert_true(found > 30);
}

/* Relies on ASan to detect errors. */
TEST(damaged_unwind_information)
{
	uint64_t random = test_seed(), start, size;
	static const char *const names[] = { ".eh_frame_hdr", ".eh_frame" };

	for (int round = 0; round < 3000; round++) {
		_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };

		assert_int_equal(elf_file_open("/proc/self/exe", &file, NULL), 0);
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			GElf_Shdr header;
			Elf_Data *data = elf_getdata(elf_file_section(&file, names[i], 0, &header),
						     NULL);
			_cleanup_free_ uint8_t *copy = NULL;
			uint8_t *was = data->d_buf;
			size_t room = data->d_size;

			/* of exactly its size, so that ASan detects an overrun */
			data->d_size = random_below(&random, 2) ? random_below(&random, 256) : room;
			copy = malloc(data->d_size + 1);
			assert_non_null(copy);
			memcpy(copy, was, data->d_size);
			for (int n = 0; n < 8 && data->d_size; n++)
				copy[random_below(&random,
						  random_below(&random, 2) && data->d_size > 64
							  ? 64
							  : (uint32_t)data->d_size)] =
					(uint8_t)random_u32(&random);
			data->d_buf = copy;
			eh_frame_find(&file, header.sh_addr - random_below(&random, 1 << 20),
				      &start, &size);
			data->d_buf = was;
			data->d_size = room;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			instructions_of_functions_with_a_symbol_and_with_unwind_information_only),
		cmocka_unit_test(an_instruction_of_an_unknown_function_is_not_guessed),
		cmocka_unit_test(the_sentence_says_which_instruction_it_is_inside),
		cmocka_unit_test(nops_of_one_and_of_more_bytes),
		cmocka_unit_test(unwind_information_agrees_with_symbols),
		cmocka_unit_test(damaged_unwind_information),
	};

	return cmocka_run_group_tests_name("instruction", tests, NULL, NULL);
}

#else

TEST(instructions_of_four_bytes)
{
	_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };
	const struct elf_symbol *s;

	assert_int_equal(elf_symbols_read("/proc/self/exe", &symbols, NULL), 0);
	assert_int_equal(elf_file_open("/proc/self/exe", &file, NULL), 0);
	s = elf_symbols_find(&symbols, "main");
	assert_non_null(s);
	for (uint64_t i = 0; i < 8; i++)
		assert_int_equal(elf_instruction_check(&file, &symbols, s->offset + i, NULL),
				 i % 4 ? -EINVAL : 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(instructions_of_four_bytes) };

	return cmocka_run_group_tests_name("instruction", tests, NULL, NULL);
}

#endif
