/* SPDX-License-Identifier: GPL-2.0 */
/* lister.h - state shared by the lists of probes. */
#ifndef WEIR_PROBES_LIST_LISTER_H
#define WEIR_PROBES_LIST_LISTER_H

#include <limits.h>
#include "datapath/base/near_names.h"
#include "datapath/base/word_set.h"
#include "datapath/kernel/btf.h"
#include "datapath/probes/functions.h"
#include "datapath/probes/list/list.h"

/* Types whose specs contain a file. */
#define LISTER_OF_FILES \
	(1U << WEIR_PROBE_UPROBE | 1U << WEIR_PROBE_URETPROBE | 1U << WEIR_PROBE_USDT)

struct lister {
	const struct weir_probe_query *query;
	struct weir_probe_notes *notes;
	unsigned int types;  /* bits of enum weir_probe_type */
	bool many_types;     /* not one single type: a missing feature gives a note, not an error */
	char path[PATH_MAX]; /* for uprobes and USDT */
	const char *pattern; /* for names */
	size_t found;
	struct near_names near;

	/* read on demand */
	struct kernel_btf btf;
	bool btf_tried;
	struct kernel_functions functions;
	bool functions_read;

	struct weir_probe_item item; /* the current item */
	char spec[PATH_MAX + 512];
	char detail[256];
	char texts[WEIR_PROBE_LIST_ARGS + 1][2][256];
};

void lister_free(struct lister *l);

/*
 * Returns true if the name matches. If the pattern has no colon, "category:name" also matches by
 * its name alone. Other names are candidates for suggestions.
 */
bool lister_matches(struct lister *l, const char *name);

/* Starts an item "TYPE:NAME"; lister_tell() passes it to the caller. */
void lister_begin(struct lister *l, enum weir_probe_type type, const char *name);
int lister_tell(struct lister *l);

/* Adds an argument. type NULL: unknown. declaration NULL: "TYPE NAME". */
void lister_arg(struct lister *l, const char *type, const char *name, const char *declaration);
void lister_btf_arg(struct lister *l, const struct btf *btf, uint32_t type, const char *name);

/* Returns NULL, and adds a note with the reason, if there is no BTF. */
const struct kernel_btf *lister_btf(struct lister *l);

/* Adds a note, unless it is there already. */
void lister_note(struct lister *l, const char *text);

#endif
