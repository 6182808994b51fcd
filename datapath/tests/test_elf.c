// SPDX-License-Identifier: GPL-2.0
/*
 * test_elf.c - symbols and USDT probes of ELF files: of this program, and of stripped and damaged
 * ones. WEIR_SEED repeats the random tests.
 */
#include <errno.h>
#include <limits.h>
#include <sys/sdt.h>
#include <unistd.h>
#include "datapath/base/cleanup.h"
#include "datapath/elf/file.h"
#include "datapath/elf/symbols.h"
#include "datapath/elf/usdt.h"
#include "datapath/tests/check.h"

/* --- this program --- */

static volatile int16_t sixteen = 16;
static volatile uint64_t sixty_four = 64;

static __attribute__((noinline)) void pass_probes(void)
{
	STAP_PROBE2(weirunit, two, sixteen, sixty_four);
	STAP_PROBE1(weirunit, again, 5);
	STAP_PROBE1(weirunit, again, 6);
}

static bool at_function(uint64_t address, const struct elf_symbol *symbol)
{
	return address >= symbol->address && address < symbol->address + symbol->size;
}

#ifdef __x86_64__
#define CONSTANT "$" /* prefix of a constant in assembler syntax */
#else
#define CONSTANT ""
#endif

TEST(probes_of_this_program)
{
	_cleanup_(usdt_free) struct usdt_probes probes = {};
	_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};
	const struct elf_symbol *function;

	pass_probes();
	assert_int_equal(usdt_read("/proc/self/exe", &probes, NULL), 0);
	assert_int_equal(elf_symbols_read("/proc/self/exe", &symbols, NULL), 0);
	function = elf_symbols_find(&symbols, "pass_probes");
	assert_non_null(function);
	assert_int_equal(probes.count, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct usdt_location *l = &probes.items[i];

		assert_string_equal(l->provider, "weirunit");
		assert_string_equal(l->name, i < 2 ? "again" : "two");
		assert_true(at_function(l->address, function));
		assert_int_equal(l->offset - l->address, function->offset - function->address);
		assert_int_equal(l->semaphore, 0);
		assert_false(l->args_unknown);
	}
	assert_string_equal(probes.items[0].args[0].spec, CONSTANT "5");
	assert_string_equal(probes.items[1].args[0].spec, CONSTANT "6");
	assert_true(probes.items[0].address < probes.items[1].address);
	assert_int_equal(probes.items[2].arg_count, 2);
	assert_int_equal(probes.items[2].args[0].size, 2);
	assert_true(probes.items[2].args[0].is_signed);
	assert_int_equal(probes.items[2].args[1].size, 8);
	assert_false(probes.items[2].args[1].is_signed);
}

static uint64_t byte_at(uint64_t offset)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/self/exe", "re");

	assert_non_null(f);
	assert_int_equal(fseek(f, (long)offset, SEEK_SET), 0);
	return (uint64_t)fgetc(f);
}

TEST(offsets_are_where_the_code_is)
{
	_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};
	const struct elf_symbol *symbol;
	size_t functions = 0;

	assert_int_equal(elf_symbols_read("/proc/self/exe", &symbols, NULL), 0);
	symbol = elf_symbols_find(&symbols, "usdt_parse_args");
	assert_non_null(symbol);
	assert_int_equal(byte_at(symbol->offset), *(const unsigned char *)usdt_parse_args);
	assert_null(elf_symbols_find(&symbols, "sixteen")); /* data, not a function */
	assert_null(elf_symbols_find(&symbols, ""));
	assert_false(symbols.stripped);
	for (size_t i = 1; i < symbols.count; i++) {
		assert_true(strcmp(symbols.items[i - 1].name, symbols.items[i].name) <= 0);
		functions += strchr(symbols.items[i].name, '@') == NULL;
	}
	assert_int_equal(functions, symbols.count - 1);
}

/* --- debug files --- */

static char folder[] = "/tmp/weir-elf-XXXXXX";

static void shell(const char *script)
{
	char command[PATH_MAX + 512];

	snprintf(command, sizeof(command), "cd %s && { %s; } >&2", folder, script);
	assert_int_equal(system(command), 0);
}

static void in_folder(const char *name, char *ret_path)
{
	snprintf(ret_path, PATH_MAX, "%s/%s", folder, name);
}

TEST(a_stripped_program_and_its_debug_file)
{
	_cleanup_(elf_symbols_free) struct elf_symbols bare = {}, linked = {}, wrong = {};
	char path[PATH_MAX], debug[PATH_MAX];
	const struct elf_symbol *symbol;

	shell("cp /proc/$PPID/exe whole && objcopy --only-keep-debug whole weir-test.debug && "
	      "objcopy --strip-all whole bare && "
	      "objcopy --add-gnu-debuglink=weir-test.debug bare linked && "
	      "mkdir -p .debug && mv weir-test.debug .debug/");
	in_folder("bare", path);
	assert_int_equal(elf_symbols_read(path, &bare, NULL), 0);
	assert_true(bare.stripped);
	assert_null(elf_symbols_find(&bare, "pass_probes"));

	in_folder("linked", path);
	in_folder(".debug/weir-test.debug", debug);
	assert_int_equal(elf_symbols_read(path, &linked, NULL), 0);
	assert_false(linked.stripped);
	assert_string_equal(linked.debug_file, debug);
	symbol = elf_symbols_find(&linked, "usdt_parse_args");
	assert_non_null(symbol);
	assert_int_equal(byte_at(symbol->offset), *(const unsigned char *)usdt_parse_args);

	/* of another build: its checksum differs from that in the program */
	shell("printf x >>.debug/weir-test.debug");
	assert_int_equal(elf_symbols_read(path, &wrong, NULL), 0);
	assert_true(wrong.stripped);
}

