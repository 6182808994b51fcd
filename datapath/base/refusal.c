// SPDX-License-Identifier: GPL-2.0
/* refusal.c - see refusal.h. */
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "bpf/abi/abi.h"
#include "datapath/base/capabilities.h"
#include "datapath/base/error.h"
#include "datapath/base/libbpf_log.h"
#include "datapath/base/refusal.h"

void object_compiler(const struct bpf_object *object, char *ret_name, size_t size)
{
	const struct btf *btf = bpf_object__btf(object);
	const size_t prefix = strlen(WEIR_COMPILER_TAG);
	size_t length;

	snprintf(ret_name, size, "an unknown compiler");
	for (__u32 i = 1; btf && i < btf__type_cnt(btf); i++) {
		const struct btf_type *type = btf__type_by_id(btf, i);
		const char *tag;

		if (!btf_is_decl_tag(type))
			continue;
		tag = btf__name_by_offset(btf, type->name_off);
		if (!tag || strncmp(tag, WEIR_COMPILER_TAG, prefix) != 0)
			continue;
		length = strlen(tag + prefix);
		while (length && tag[prefix + length - 1] == ' ') /* Debian clang 14 adds a space */
			length--;
		log_line_print(tag + prefix, length, ret_name, size);
		return;
	}
}

void refusal_expect(const struct bpf_object *object)
{
	char compiler[128];

	libbpf_log_take();
	if (!libbpf_log_heard())
		return;
	object_compiler(object, compiler, sizeof(compiler));
	libbpf_log_tell("weir " WEIR_VERSION ": loading '%s', built by %s, with libbpf %u.%u",
			bpf_object__name(object), compiler, libbpf_major_version(),
			libbpf_minor_version());
}

int object_load(struct bpf_object *object)
{
	refusal_expect(object);
	return bpf_object__load(object);
}

int skeleton_load(struct bpf_object_skeleton *skeleton)
{
	refusal_expect(*skeleton->obj);
	return bpf_object__load_skeleton(skeleton);
}

/* Returns true if the warning adds nothing to the message: program not loaded, or not permitted. */
static bool is_idle(const char *warning, int error)
{
	return error == EPERM || strstr(warning, "BPF program load failed") ||
	       strstr(warning, "failed to load");
}

/* Returns true if the attach point, which the user chose, was rejected, and not the code. */
static bool is_of_place(const struct bpf_program *program, const struct verifier_verdict *verdict)
{
	enum bpf_prog_type type = bpf_program__type(program);

	return !verdict->walked && (type == BPF_PROG_TYPE_TRACING || type == BPF_PROG_TYPE_EXT ||
				    type == BPF_PROG_TYPE_LSM);
}

/* Returns false for errors that do not concern the program: resources or permissions. */
static bool is_verdict(int error)
{
	return error != ENOMEM && error != ENOSPC && error != EPERM && error != EINTR &&
	       error != EAGAIN;
}

static void describe(const struct bpf_object *object, const struct bpf_program *program,
		     const struct verifier_verdict *verdict, char *text, size_t size)
{
	char missing[96], compiler[128];

	if (verdict->kind == REFUSAL_MISSING)
		snprintf(text, size, "this kernel does not support what the program needs (%s)",
			 verdict->reason);
	else if (is_of_place(program, verdict))
		snprintf(text, size, "this kernel does not allow the program there (%s)",
			 verdict->reason);
	else if (capabilities_missing(missing, sizeof(missing)))
		snprintf(text, size, "%s; the verifier says '%s'", weir_error_text(EPERM),
			 verdict->reason);
	else {
		object_compiler(object, compiler, sizeof(compiler));
		snprintf(text, size,
			 "this kernel's verifier rejects it, which is a bug in weir ('%s' in '%s', "
			 "built by %s): %sreport the output as ctl(8) says under BUGS",
			 verdict->reason, verdict->program, compiler,
			 libbpf_log_heard() ? "" : "run it again with WEIR_DEBUG=1 and ");
	}
}

const char *refusal_text(const struct bpf_object *object, int error, const char *(*words)(int))
{
	static __thread char text[768];
	const struct verifier_verdict verdict = *libbpf_log_verdict();
	const struct bpf_program *program = NULL;
	const char *why = libbpf_log_take();
	char other[512];

	error = error < 0 ? -error : error;
	if (object && verdict.kind != REFUSAL_NONE)
		program = bpf_object__find_program_by_name(object, verdict.program);
	if (program && is_verdict(error)) {
		describe(object, program, &verdict, text, sizeof(text));
		return text;
	}
	if (verdict.kind != REFUSAL_NONE && !program)
		snprintf(other, sizeof(other), "the verifier rejects '%s': %s", verdict.program,
			 verdict.reason);
	else
		snprintf(other, sizeof(other), "%s", is_idle(why, error) ? "" : why);
	snprintf(text, sizeof(text), "%s%s%s%s", words ? words(error) : weir_error_text(error),
		 other[0] ? " (" : "", other, other[0] ? ")" : "");
	return text;
}
