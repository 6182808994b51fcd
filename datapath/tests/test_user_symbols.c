// SPDX-License-Identifier: GPL-2.0
/* test_user_symbols.c - symbols of addresses in this process, and lines of /proc/PID/maps. */
#include <errno.h>
#include <unistd.h>
#include "datapath/elf/process_symbols.h"
#include "datapath/tests/check.h"

#define LINE "7f0000001000-7f0000003000 r-xp 00005000 08:01 1234    /lib/a name.so\n"

TEST(lines_of_maps)
{
	uint64_t offset = 7;
	char path[64] = "";

	assert_int_equal(user_map_parse(LINE, 0x7f0000001010, path, sizeof(path), &offset), 0);
	assert_string_equal(path, "/lib/a name.so");
	assert_int_equal(offset, 0x5010);
	assert_int_equal(user_map_parse(LINE, 0x7f0000002fff, path, sizeof(path), &offset), 0);
	offset = 7;
	assert_int_equal(user_map_parse(LINE, 0x7f0000003000, path, sizeof(path), &offset),
			 -ENOENT);
	assert_int_equal(user_map_parse(LINE, 0x7f0000000fff, path, sizeof(path), &offset),
			 -ENOENT);
	assert_int_equal(user_map_parse(LINE, 0x7f0000001010, path, 4, &offset), -ENAMETOOLONG);
	/* a mapping without a file */
	assert_int_equal(user_map_parse("1000-3000 rw-p 00000000 00:00 0 \n", 0x2000, path,
					sizeof(path), &offset),
			 -ENOENT);
	assert_int_equal(user_map_parse("1000-3000 rw-p 00000000 00:00 0    [heap]\n", 0x2000, path,
					sizeof(path), &offset),
			 -ENOENT);
	assert_int_equal(user_map_parse("nonsense\n", 0x2000, path, sizeof(path), &offset),
			 -ENOENT);
	assert_int_equal(offset, 7);
}

int a_function_of_this_program(void);

int __attribute__((noinline)) a_function_of_this_program(void)
{
	return 1;
}

TEST(names_of_this_process)
{
	struct user_symbols *symbols = NULL;
	uint64_t address = (uint64_t)a_function_of_this_program;
	char name[128];

	user_symbol_name(&symbols, (uint32_t)getpid(), address + 1, name, sizeof(name));
	assert_string_equal(name, "a_function_of_this_program+0x1 (test_user_symbols)");
	user_symbol_name(&symbols, (uint32_t)getpid(), 16, name, sizeof(name));
	assert_string_equal(name, "0x10");
	/* there is no process 0 */
	user_symbol_name(&symbols, 0, address, name, sizeof(name));
	assert_int_equal(strncmp(name, "0x", 2), 0);
	user_symbols_free(symbols);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_maps),
		cmocka_unit_test(names_of_this_process),
	};

	return cmocka_run_group_tests_name("user_symbols", tests, NULL, NULL);
}
