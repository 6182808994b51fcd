// SPDX-License-Identifier: GPL-2.0
/* test_verifier_log.c - logs of the verifiers of Linux 6.1, 6.12 and 6.18, and other messages. */
#include <bpf/libbpf.h>
#include "datapath/tests/check.h"
#include "datapath/base/libbpf_log.h"
#include "datapath/weir.h"

#define ROUNDS 50000

#define MESSAGE(name, log) \
	"libbpf: prog '" name "': -- BEGIN PROG LOAD LOG --\n" log "-- END PROG LOAD LOG --\n"

static void expect(const char *message, enum refusal kind, bool walked, const char *reason)
{
	struct verifier_verdict verdict = {};

	assert_true(verifier_log_read(message, &verdict));
	assert_string_equal(verdict.program, "weir_tc");
	assert_string_equal(verdict.reason, reason);
	assert_int_equal(verdict.kind, kind);
	assert_int_equal(verdict.walked, walked);
}

static void expect_none(const char *message)
{
	struct verifier_verdict verdict = { .program = "untouched" };

	assert_false(verifier_log_read(message, &verdict));
	assert_string_equal(verdict.program, "untouched");
}

TEST(the_line_before_the_tally_is_the_reason)
{
	expect(MESSAGE("weir_tc",
		       "reg type unsupported for arg#0 function weir_tc#40\n"
		       "0: R1=ctx(off=0,imm=0) R10=fp0\n"
		       "; if (class >= WEIR_CLASSES)\n"
		       "64: (0f) r0 += r2\n"
		       "R2 unbounded memory access, use 'var &= const' or 'if (var < const)'\n"
		       "verification time 136 usec\n"
		       "stack depth 24\n"
		       "processed 65 insns (limit 1000000) max_states_per_insn 0 total_states 4\n"),
	       REFUSAL_CODE, true,
	       "R2 unbounded memory access, use 'var &= const' or 'if (var < const)'");
	expect(MESSAGE("weir_tc", "BPF program is too large. Processed 1000001 insn\n"
				  "processed 1000001 insns (limit 1000000) max_states 1\n"),
	       REFUSAL_CODE, true, "BPF program is too large. Processed 1000001 insn");
}

TEST(states_behind_the_reason_are_passed_over)
{
	expect(MESSAGE("weir_tc", "infinite loop detected at insn 5\n"
				  "cur state: R0=0 R10=fp0\n"
				  "old state: R0=0 R10=fp0\n"
				  "R0=scalar() R10=fp0\n"
				  "R1_w=scalar()\n"
				  " frame1: R1=ctx()\n"
				  "processed 6 insns (limit 1000000)\n"),
	       REFUSAL_CODE, true, "infinite loop detected at insn 5");
}

TEST(what_was_not_walked_says_so)
{
	expect(MESSAGE("weir_tc", "unreachable insn 3\nprocessed 0 insns (limit 1000000)\n"),
	       REFUSAL_CODE, false, "unreachable insn 3");
	expect(MESSAGE("weir_tc", "jump out of range from insn 3 to 9\n"), REFUSAL_CODE, false,
	       "jump out of range from insn 3 to 9");
}

TEST(what_the_kernel_lacks_is_no_fault_of_the_code)
{
	static const char *const lines[] = {
		"unknown func bpf_loop#181",
		"invalid func unknown#65535",
		"program of this type cannot use helper bpf_loop#181",
		"failed to resolve CO-RE relocation <byte_off> [9] struct sk_buff.gone (0:1)",
		"calling kernel function bpf_cast_to_kern_ctx is not allowed",
		"kfunc 'bpf_gone' is referenced but wasn't resolved",
		"callbacks are not allowed in non-JITed programs",
		"JIT does not support calling kernel function",
	};
	char message[512];

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		snprintf(message, sizeof(message), MESSAGE("weir_tc", "%s\nprocessed 9 insns\n"),
			 lines[i]);
		expect(message, REFUSAL_MISSING, true, lines[i]);
	}
}

