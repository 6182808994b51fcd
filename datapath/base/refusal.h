/* SPDX-License-Identifier: GPL-2.0 */
/*
 * refusal.h - loads our objects, and tells why one was refused: every object goes this way, so that
 * the user reads the same of all.
 */
#ifndef WEIR_BASE_REFUSAL_H
#define WEIR_BASE_REFUSAL_H

#include <bpf/libbpf.h>

/* Both as libbpf's; what was said before is forgotten. */
int object_load(struct bpf_object *object);
int skeleton_load(struct bpf_object_skeleton *skeleton);

/* Where a library loads the object by itself: to be called before it does. */
void refusal_expect(const struct bpf_object *object);

/*
 * The words for a failure since then, to stand behind a colon: the verifier's reason and whose
 * fault that is, or what `words` (NULL: weir_error_text) says of the errno and libbpf's first
 * warning. Of this thread, until the next call.
 */
const char *refusal_text(const struct bpf_object *object, int error,
			 const char *(*words)(int error));

/* The compiler that made the object, as it is recorded there: "clang 14.0.6". */
void object_compiler(const struct bpf_object *object, char *ret_name, size_t size);

#endif
