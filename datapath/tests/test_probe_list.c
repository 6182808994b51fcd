// SPDX-License-Identifier: GPL-2.0
/*
 * test_probe_list.c - patterns of `ctl probe list`, similar names, prototypes in C, lines of
 * trace_pipe. Reads from the running kernel only what every kernel has and anybody may read.
 */
#include <errno.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/near_names.h"
#include "datapath/kernel/btf.h"
#include "datapath/probes/list/list.h"
#include "datapath/probes/trace_pipe.h"
#include "datapath/tests/check.h"

/* --- similar names --- */

static const char *near(const char *wanted, const char *const *names)
{
	static char text[512];
	struct near_names found = { .wanted = wanted };

	for (; *names; names++)
		near_names_offer(&found, *names);
	return near_names_text(&found, text, sizeof(text));
}

#define NEAR(wanted, ...) near(wanted, (const char *const[]){ __VA_ARGS__, NULL })

TEST(near_names_by_distance)
{
	assert_string_equal(NEAR("vfs_mkdri", "vfs_rmdir", "vfs_mkdir", "vfs_mknod"),
			    "'vfs_mkdir'");
	assert_string_equal(NEAR("work", "word", "worker", "walk", "fork"), "'word' or 'fork'");
}

/* A function can be listed both as a kprobe and as fentry. */
TEST(a_near_name_is_told_once)
{
	assert_string_equal(NEAR("vfs_mkdri", "vfs_mkdir", "vfs_mkdir"), "'vfs_mkdir'");
	assert_string_equal(NEAR("work", "word", "fork", "word", "cork", "word", "fork"),
			    "'word', 'fork' or 'cork'");
}

TEST(variants_are_nearest)
{
	assert_string_equal(NEAR("do_work", "do_walk", "do_work.constprop.0"),
			    "'do_work.constprop.0'");
}

TEST(what_is_not_near)
{
	assert_string_equal(NEAR("tcp_sendmsg", "udp_recvmsg", "x", "", "tcp_sendmsg_everything"),
			    "");
	assert_string_equal(NEAR("", "a", ""), "");
}

TEST(long_names_are_cut_and_do_not_overrun)
{
	char a[600], b[600];

	memset(a, 'x', sizeof(a));
	memset(b, 'x', sizeof(b));
	a[599] = b[400] = '\0';
	assert_int_equal(strlen(NEAR(a, b)), 127 + 2);
}

/* --- prototypes --- */

static struct btf *btf;

/* "int f(const char *s, int a[4], void (*fn)(int, ...))" and others, created here. */
TEST(declarations_as_in_c)
{
	int integer, letter, constant, string, array, params, function, pointer, structure, to_it,
		volatile_pointer, table;
	char text[256];

	btf = btf__new_empty();
	assert_non_null(btf);
	integer = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	letter = btf__add_int(btf, "char", 1, 0);
	constant = btf__add_const(btf, letter);
	string = btf__add_ptr(btf, constant);
	array = btf__add_array(btf, integer, integer, 4);
	params = btf__add_func_proto(btf, 0);
	btf__add_func_param(btf, "", integer);
	btf__add_func_param(btf, "", 0);
	function = params;
	pointer = btf__add_ptr(btf, function);
	structure = btf__add_struct(btf, "sk_buff", 8);
	to_it = btf__add_ptr(btf, structure);
	volatile_pointer = btf__add_volatile(btf, to_it);
	table = btf__add_array(btf, integer, pointer, 2);
#define DECLARED(id, name, expected)                                        \
	do {                                                                \
		btf_declare(btf, (uint32_t)(id), name, text, sizeof(text)); \
		assert_string_equal(text, expected);                        \
	} while (0)
	DECLARED(integer, "a", "int a");
	DECLARED(integer, "", "int");
	DECLARED(0, "", "void");
	DECLARED(string, "s", "const char *s");
	DECLARED(string, "", "const char *");
	DECLARED(array, "a", "int a[4]");
	DECLARED(array, "", "int[4]");
	DECLARED(btf__add_ptr(btf, array), "a", "int (*a)[4]");
	DECLARED(pointer, "fn", "void (*fn)(int, ...)");
	DECLARED(pointer, "", "void (*)(int, ...)");
	DECLARED(table, "fns", "void (*fns[2])(int, ...)");
	DECLARED(volatile_pointer, "skb", "struct sk_buff *volatile skb");
	DECLARED(btf__add_ptr(btf, btf__add_union(btf, "", 8)), "u", "union {} *u");
	DECLARED(btf__add_enum(btf, "reason", 4), "why", "enum reason why");
	DECLARED(999999, "x", "{} x");
	DECLARED(btf__type_cnt(btf), "", "{}");
	btf__free(btf);
}

