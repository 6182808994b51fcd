/* SPDX-License-Identifier: GPL-2.0 */
/* list.h - lists what can be probed on this machine, by pattern. */
#ifndef WEIR_PROBES_LIST_LIST_H
#define WEIR_PROBES_LIST_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include "datapath/base/error.h"
#include "datapath/probes/names.h"

#define WEIR_PROBE_LIST_ARGS 64

/* Strings are valid until the callback returns. */
struct weir_probe_item {
	enum weir_probe_type type;
	const char *spec;     /* for `ctl probe run`: "tracepoint:skb:kfree_skb" */
	const char *module;   /* kernel module; NULL: the kernel itself, or not applicable */
	const char *obstacle; /* why it cannot be attached to; NULL: can, or unknown */
	const char *remark;   /* a note on one that can be attached to; NULL: no note */
	bool forbidden;       /* no item of this type can be attached to; a note says why */
	const char *detail;   /* verbose: offset, locations, periods; NULL: no detail */
	/* verbose: C declarations, "struct sk_buff *skb"; unknown types are omitted */
	struct weir_probe_arg {
		const char *name;
		const char *type;        /* NULL: unknown */
		const char *declaration; /* type and name */
		const char *place; /* location of a USDT argument, in assembler syntax; else NULL */
	} args[WEIR_PROBE_LIST_ARGS];
	size_t arg_count;
	bool args_known;
	const char *returns; /* verbose: the return type; NULL: void, or unknown */
};

struct weir_probe_notes {
	char texts[8][400]; /* sentences on what could not be determined, or cannot be probed */
	size_t count;
};

struct weir_probe_query {
	/*
	 * TYPE:PATTERN; for uprobe and usdt TYPE:PATH[:PATTERN]. PATTERN alone, or NULL for
	 * everything, searches all kinds of kernel probes. PATTERN and TYPE may be globs (glob(7)).
	 */
	const char *pattern;
	bool verbose;
	/* Returns 0 to continue. Any other value ends the list, which returns it. */
	int (*found)(const struct weir_probe_item *item, void *arg);
	void *arg;
};

/*
 * Lists by kind, then by name. Returns -EINVAL if the pattern is wrong, -ENOENT if nothing matches
 * (err suggests similar names), -ENOTSUP if this kernel has no probes of that kind, or lockdown
 * forbids them. Sets ret_notes in any case.
 */
int weir_probe_list(const struct weir_probe_query *query, struct weir_probe_notes *ret_notes,
		    struct weir_error *err);

#endif
