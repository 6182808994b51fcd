/* SPDX-License-Identifier: GPL-2.0 */
/*
 * refusal.h - loads objects, and explains why one was rejected. All objects are loaded here, so the
 * user gets the same messages for all.
 */
#ifndef WEIR_BASE_REFUSAL_H
#define WEIR_BASE_REFUSAL_H

#include <bpf/libbpf.h>

/* Like the functions of libbpf. They discard captured messages first. */
int object_load(struct bpf_object *object);
int skeleton_load(struct bpf_object_skeleton *skeleton);

/* Call this before a library loads the object by itself. */
void refusal_expect(const struct bpf_object *object);

/*
 * Describes a failure since then, for use after a colon. If the verifier rejected the program,
 * returns its reason and what to do about it. Otherwise returns the text of `words` (NULL:
 * weir_error_text) for the errno, with libbpf's first warning. The text is per thread and valid
 * until the next call.
 */
const char *refusal_text(const struct bpf_object *object, int error,
			 const char *(*words)(int error));

/* Reads the compiler recorded in the object, such as "clang 14.0.6". */
void object_compiler(const struct bpf_object *object, char *ret_name, size_t size);

#endif