TEST(declarations_that_are_too_long_are_cut)
{
	char text[16], name[600];
	int id;

	btf = btf__new_empty();
	assert_non_null(btf);
	id = btf__add_int(btf, "int", 4, 0);
	for (int i = 0; i < 400; i++)
		id = btf__add_ptr(btf, id);
	memset(name, 'n', sizeof(name));
	name[599] = '\0';
	btf_declare(btf, (uint32_t)id, name, text, sizeof(text));
	assert_int_equal(strlen(text), sizeof(text) - 1);
	btf__free(btf);
}

/* --- patterns --- */

static size_t told;
static struct weir_error err;
static struct weir_probe_notes notes;
static char first[512];

static int count(const struct weir_probe_item *item, void *arg)
{
	(void)arg;
	if (!told++)
		snprintf(first, sizeof(first), "%s", item->spec);
	return 0;
}

static int list(const char *pattern)
{
	struct weir_probe_query query = { .pattern = pattern, .verbose = true, .found = count };

	told = 0;
	err = (struct weir_error){};
	return weir_probe_list(&query, &notes, &err);
}

#define REFUSE(pattern, ret, sentence)                   \
	do {                                             \
		assert_int_equal(list(pattern), ret);    \
		assert_string_equal(err.text, sentence); \
	} while (0)

TEST(patterns_that_are_wrong)
{
	REFUSE("what:ever", -EINVAL,
	       "unknown type of probe 'what' in 'what:ever'; the types are kprobe, kretprobe, "
	       "fentry, fexit, tracepoint, rawtracepoint, uprobe, uretprobe, usdt, software, "
	       "hardware, iter");
	REFUSE("uprobe", -EINVAL,
	       "give a program: uprobe:PATH lists its probes, for example uprobe:/usr/bin/bash or "
	       "uprobe:bash");
	REFUSE("usdt:", -EINVAL,
	       "give a program: usdt:PATH lists its probes, for example usdt:/usr/bin/bash or "
	       "usdt:bash");
	REFUSE("uprobe:/no/such/file:x", -ENOENT,
	       "cannot open '/no/such/file': No such file or directory");
	REFUSE("uprobe:/etc/passwd:x", -ENOEXEC,
	       "'/etc/passwd' is not a program or shared object: not an ELF file");
	REFUSE("software:page-fault", -ENOENT,
	       "no probe matches 'software:page-fault'; similar: 'page-faults'");
	REFUSE("s:nothing*", -ENOENT, "no probe matches 's:nothing*'");
}

TEST(patterns_that_match)
{
	assert_int_equal(list("software"), 0);
	assert_int_equal(told, 11);
	assert_int_equal(list("software:*-faults"), 0);
	assert_int_equal(told, 5);
	assert_string_equal(first, "software:alignment-faults");
	assert_int_equal(list("s:faults"), 0);
	assert_int_equal(told, 1);
	assert_string_equal(first, "software:page-faults");
	assert_int_equal(list("*ware:c*"), 0);
	assert_int_equal(told, 6); /* two cache events and one cpu event are hardware events */
	assert_int_equal(list("uprobe:bash:readline"), 0);
	assert_int_equal(told, 1);
	assert_non_null(strstr(first, "/bash:readline"));
	assert_int_equal(list("uretprobe:bash:readline"), 0);
	assert_int_equal(strncmp(first, "uretprobe:/", 11), 0);
}

static int refuse(const struct weir_probe_item *item, void *arg)
{
	(void)item;
	(*(int *)arg)++;
	return -EIO;
}

