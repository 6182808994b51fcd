// SPDX-License-Identifier: GPL-2.0
/* test_tracefs.c - formats of tracepoints, word sets, lockdown, names of probes. */
#include <errno.h>
#include <linux/perf_event.h>
#include <unistd.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/word_set.h"
#include "datapath/kernel/pseudo_fs.h"
#include "datapath/kernel/trace_format.h"
#include "datapath/probes/functions.h"
#include "datapath/probes/names.h"
#include "datapath/tests/check.h"

#define ROUNDS 30000

/* --- formats --- */

static const char openat_format[] =
	"name: sys_enter_openat\nID: 782\nformat:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
	"\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
	"\tfield:int dfd;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:const char * filename;\toffset:24;\tsize:8;\tsigned:0;\n"
	"\tfield:umode_t mode;\toffset:40;\tsize:8;\tsigned:0;\n\n"
	"print fmt: \"dfd: 0x%08lx, filename: 0x%08lx\", ((unsigned long)(REC->dfd))\n";

static struct trace_format format;

static int parse(const char *text)
{
	trace_format_free(&format);
	return trace_format_parse(text, strlen(text), &format);
}

static int release(void **state)
{
	(void)state;
	trace_format_free(&format);
	return 0;
}

TEST(a_format)
{
	const struct trace_field *f;

	assert_int_equal(parse(openat_format), 0);
	assert_string_equal(format.name, "sys_enter_openat");
	assert_int_equal(format.id, 782);
	assert_int_equal(format.count, 8);
	assert_string_equal(format.print, "\"dfd: 0x%08lx, filename: 0x%08lx\", "
					  "((unsigned long)(REC->dfd))");
	f = trace_format_field(&format, "filename");
	assert_non_null(f);
	assert_string_equal(f->type, "const char *");
	assert_int_equal(f->offset, 24);
	assert_int_equal(f->size, 8);
	assert_false(f->is_signed);
	assert_false(f->is_array);
	assert_false(f->is_common);
	f = trace_format_field(&format, "common_pid");
	assert_true(f->is_common && f->is_signed);
	assert_null(trace_format_field(&format, "nonsense"));
}

/* Parses a single field. Returns NULL if it is not understood. */
static const struct trace_field *field(const char *declaration, const char *size)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "name: x\nID: 1\nformat:\n\tfield:%s;\toffset:8;\tsize:%s;\tsigned:0;\n\n"
		 "print fmt: \"\"\n",
		 declaration, size);
	return parse(text) == 0 && format.count == 1 ? &format.fields[0] : NULL;
}

static void expect(const char *declaration, const char *type, const char *name, bool is_array,
		   uint32_t length, enum trace_location location)
{
	const struct trace_field *f = field(declaration, "4");

	assert_non_null(f);
	assert_string_equal(f->type, type);
	assert_string_equal(f->name, name);
	assert_int_equal(f->is_array, is_array);
	assert_int_equal(f->length, length);
	assert_int_equal(f->location, location);
}

TEST(declarations)
{
	expect("char comm[16]", "char", "comm", true, 16, TRACE_IN_PLACE);
	expect("unsigned long args[6]", "unsigned long", "args", true, 6, TRACE_IN_PLACE);
	expect("char prev_comm[TASK_COMM_LEN]", "char", "prev_comm", true, 0, TRACE_IN_PLACE);
	expect("__data_loc char[] filename", "char", "filename", true, 0, TRACE_DATA_LOC);
	expect("__data_loc unsigned long[] v", "unsigned long", "v", true, 0, TRACE_DATA_LOC);
	expect("__rel_loc char[] name", "char", "name", true, 0, TRACE_REL_LOC);
	expect("void * skbaddr", "void *", "skbaddr", false, 0, TRACE_IN_PLACE);
	expect("const char *name", "const char *", "name", false, 0, TRACE_IN_PLACE);
	expect("enum skb_drop_reason reason", "enum skb_drop_reason", "reason", false, 0,
	       TRACE_IN_PLACE);
	expect("struct sockaddr_in6 __attribute__((aligned(8))) a",
	       "struct sockaddr_in6 __attribute__((aligned(8)))", "a", false, 0, TRACE_IN_PLACE);
	expect("const char *names[4]", "const char *", "names", true, 4, TRACE_IN_PLACE);
}