TEST(what_is_no_program)
{
	_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};
	_cleanup_(usdt_free) struct usdt_probes probes = {};
	struct weir_error err;
	char path[PATH_MAX], expected[PATH_MAX + 128];

	shell("echo text >text && mkfifo fifo && head -c 100 /proc/$PPID/exe >cut");
	in_folder("text", path);
	assert_int_equal(elf_symbols_read(path, &symbols, &err), -ENOEXEC);
	snprintf(expected, sizeof(expected),
		 "'%s' is not a program or shared object: not an ELF file", path);
	assert_string_equal(err.text, expected);
	in_folder("fifo", path);
	assert_int_equal(usdt_read(path, &probes, &err), -ENOEXEC);
	in_folder("cut", path);
	elf_symbols_read(path, &symbols, &err); /* any result, without a crash */
	in_folder("none", path);
	assert_int_equal(usdt_read(path, &probes, &err), -ENOENT);
	snprintf(expected, sizeof(expected), "cannot open '%s': No such file or directory", path);
	assert_string_equal(err.text, expected);
}

/* Random bytes of the program are changed, so sections, names and notes are wrong. */
TEST(damaged_programs)
{
	_cleanup_free_ unsigned char *whole = NULL;
	uint64_t random = test_seed();
	char path[PATH_MAX];
	size_t size;
	FILE *f;

	shell("printf '%s\n' '#include <sys/sdt.h>' "
	      "'int main(int c,char**v){(void)v;STAP_PROBE1(p,n,c);return 0;}' >small.c && "
	      "cc -O2 -o small small.c");
	in_folder("small", path);
	f = fopen(path, "re");
	assert_non_null(f);
	whole = malloc(1 << 20);
	assert_non_null(whole);
	size = fread(whole, 1, 1 << 20, f);
	fclose(f);
	in_folder("damaged", path);
	for (int round = 0; round < 3000; round++) {
		_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};
		_cleanup_(usdt_free) struct usdt_probes probes = {};
		uint32_t changes = 1 + random_below(&random, 8), at[8];
		unsigned char was[8];

		for (uint32_t i = 0; i < changes; i++) {
			/* section headers are at the end of the file */
			at[i] = random_below(&random, 2)
					? (uint32_t)size - 1 - random_below(&random, 2048)
					: random_below(&random, (uint32_t)size);
			was[i] = whole[at[i]];
			whole[at[i]] = (unsigned char)random_u32(&random);
		}
		f = fopen(path, "we");
		assert_non_null(f);
		fwrite(whole, 1, size, f);
		fclose(f);
		elf_symbols_read(path, &symbols, NULL);
		usdt_read(path, &probes, NULL);
		for (uint32_t i = changes; i-- > 0;)
			whole[at[i]] = was[i];
	}
	f = fopen(path, "we");
	assert_non_null(f);
	fwrite(whole, 1, size, f);
	fclose(f);
	{
		_cleanup_(usdt_free) struct usdt_probes probes = {};

		assert_int_equal(usdt_read(path, &probes, NULL), 0);
		assert_int_equal(probes.count, 1);
		assert_int_equal(probes.items[0].args[0].size, 4);
	}
}

/* --- paths --- */

TEST(programs_are_found_as_a_shell_finds_them)
{
	char path[PATH_MAX], script[PATH_MAX];
	struct weir_error err;

	assert_int_equal(elf_path_find("bash", path, sizeof(path), NULL), 0);
	assert_true(path[0] == '/' && strstr(path, "/bash"));
	assert_int_equal(elf_path_find("libc", path, sizeof(path), NULL), 0);
	assert_non_null(strstr(path, "/libc.so.6"));
	assert_int_equal(elf_path_find("libc.so.6", path, sizeof(path), NULL), 0);
	assert_int_equal(elf_path_find("/bin/../bin/bash", path, sizeof(path), NULL), 0);
	assert_null(strstr(path, ".."));
	assert_int_equal(elf_path_find("no-such-program", path, sizeof(path), &err), -ENOENT);
	assert_string_equal(err.text,
			    "no program 'no-such-program' in $PATH, and no such shared object in "
			    "the library directories; give a path");
	assert_int_equal(elf_path_find("", path, sizeof(path), NULL), -ENOENT);
	/* a script has no functions */
	shell("echo '#!/bin/sh' >weir-script && chmod 755 weir-script");
	snprintf(script, sizeof(script), "%s:/usr/bin:/bin", folder);
	setenv("PATH", script, 1);
	assert_int_equal(elf_path_find("weir-script", path, sizeof(path), NULL), -ENOENT);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[PATH_MAX];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probes_of_this_program),
		cmocka_unit_test(offsets_are_where_the_code_is),
		cmocka_unit_test(a_stripped_program_and_its_debug_file),
		cmocka_unit_test(what_is_no_program),
		cmocka_unit_test(damaged_programs),
		cmocka_unit_test(programs_are_found_as_a_shell_finds_them),
	};

	return cmocka_run_group_tests_name("elf", tests, make_folder, remove_folder);
}
