/* SPDX-License-Identifier: GPL-2.0 */
/* select.h - attachments selected on a command line: by interface, hook and namespace. */
#ifndef CTL_ATTACH_SELECT_H
#define CTL_ATTACH_SELECT_H

#include "ctl/frame/ctl.h"

/* Has room for alternative names, too: they are shorter than paths of cgroups. */
typedef char name_buffer[WEIR_TARGET_LEN];

extern const struct choices hook_choices;

struct selection {
	const struct invocation *inv;
	name_buffer *names;   /* names or globs of interfaces, one for each word of inv */
	struct arg_word hook; /* number: enum weir_hook */
	bool watching;        /* --watch was given without seconds */
};

/* Looks up the words. Returns 0 or -ENOMEM. */
int selection_names(struct selection *selection, struct weir *weir);
void selection_free(struct selection *selection);

bool selection_has(const struct selection *selection, const struct weir_attachment *attachment);

/*
 * Returns -ENOENT with a sentence if a name matches no attachment. at(list, i) returns attachment i
 * of `count`.
 */
int selection_check(const struct selection *selection, const void *list, size_t count,
		    const struct weir_attachment *(*at)(const void *list, size_t i),
		    struct weir_error *err);

#endif