TEST(fields_that_are_not_understood)
{
	static const char *const wrong[] = { "int",   "",        " ", "int 9",
					     "[4]",   "int a[4", "*", "__data_loc a",
					     "int []" };

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		if (field(wrong[i], "4"))
			fail_msg("'%s' was taken", wrong[i]);
	}
	assert_null(field("int a", "-4"));
	assert_null(field("int a", "65536"));
	assert_null(field("int a", "99999999999"));
	assert_null(field("int a", "4x"));
	assert_null(field("__data_loc char[] a", "8"));
	assert_non_null(field("int a", "65528"));
}

TEST(what_is_no_format)
{
	assert_int_equal(parse(""), -EINVAL);
	assert_int_equal(parse("name: x\nID: 1\nformat:\n"), -EINVAL);
	assert_int_equal(parse("name: x\nID: none\n"), -EINVAL);
	assert_int_equal(parse("\tfield:int a;\toffset:8;\tsize:4;\tsigned:1;\n"), -EINVAL);
	assert_int_equal(parse("name: x\n\tfield:int a;\toffset:8;\tsize:4;\n"), -EINVAL);
}

/* Formats with bytes changed, removed and repeated. Every parsed field must point into the text. */
TEST(random_formats)
{
	uint64_t random = test_seed();
	unsigned int taken = 0;

	for (int round = 0; round < ROUNDS; round++) {
		size_t length = strlen(openat_format) -
				random_below(&random, 3) * random_below(&random, 200);
		char *text = malloc(length); /* exact, so that ASan detects an overrun */

		assert_non_null(text);
		memcpy(text, openat_format, length);
		for (uint32_t i = random_below(&random, 6); i > 0; i--) {
			static const char letters[] = ";:[]* \t\n\0a9_-";

			text[random_below(&random, (uint32_t)length)] =
				random_below(&random, 4)
					? letters[random_below(&random, sizeof(letters))]
					: (char)random_u32(&random);
		}
		trace_format_free(&format);
		if (trace_format_parse(text, length, &format) == 0) {
			taken++;
			for (size_t i = 0; i < format.count; i++) {
				const struct trace_field *f = &format.fields[i];

				assert_true(strlen(f->name) > 0 && strlen(f->type) > 0);
				assert_true(f->offset + f->size <= 65536);
				assert_true(f->name > format.text &&
					    f->name + strlen(f->name) <= format.text + length);
			}
		}
		free(text);
	}
	assert_uint_in_range(taken, ROUNDS / 10, ROUNDS - ROUNDS / 10);
}

/* --- words --- */

static char *second_word(char *line)
{
	char *space = strchr(line, ' ');

	return space ? space + 1 : NULL;
}

TEST(words_are_sorted_and_each_is_there_once)
{
	_cleanup_fclose_ FILE *f = file_of("1 b\n2 a\nnone\n\n3 b\n4 c", 22);
	_cleanup_(word_set_free) struct word_set set = {};

	assert_int_equal(word_set_read(fileno(f), second_word, &set), 0);
	assert_int_equal(set.count, 3);
	assert_string_equal(set.items[0], "a");
	assert_string_equal(set.items[2], "c");
	assert_true(word_set_has(&set, "b"));
	assert_false(word_set_has(&set, "d"));
}

