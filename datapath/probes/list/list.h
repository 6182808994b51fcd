/* SPDX-License-Identifier: GPL-2.0 */
/* list.h - what can be probed on this machine, by pattern. */
#ifndef WEIR_PROBES_LIST_LIST_H
#define WEIR_PROBES_LIST_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include "datapath/base/error.h"
#include "datapath/probes/names.h"

#define WEIR_PROBE_LIST_ARGS 64

/* Strings live until the callback returns. */
struct weir_probe_item {
	enum weir_probe_type type;
	const char *spec;     /* as `ctl probe run` takes it: "tracepoint:skb:kfree_skb" */
	const char *module;   /* of the kernel, where it is; NULL: the kernel itself, or none */
	const char *obstacle; /* why it cannot be attached to; NULL: it can, or nothing is known */
	const char *remark;   /* what to know of one that can be; NULL: nothing */
	bool forbidden;       /* none of this type can be: a note says why */
	const char *detail;   /* verbose: offset, places, periods; NULL: none */
	/* verbose: declarations as in C, "struct sk_buff *skb"; an unknown type is left out */
	struct weir_probe_arg {
		const char *name;
		const char *type;        /* NULL: unknown */
		const char *declaration; /* both */
		const char *place; /* of a USDT argument, as the assembler has it; else NULL */
	} args[WEIR_PROBE_LIST_ARGS];
	size_t arg_count;
	bool args_known;
	const char *returns; /* verbose, a type; NULL: nothing, or unknown */
};

struct weir_probe_notes {
	char texts[8][400]; /* sentences on what could not be found out, or cannot be at all */
	size_t count;
};

struct weir_probe_query {
	/*
	 * TYPE:PATTERN, with uprobe and usdt TYPE:PATH[:PATTERN]; PATTERN alone, or NULL for all:
	 * every kind of the kernel's. Globs as of glob(7), with TYPE too.
	 */
	const char *pattern;
	bool verbose;
	/* Returns 0; anything else ends the list, which returns it. */
	int (*found)(const struct weir_probe_item *item, void *arg);
	void *arg;
};

/*
 * By kind, then by name. -EINVAL: the pattern is wrong; -ENOENT: nothing matches, and the sentence
 * names what is near; -ENOTSUP: this kernel has none of that kind, or lockdown forbids it.
 * ret_notes is filled whatever it returns.
 */
int weir_probe_list(const struct weir_probe_query *query, struct weir_probe_notes *ret_notes,
		    struct weir_error *err);

#endif
