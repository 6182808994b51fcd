// SPDX-License-Identifier: GPL-2.0
/* list.c - see list.h. */
#include <assert.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/elf/file.h"
#include "datapath/probes/list/lists.h"

#define GLOB "*?["

static int (*const lists[])(struct lister *l, enum weir_probe_type type, struct weir_error *err) = {
	[WEIR_PROBE_KPROBE] = list_functions,
	[WEIR_PROBE_KRETPROBE] = list_functions,
	[WEIR_PROBE_FENTRY] = list_functions,
	[WEIR_PROBE_FEXIT] = list_functions,
	[WEIR_PROBE_TRACEPOINT] = list_tracepoints,
	[WEIR_PROBE_RAWTRACEPOINT] = list_raw_tracepoints,
	[WEIR_PROBE_UPROBE] = list_symbols,
	[WEIR_PROBE_URETPROBE] = list_symbols,
	[WEIR_PROBE_USDT] = list_usdt,
	[WEIR_PROBE_SOFTWARE] = list_events,
	[WEIR_PROBE_HARDWARE] = list_events,
	[WEIR_PROBE_ITER] = list_iterators,
};

static_assert(ARRAY_SIZE(lists) == WEIR_PROBE_TYPES, "a list for each type");

/*
 * The kernel's probes. Returns of functions are listed on request only, because they are the same
 * functions.
 */
#define BY_DEFAULT                                                                                \
	(1U << WEIR_PROBE_KPROBE | 1U << WEIR_PROBE_FENTRY | 1U << WEIR_PROBE_TRACEPOINT |        \
	 1U << WEIR_PROBE_RAWTRACEPOINT | 1U << WEIR_PROBE_SOFTWARE | 1U << WEIR_PROBE_HARDWARE | \
	 1U << WEIR_PROBE_ITER)

/* --- patterns --- */

static int no_such_type(const char *pattern, size_t length, struct weir_error *err)
{
	struct weir_error text = {};
	size_t used = 0;

	for (int type = 0; type < WEIR_PROBE_TYPES; type++)
		used += (size_t)snprintf(text.text + used, sizeof(text.text) - used, "%s%s",
					 type ? ", " : "",
					 weir_probe_type_name((enum weir_probe_type)type));
	return weir_error_set(err, EINVAL,
			      "unknown type of probe '%.*s' in '%.200s'; the types are %s",
			      (int)length, pattern, pattern, text.text);
}

/* Sets the types selected by the word before the first colon. */
static int choose_types(struct lister *l, const char *pattern, size_t length,
			struct weir_error *err)
{
	char word[64];
	enum weir_probe_type one;

	snprintf(word, sizeof(word), "%.*s", (int)length, pattern);
	if (weir_probe_type_from_name(pattern, length, &one) == 0) {
		l->types = 1U << one;
		l->many_types = false;
		return 0;
	}
	l->types = 0;
	for (int type = 0; type < WEIR_PROBE_TYPES && strpbrk(word, GLOB); type++) {
		const char *name = weir_probe_type_name((enum weir_probe_type)type);

		if (!(LISTER_OF_FILES >> type & 1) && fnmatch(word, name, 0) == 0)
			l->types |= 1U << type;
	}
	return l->types ? 0 : no_such_type(pattern, length, err);
}

/* "PATH", "PATH:NAME", "PATH:PROVIDER:NAME" */
static int split_path(struct lister *l, const char *rest, struct weir_error *err)
{
	const char *colon = strchr(rest, ':');
	char name[PATH_MAX];

	if (snprintf(name, sizeof(name), "%.*s", (int)strcspn(rest, ":"), rest) >= PATH_MAX)
		return weir_error_set(err, EINVAL, "the path in '%.100s...' is too long", rest);
	if (!*name)
		return weir_error_set(err, EINVAL,
				      "give a program: %s:PATH lists its probes, for example "
				      "%s:/usr/bin/bash or %s:bash",
				      l->types >> WEIR_PROBE_USDT & 1 ? "usdt" : "uprobe",
				      l->types >> WEIR_PROBE_USDT & 1 ? "usdt" : "uprobe",
				      l->types >> WEIR_PROBE_USDT & 1 ? "usdt" : "uprobe");
	l->pattern = colon && colon[1] ? colon + 1 : "*";
	return elf_path_find(name, l->path, sizeof(l->path), err);
}

static int parse_pattern(struct lister *l, struct weir_error *err)
{
	const char *pattern = l->query->pattern;
	const char *colon = pattern ? strchr(pattern, ':') : NULL;
	enum weir_probe_type type;
	size_t length;
	int ret = 0;

	l->types = BY_DEFAULT;
	l->many_types = true;
	l->pattern = "*";
	if (!pattern || !*pattern)
		return 0;
	length = colon ? (size_t)(colon - pattern) : strlen(pattern);
	/* a type alone selects all of it */
	if (colon || weir_probe_type_from_name(pattern, length, &type) == 0)
		ret = choose_types(l, pattern, length, err);
	if (ret)
		return ret;
	if (l->types & LISTER_OF_FILES)
		return split_path(l, colon ? colon + 1 : "", err);
	if (!colon && l->many_types)
		l->pattern = pattern;
	else if (colon && colon[1])
		l->pattern = colon + 1;
	return 0;
}

/* --- the list --- */

static int list_types(struct lister *l, struct weir_error *err)
{
	for (int type = 0; type < WEIR_PROBE_TYPES; type++) {
		struct weir_error why = {};
		int ret;

		if (!(l->types >> type & 1))
			continue;
		ret = lists[type](l, (enum weir_probe_type)type, &why);
		if (ret == -ENOTSUP && l->many_types) {
			lister_note(l, why.text);
		} else if (ret) {
			if (err)
				*err = why;
			return ret;
		}
	}
	return 0;
}

static int nothing_found(const struct lister *l, struct weir_error *err)
{
	const char *pattern = l->query->pattern ? l->query->pattern : "*";
	char near[NEAR_NAMES * 140];

	if (near_names_text(&l->near, near, sizeof(near))[0])
		return weir_error_set(err, ENOENT, "no probe matches '%.300s'; similar: %s",
				      pattern, near);
	if (l->types & (1U << WEIR_PROBE_KPROBE | 1U << WEIR_PROBE_FENTRY) && l->near.wanted)
		return weir_error_set(err, ENOENT,
				      "no probe matches '%.300s': the function may be inlined "
				      "everywhere, or in a module that is not loaded; '*%.100s*' "
				      "searches for parts of names",
				      pattern, l->pattern);
	return weir_error_set(err, ENOENT, "no probe matches '%.300s'", pattern);
}

int weir_probe_list(const struct weir_probe_query *query, struct weir_probe_notes *ret_notes,
		    struct weir_error *err)
{
	_cleanup_(lister_free) struct lister l = { .query = query, .notes = ret_notes };
	int ret;

	*ret_notes = (struct weir_probe_notes){};
	ret = parse_pattern(&l, err);
	if (ret)
		return ret;
	if (!strpbrk(l.pattern, GLOB)) {
		const char *last = strrchr(l.pattern, ':');

		l.near.wanted = last ? last + 1 : l.pattern;
	}
	ret = list_types(&l, err);
	if (ret)
		return ret;
	return l.found ? 0 : nothing_found(&l, err);
}