TEST(long_files_are_read_whole)
{
	_cleanup_fclose_ FILE *f = tmpfile();
	_cleanup_(word_set_free) struct word_set set = {};

	assert_non_null(f);
	for (int i = 0; i < 200000; i++)
		fprintf(f, "x %d\n", i);
	rewind(f);
	assert_int_equal(word_set_read(fileno(f), second_word, &set), 0);
	assert_int_equal(set.count, 200000);
	assert_true(word_set_has(&set, "0") && word_set_has(&set, "199999"));
}

TEST(an_empty_file_and_a_folder)
{
	_cleanup_fclose_ FILE *f = tmpfile();
	_cleanup_(word_set_free) struct word_set set = {}, none = {};
	int fds[2];

	assert_non_null(f);
	assert_int_equal(word_set_read(fileno(f), second_word, &set), 0);
	assert_int_equal(set.count, 0);
	assert_false(word_set_has(&set, ""));
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(word_set_read(fds[1], second_word, &none), -EBADF);
	close(fds[0]);
	close(fds[1]);
}

/* --- the rest --- */

TEST(levels_of_lockdown)
{
	assert_int_equal(lockdown_parse("[none] integrity confidentiality\n"), LOCKDOWN_NONE);
	assert_int_equal(lockdown_parse("none [integrity] confidentiality\n"), LOCKDOWN_INTEGRITY);
	assert_int_equal(lockdown_parse("none integrity [confidentiality]"),
			 LOCKDOWN_CONFIDENTIALITY);
	assert_int_equal(lockdown_parse("[other] none"), LOCKDOWN_UNKNOWN);
	assert_int_equal(lockdown_parse("[nonesuch]"), LOCKDOWN_UNKNOWN);
	assert_int_equal(lockdown_parse(""), LOCKDOWN_UNKNOWN);
	assert_null(lockdown_name(LOCKDOWN_LEVELS));
}

TEST(types_of_probes_by_name)
{
	enum weir_probe_type type;

	for (int i = 0; i < WEIR_PROBE_TYPES; i++) {
		const char *name = weir_probe_type_name((enum weir_probe_type)i);

		assert_int_equal(weir_probe_type_from_name(name, strlen(name), &type), 0);
		assert_int_equal(type, i);
	}
	assert_int_equal(weir_probe_type_from_name("rawtp:x", 5, &type), 0);
	assert_int_equal(type, WEIR_PROBE_RAWTRACEPOINT);
	assert_int_equal(weir_probe_type_from_name("kfunc", 5, &type), 0);
	assert_int_equal(type, WEIR_PROBE_FENTRY);
	assert_int_equal(weir_probe_type_from_name("kprobes", 7, &type), -EINVAL);
	assert_int_equal(weir_probe_type_from_name("kprobe", 5, &type), -EINVAL);
	assert_int_equal(weir_probe_type_from_name("", 0, &type), -EINVAL);
	assert_null(weir_probe_type_name(WEIR_PROBE_TYPES));
}

TEST(events_of_perf_by_name)
{
	const struct weir_perf_event *event = weir_perf_event_find(WEIR_PROBE_SOFTWARE, "faults");

	assert_non_null(event);
	assert_string_equal(event->name, "page-faults");
	assert_int_equal(event->config, PERF_COUNT_SW_PAGE_FAULTS);
	assert_int_equal(event->period, 100);
	assert_null(weir_perf_event_find(WEIR_PROBE_HARDWARE, "faults"));
	event = weir_perf_event_find(WEIR_PROBE_HARDWARE, "cpu-cycles");
	assert_int_equal(event->type, PERF_TYPE_HARDWARE);
	assert_int_equal(event->config, PERF_COUNT_HW_CPU_CYCLES);
}

TEST(variants_of_functions)
{
	assert_string_equal(function_variant("do_it.constprop.0"), ".constprop");
	assert_string_equal(function_variant("do_it.isra.0.cold"), ".isra");
	assert_string_equal(function_variant("do_it.part.3"), ".part");
	assert_null(function_variant("do_it"));
	assert_null(function_variant("do.it"));
}