TEST(other_messages_and_empty_logs_are_none)
{
	expect_none("");
	expect_none("libbpf: prog 'weir_tc': BPF program load failed: Permission denied\n");
	expect_none(MESSAGE("weir_tc", ""));
	expect_none(MESSAGE("weir_tc", "processed 0 insns (limit 1000000)\n\n"));
	expect_none("libbpf: -- BEGIN PROG LOAD LOG --\nR2 unbounded\n-- END PROG LOAD LOG --\n");
}

TEST(a_log_without_its_end_is_read_to_where_it_stops)
{
	expect("libbpf: prog 'weir_tc': -- BEGIN PROG LOAD LOG --\nR2 unbounded", REFUSAL_CODE,
	       false, "R2 unbounded");
}

TEST(foreign_bytes_are_escaped_whole)
{
	char line[16];

	expect(MESSAGE("weir_tc", "R2\t\x1b[31m\x7f\xc2\x9b\x9b\xff is bad\n"), REFUSAL_CODE, false,
	       "R2\\x09\\x1b[31m\\x7f\\xc2\\x9b\\x9b\\xff is bad");
	log_line_print("abc\x1b", 4, line, 8);
	assert_string_equal(line, "abc\\x1b");
	log_line_print("abcd\x1b", 5, line, 8);
	assert_string_equal(line, "abcd");
	log_line_print("abcdefgh", 8, line, 8);
	assert_string_equal(line, "abcdefg");
}

/* Random bytes are parsed without errors, and the output has no control characters. */
TEST(random_messages)
{
	static const char *const parts[] = {
		"prog '",
		"': -- BEGIN PROG LOAD LOG --\n",
		"-- END PROG LOAD LOG --",
		"processed ",
		"R1=",
		"R1_",
		"\n",
		"\x1b",
		"1",
		" ",
		"unknown func ",
		"verdict",
	};
	uint64_t seed = test_seed();

	for (int round = 0; round < ROUNDS; round++) {
		struct verifier_verdict verdict = {};
		char message[1024] = "";

		for (uint32_t n = random_below(&seed, 40); n; n--)
			strcat(message, parts[random_below(&seed, sizeof(parts) / sizeof(*parts))]);
		if (!verifier_log_read(message, &verdict))
			continue;
		assert_true(verdict.reason[0]);
		assert_int_not_equal(verdict.kind, REFUSAL_NONE);
		for (const char *c = verdict.reason; *c; c++)
			assert_true(*c >= 0x20 && *c < 0x7f);
	}
}

/* --- the sink --- */

static char heard[8192];

static void hear(const char *line)
{
	strncat(heard, line, sizeof(heard) - strlen(heard) - 2);
	strcat(heard, "\n");
}

/* libbpf's message names the object that it cannot open. */
static void open_rubbish(void)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "bad\x1b[31m\nname");
	struct bpf_object *object = bpf_object__open_mem("rubbish", 7, &opts);

	assert_null(object);
}

TEST(a_sink_hears_line_by_line_and_nothing_raw)
{
	libbpf_log_capture();
	weir_debug_set(hear);
	heard[0] = '\0';
	open_rubbish();
	assert_non_null(strstr(heard, "'bad\\x1b[31m\nname'"));
	assert_null(strchr(heard, '\x1b'));
	weir_debug_set(NULL);
	heard[0] = '\0';
	open_rubbish();
	assert_string_equal(heard, "");
}

TEST(the_first_warning_is_kept_until_it_is_taken)
{
	libbpf_log_capture();
	libbpf_log_take();
	open_rubbish();
	assert_non_null(strstr(libbpf_log_take(), "libbpf: "));
	assert_string_equal(libbpf_log_take(), "");
	assert_int_equal(libbpf_log_verdict()->kind, REFUSAL_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_before_the_tally_is_the_reason),
		cmocka_unit_test(states_behind_the_reason_are_passed_over),
		cmocka_unit_test(what_was_not_walked_says_so),
		cmocka_unit_test(what_the_kernel_lacks_is_no_fault_of_the_code),
		cmocka_unit_test(other_messages_and_empty_logs_are_none),
		cmocka_unit_test(a_log_without_its_end_is_read_to_where_it_stops),
		cmocka_unit_test(foreign_bytes_are_escaped_whole),
		cmocka_unit_test(random_messages),
		cmocka_unit_test(a_sink_hears_line_by_line_and_nothing_raw),
		cmocka_unit_test(the_first_warning_is_kept_until_it_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
