/* SPDX-License-Identifier: GPL-2.0 */
/* select.h - the attachments that a command line names: interfaces, a hook, a namespace. */
#ifndef CTL_ATTACH_SELECT_H
#define CTL_ATTACH_SELECT_H

#include "ctl/frame/ctl.h"

/* Alternative names are shorter than paths of cgroups. */
typedef char name_buffer[WEIR_TARGET_LEN];

extern const struct choices hook_choices;

struct selection {
	const struct invocation *inv;
	name_buffer *names;   /* of interfaces, or globs; as many as inv has words */
	struct arg_word hook; /* its number is an enum weir_hook */
	bool watching;        /* without seconds, which the user may have given as a word */
};

/* Looks the words up. 0 or -ENOMEM. */
int selection_names(struct selection *selection, struct weir *weir);
void selection_free(struct selection *selection);

bool selection_has(const struct selection *selection, const struct weir_attachment *attachment);

/*
 * A name that no attachment has is a mistake: -ENOENT with a sentence. at(list, i) is the i-th of
 * `count` attachments.
 */
int selection_check(const struct selection *selection, const void *list, size_t count,
		    const struct weir_attachment *(*at)(const void *list, size_t i),
		    struct weir_error *err);

#endif