TEST(the_callback_ends_the_list)
{
	int calls = 0;
	struct weir_probe_query query = { .pattern = "software", .found = refuse, .arg = &calls };

	assert_int_equal(weir_probe_list(&query, &notes, &err), -EIO);
	assert_int_equal(calls, 1);
}

/* --- lines of trace_pipe --- */

static struct weir_trace_line line;

static int parse(const char *text)
{
	static char copy[512];

	snprintf(copy, sizeof(copy), "%s", text);
	line = (struct weir_trace_line){};
	return weir_trace_line_parse(copy, &line);
}

TEST(lines_of_trace_pipe)
{
	assert_int_equal(parse("            bash-1234    [001] d..31  2380.888517: "
			       "bpf_trace_printk: hello: there"),
			 0);
	assert_string_equal(line.command, "bash");
	assert_int_equal(line.pid, 1234);
	assert_int_equal(line.cpu, 1);
	assert_string_equal(line.flags, "d..31");
	assert_int_equal((uint64_t)(line.time_s * 1e6 + 0.5), 2380888517);
	assert_string_equal(line.function, "bpf_trace_printk");
	assert_string_equal(line.text, "hello: there");

	/* a command with spaces and dashes, a function without a colon, no text */
	assert_int_equal(parse(" kworker/u4:2-ev-77    [000] .....     1.5: sched_switch: "), 0);
	assert_string_equal(line.command, "kworker/u4:2-ev");
	assert_int_equal(line.pid, 77);
	assert_string_equal(line.text, "");
	assert_int_equal(parse("   <...>-1 [012] d... 1.0: two words: x"), 0);
	assert_string_equal(line.function, "");
	assert_string_equal(line.text, "two words: x");
}

TEST(lines_of_another_form)
{
	assert_int_equal(parse("CPU:1 [LOST 12 EVENTS]"), -EINVAL);
	assert_int_equal(parse(""), -EINVAL);
	assert_int_equal(parse("bash-12 [001] d... noon: x"), -EINVAL);
	assert_int_equal(parse("bash [001] d... 1.0: x"), -EINVAL);
	assert_int_equal(parse("bash-1 [001]"), -EINVAL);
	assert_int_equal(parse("bash-1 [001] "), -EINVAL);
}

TEST(random_lines)
{
	static const char whole[] = "  bash-1234  [001] d..31  2380.888517: bpf_trace_printk: hi";
	uint64_t random = test_seed();
	unsigned int taken = 0;

	for (int round = 0; round < 100000; round++) {
		size_t length = random_below(&random, sizeof(whole));
		char *text = malloc(length + 1);

		assert_non_null(text);
		memcpy(text, whole + random_below(&random, (uint32_t)(sizeof(whole) - length)),
		       length);
		for (uint32_t i = random_below(&random, 3); i > 0 && length; i--)
			text[random_below(&random, (uint32_t)length)] =
				" -[]:.0x"[random_below(&random, 8)];
		text[length] = '\0';
		if (weir_trace_line_parse(text, &line) == 0) {
			taken++;
			assert_true(line.text >= text && line.text <= text + length);
			assert_true(line.command >= text && line.command < text + length);
		}
		free(text);
	}
	assert_true(taken > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(near_names_by_distance),
		cmocka_unit_test(a_near_name_is_told_once),
		cmocka_unit_test(variants_are_nearest),
		cmocka_unit_test(what_is_not_near),
		cmocka_unit_test(long_names_are_cut_and_do_not_overrun),
		cmocka_unit_test(declarations_as_in_c),
		cmocka_unit_test(declarations_that_are_too_long_are_cut),
		cmocka_unit_test(patterns_that_are_wrong),
		cmocka_unit_test(patterns_that_match),
		cmocka_unit_test(the_callback_ends_the_list),
		cmocka_unit_test(lines_of_trace_pipe),
		cmocka_unit_test(lines_of_another_form),
		cmocka_unit_test(random_lines),
	};

	return cmocka_run_group_tests_name("probe_list", tests, NULL, NULL);
}
