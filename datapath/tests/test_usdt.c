// SPDX-License-Identifier: GPL-2.0
/* test_usdt.c - notes of USDT probes, and their arguments. WEIR_SEED repeats the random tests. */
#include <errno.h>
#include "datapath/base/cleanup.h"
#include "datapath/elf/usdt.h"
#include "datapath/tests/check.h"

#define ROUNDS 200000

/* --- arguments --- */

static struct usdt_arg args[USDT_ARGS];
static size_t count;

static int parse(const char *text)
{
	static char copy[512];

	snprintf(copy, sizeof(copy), "%s", text);
	count = 0;
	return usdt_parse_args(copy, args, &count);
}

static void expect_arg(size_t i, uint32_t size, bool is_signed, const char *spec)
{
	assert_true(i < count);
	assert_int_equal(args[i].size, size);
	assert_int_equal(args[i].is_signed, is_signed);
	assert_string_equal(args[i].spec, spec);
}

TEST(arguments_of_x86)
{
	assert_int_equal(parse("-4@%eax 8@-8(%rbp) -1@$-5 2@foo+4(%rip) 8@8(%rax,%rbx,4)"), 0);
	assert_int_equal(count, 5);
	expect_arg(0, 4, true, "%eax");
	expect_arg(1, 8, false, "-8(%rbp)");
	expect_arg(2, 1, true, "$-5");
	expect_arg(3, 2, false, "foo+4(%rip)");
	expect_arg(4, 8, false, "8(%rax,%rbx,4)");
}

TEST(arguments_with_spaces_within_brackets)
{
	assert_int_equal(parse("-4@[sp, 12] 8@x0  8@[x29, #-24]"), 0);
	assert_int_equal(count, 3);
	expect_arg(0, 4, true, "[sp, 12]");
	expect_arg(1, 8, false, "x0");
	expect_arg(2, 8, false, "[x29, #-24]");
}

TEST(arguments_of_unknown_size_and_of_none)
{
	assert_int_equal(parse("%rdi 8f@%xmm0"), 0);
	expect_arg(0, 0, false, "%rdi");
	expect_arg(1, 8, false, "%xmm0");
	assert_true(args[1].is_float);
	assert_false(args[0].is_float);
	assert_int_equal(parse(""), 0);
	assert_int_equal(count, 0);
	assert_int_equal(parse("1@a 1@b 1@c 1@d 1@e 1@f 1@g 1@h 1@i 1@j 1@k 1@l"), 0);
	assert_int_equal(count, 12);
}

TEST(arguments_that_are_not_understood)
{
	static const char *const wrong[] = {
		"4@",      "3@%eax",  "-@%eax",  "4f4@%eax", "99999999999999999999@%eax",
		"4@(%rbp", "4@%rbp)", "16@%eax", "0@%eax",   "-4ff@%eax",
	};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(parse(wrong[i]), -EINVAL);
	assert_int_equal(parse("1@a 1@a 1@a 1@a 1@a 1@a 1@a 1@a 1@a 1@a 1@a 1@a 1@a"), -E2BIG);
}

TEST(random_arguments)
{
	static const char letters[] = "0123456789-@f[]()%$ ,x";
	uint64_t random = test_seed();
	unsigned int accepted = 0;

	for (int round = 0; round < ROUNDS; round++) {
		size_t length = random_below(&random, 40);
		char *text = malloc(length + 1); /* exact, so that ASan detects an overrun */

		assert_non_null(text);
		for (size_t i = 0; i < length; i++)
			text[i] = letters[random_below(&random, sizeof(letters) - 1)];
		text[length] = '\0';
		if (usdt_parse_args(text, args, &count) == 0) {
			accepted++;
			assert_uint_in_range(count, 0, USDT_ARGS);
			for (size_t i = 0; i < count; i++) {
				assert_true(args[i].spec >= text && args[i].spec < text + length);
				assert_true(args[i].spec[0]);
			}
		}
		free(text);
	}
	assert_uint_in_range(accepted, ROUNDS / 50, ROUNDS);
}

/* --- notes --- */

static const char note_64[] = "\x10\x20\0\0\0\0\0\0"
			      "\x30\x20\0\0\0\0\0\0"
			      "\x40\x20\0\0\0\0\0\0"
			      "libc\0setjmp\0-4@%eax";

TEST(a_note)
{
	struct usdt_note note;

	assert_int_equal(usdt_parse_note(note_64, sizeof(note_64), true, &note), 0);
	assert_int_equal(note.address, 0x2010);
	assert_int_equal(note.base, 0x2030);
	assert_int_equal(note.semaphore, 0x2040);
	assert_string_equal(note.provider, "libc");
	assert_string_equal(note.name, "setjmp");
	assert_string_equal(note.args, "-4@%eax");
	assert_int_equal(usdt_parse_note(note_64 + 12, sizeof(note_64) - 12, false, &note), 0);
	assert_int_equal(note.semaphore, 0); /* 32-bit notes have three addresses of four bytes */
}

TEST(a_note_cut_short)
{
	for (size_t size = 0; size < sizeof(note_64); size++) {
		char *cut = malloc(size + !size);
		struct usdt_note note = {};
		int ret;

		assert_non_null(cut);
		memcpy(cut, note_64, size);
		ret = usdt_parse_note(cut, size, true, &note);
		/* complete from the end of its name on; unterminated arguments are ignored */
		assert_int_equal(ret, size < 24 + 12 ? -EINVAL : 0);
		if (!ret)
			assert_string_equal(note.args, "");
		free(cut);
	}
}

TEST(random_notes)
{
	uint64_t random = test_seed();
	unsigned int accepted = 0;

	for (int round = 0; round < ROUNDS; round++) {
		size_t size = random_below(&random, 64);
		char *bytes = malloc(size + !size);
		struct usdt_note note;

		assert_non_null(bytes);
		for (size_t i = 0; i < size; i++)
			bytes[i] = (char)(random_below(&random, 4) ? random_u32(&random) : 0);
		if (usdt_parse_note(bytes, size, random_below(&random, 2), &note) == 0) {
			accepted++;
			assert_true(strlen(note.provider) > 0 && strlen(note.name) > 0);
			assert_true(note.provider >= bytes && note.name < bytes + size);
		}
		free(bytes);
	}
	assert_uint_in_range(accepted, ROUNDS / 50, ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_of_x86),
		cmocka_unit_test(arguments_with_spaces_within_brackets),
		cmocka_unit_test(arguments_of_unknown_size_and_of_none),
		cmocka_unit_test(arguments_that_are_not_understood),
		cmocka_unit_test(random_arguments),
		cmocka_unit_test(a_note),
		cmocka_unit_test(a_note_cut_short),
		cmocka_unit_test(random_notes),
	};

	return cmocka_run_group_tests_name("usdt", tests, NULL, NULL);
}
