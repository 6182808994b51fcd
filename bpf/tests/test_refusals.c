// SPDX-License-Identifier: GPL-2.0
/*
 * test_refusals.c - the message for a program that cannot be loaded, and the output of WEIR_DEBUG.
 * Loads the programs of refused.bpf.c by the functions that load all programs of weir.
 */
#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "bpf/tests/refused.skel.h"
#include "datapath/base/libbpf_log.h"
#include "datapath/base/refusal.h"
#include "datapath/tests/check.h"
#include "datapath/weir.h"

#define COMPILER "clang "

static char heard[1 << 20];

static void hear(const char *line)
{
	size_t used = strlen(heard);

	snprintf(heard + used, sizeof(heard) - used, "%s\n", line);
}

static struct refused_bpf *open_only(const char *name)
{
	struct refused_bpf *skel = refused_bpf__open();
	struct bpf_program *program = NULL;

	assert_non_null(skel);
	while ((program = bpf_object__next_program(skel->obj, program)))
		bpf_program__set_autoload(program, strcmp(bpf_program__name(program), name) == 0);
	return skel;
}

/* Expects the load to fail with `error`; `text` receives a copy of the message. */
static void expect_refused(struct refused_bpf *skel, int error, char *text, size_t size)
{
	int ret;

	libbpf_log_capture();
	ret = skeleton_load(skel->skeleton);
	assert_int_equal(ret, -error);
	snprintf(text, size, "%s", refusal_text(skel->obj, ret, NULL));
	print_message("# %s\n", text);
}

static void expect_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in '%s'", part, text);
}

TEST(an_object_names_its_compiler)
{
	struct refused_bpf *skel = open_only("weir_fine");
	char name[64];

	object_compiler(skel->obj, name, sizeof(name));
	assert_int_equal(strncmp(name, COMPILER, strlen(COMPILER)), 0);
	assert_uint_in_range(name[strlen(COMPILER)], '1', '9');
	assert_int_not_equal(name[strlen(name) - 1], ' ');
	object_compiler(skel->obj, name, strlen(COMPILER) + 1);
	assert_string_equal(name, COMPILER);
	refused_bpf__destroy(skel);
}

TEST(what_is_loaded_is_no_refusal)
{
	struct refused_bpf *skel = open_only("weir_fine");

	libbpf_log_capture();
	assert_int_equal(skeleton_load(skel->skeleton), 0);
	assert_int_equal(libbpf_log_verdict()->kind, REFUSAL_NONE);
	assert_string_equal(libbpf_log_take(), "");
	refused_bpf__destroy(skel);
}

TEST(a_defect_names_reason_compiler_and_what_to_do)
{
	struct refused_bpf *skel = open_only("weir_defect");
	char text[1024], compiler[64], want[256];

	object_compiler(skel->obj, compiler, sizeof(compiler));
	expect_refused(skel, EACCES, text, sizeof(text));
	expect_has(text, "this kernel's verifier rejects it, which is a bug in weir ('invalid read "
			 "from stack");
	snprintf(want, sizeof(want),
		 "' in 'weir_defect', built by %s): run it again with WEIR_DEBUG=1 and report the "
		 "output as ctl(8) says under BUGS",
		 compiler);
	expect_has(text, want);
	/* a second call does not repeat the message */
	assert_string_equal(refusal_text(skel->obj, ENOMEM, NULL), strerror(ENOMEM));
	refused_bpf__destroy(skel);
}

TEST(a_sink_gets_the_whole_log)
{
	struct refused_bpf *skel = open_only("weir_defect");
	char text[1024];
	char *begin, *end;

	heard[0] = '\0';
	weir_debug_set(hear);
	expect_refused(skel, EACCES, text, sizeof(text));
	weir_debug_set(NULL);
	expect_has(heard, ": loading 'refused_bpf', built by " COMPILER);
	begin = strstr(heard, "-- BEGIN PROG LOAD LOG --\n");
	end = strstr(heard, "-- END PROG LOAD LOG --\n");
	assert_non_null(begin);
	assert_non_null(end);
	assert_true(begin < end);
	*end = '\0';
	expect_has(begin, "\ninvalid read from stack");
	expect_has(begin, "\nprocessed ");
	/* with WEIR_DEBUG set, the message does not suggest it */
	assert_null(strstr(text, "WEIR_DEBUG"));
	expect_has(text, "): report the output as ctl(8) says under BUGS");
	refused_bpf__destroy(skel);
}

TEST(what_the_kernel_lacks_is_no_defect)
{
	struct refused_bpf *skel = open_only("weir_helper");
	char text[1024];

	expect_refused(skel, EINVAL, text, sizeof(text));
	assert_string_equal(text, "this kernel does not support what the program needs (invalid "
				  "func unknown#65535)");
	refused_bpf__destroy(skel);
}

TEST(a_place_that_takes_no_program_is_no_defect)
{
	struct refused_bpf *target = open_only("weir_fine"), *skel = open_only("weir_place");
	char text[1024];

	assert_int_equal(skeleton_load(target->skeleton), 0);
	assert_int_equal(bpf_program__set_attach_target(skel->progs.weir_place,
							bpf_program__fd(target->progs.weir_fine),
							"weir_fine"),
			 0);
	expect_refused(skel, EINVAL, text, sizeof(text));
	assert_string_equal(text, "this kernel does not allow the program there (Only FENTRY/FEXIT "
				  "progs are attachable to another BPF prog)");
	refused_bpf__destroy(skel);
	refused_bpf__destroy(target);
}

/* Drops the capabilities of a mask permanently. */
static bool give_up(uint64_t capabilities)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	for (int i = 0; i < 2; i++) {
		data[i].effective &= ~(uint32_t)(capabilities >> 32 * i);
		data[i].permitted = data[i].effective;
		data[i].inheritable = 0;
	}
	return syscall(SYS_capset, &header, data) == 0;
}

/*
 * Runs in a child process. Returns true if the message contains `part` and does not mention a
 * defect.
 */
static bool told_without(uint64_t capabilities, const char *name, const char *part)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct refused_bpf *skel = open_only(name);
		const char *text;
		int ret;

		libbpf_log_capture();
		ret = give_up(capabilities) ? skeleton_load(skel->skeleton) : 0;
		text = refusal_text(skel->obj, ret, NULL);
		print_message("# %s\n", text);
		fflush(stdout);
		_exit(!ret || !strstr(text, part) || strstr(text, "bug in weir"));
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

#define CAP(name) (1ULL << CAP_##name)

TEST(a_capability_that_lacks_is_no_defect)
{
	assert_true(told_without(~0ULL, "weir_fine",
				 "not permitted: missing CAP_BPF, CAP_NET_ADMIN, CAP_SYS_ADMIN"));
	/* without privileges the verifier may report other reasons */
	assert_true(told_without(CAP(SYS_ADMIN) | CAP(PERFMON), "weir_defect",
				 "not permitted: missing CAP_SYS_ADMIN (run as root); the verifier "
				 "says 'invalid read from stack"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_names_its_compiler),
		cmocka_unit_test(what_is_loaded_is_no_refusal),
		cmocka_unit_test(a_defect_names_reason_compiler_and_what_to_do),
		cmocka_unit_test(a_sink_gets_the_whole_log),
		cmocka_unit_test(what_the_kernel_lacks_is_no_defect),
		cmocka_unit_test(a_place_that_takes_no_program_is_no_defect),
		cmocka_unit_test(a_capability_that_lacks_is_no_defect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