TEST(obstacles_of_functions)
{
	struct kernel_function items[] = {
		{ .name = "all", .copies = 1, .traceable = true },
		{ .name = "all.cold", .copies = 1 },
		{ .name = "black", .copies = 1, .traceable = true, .blacklisted = true },
		{ .name = "gone", .copies = 1, .freed = true },
		{ .name = "hidden", .copies = 1 },
		{ .name = "hidden.cold", .copies = 1 },
		{ .name = "many", .copies = 2, .traceable = true },
		{ .name = "orphan.part.0", .copies = 1 },
	};
	static const struct {
		const char *kprobe, *fentry; /* beginning of the obstacle's text */
	} expected[] = {
		{ NULL, NULL },
		{ NULL, "not in available" },
		{ "on the kernel's blacklist", NULL },
		{ "an __init function", "an __init function" },
		{ "not in available", "not in available" },
		{ "not in available", "not in available" },
		{ "several functions", "several functions" },
		{ "not in available", "not in available" },
	};
	struct kernel_functions functions = { .items = items,
					      .count = ARRAY_SIZE(items),
					      .traceable_known = true };

	for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
		const enum weir_probe_type types[] = { WEIR_PROBE_KPROBE, WEIR_PROBE_FENTRY };

		for (size_t t = 0; t < ARRAY_SIZE(types); t++) {
			const char *wanted = t ? expected[i].fentry : expected[i].kprobe;
			const char *found = kernel_function_obstacle(&functions, &items[i],
								     types[t]);

			if (!found != !wanted ||
			    (found && strncmp(found, wanted, strlen(wanted)) != 0))
				fail_msg("%s: %s", items[i].name, found ? found : "none");
		}
	}
	/* an unknown property is not an obstacle */
	functions.traceable_known = false;
	assert_null(kernel_function_obstacle(&functions, &items[4], WEIR_PROBE_FENTRY));
}

TEST(names_of_one_address_are_one_function)
{
	struct kernel_function items[] = {
		{ .name = "alias", .copies = 1, .address = 0x1000 },
		{ .name = "black", .copies = 1, .address = 0x3000, .blacklisted = true },
		{ .name = "black_too", .copies = 1, .address = 0x3000 },
		{ .name = "hidden", .copies = 1 },
		{ .name = "hidden_too", .copies = 1, .traceable = true },
		{ .name = "many", .copies = 2, .address = 0x2000, .traceable = true },
		{ .name = "notrace", .copies = 1, .address = 0x2000 },
		{ .name = "real", .copies = 1, .address = 0x1000, .traceable = true },
	};
	static const bool traceable[] = { true, false, false, false, true, true, false, true };
	struct kernel_functions functions = { .items = items, .count = ARRAY_SIZE(items) };

	assert_int_equal(kernel_functions_share_marks(&functions), 0);
	for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
		bool black = items[i].address == 0x3000;

		if (items[i].traceable != traceable[i] || items[i].blacklisted != black)
			fail_msg("%s: traceable %d, blacklisted %d", items[i].name,
				 items[i].traceable, items[i].blacklisted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_format, release),
		cmocka_unit_test_teardown(declarations, release),
		cmocka_unit_test_teardown(fields_that_are_not_understood, release),
		cmocka_unit_test_teardown(what_is_no_format, release),
		cmocka_unit_test_teardown(random_formats, release),
		cmocka_unit_test(words_are_sorted_and_each_is_there_once),
		cmocka_unit_test(long_files_are_read_whole),
		cmocka_unit_test(an_empty_file_and_a_folder),
		cmocka_unit_test(levels_of_lockdown),
		cmocka_unit_test(types_of_probes_by_name),
		cmocka_unit_test(events_of_perf_by_name),
		cmocka_unit_test(variants_of_functions),
		cmocka_unit_test(obstacles_of_functions),
		cmocka_unit_test(names_of_one_address_are_one_function),
	};

	return cmocka_run_group_tests_name("tracefs", tests, NULL, NULL);
}
