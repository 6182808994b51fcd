/* SPDX-License-Identifier: GPL-2.0 */
/* lister.h - what the parts of the list share; for the lists. */
#ifndef WEIR_PROBES_LIST_LISTER_H
#define WEIR_PROBES_LIST_LISTER_H

#include <limits.h>
#include "datapath/base/near_names.h"
#include "datapath/base/word_set.h"
#include "datapath/kernel/btf.h"
#include "datapath/probes/functions.h"
#include "datapath/probes/list/list.h"

/* Types whose names begin with a file. */
#define LISTER_OF_FILES \
	(1U << WEIR_PROBE_UPROBE | 1U << WEIR_PROBE_URETPROBE | 1U << WEIR_PROBE_USDT)

struct lister {
	const struct weir_probe_query *query;
	struct weir_probe_notes *notes;
	unsigned int types;  /* bits of enum weir_probe_type */
	bool many_types;     /* the user named no single one: what lacks is a note, no error */
	char path[PATH_MAX]; /* of uprobes and USDT */
	const char *pattern; /* of names */
	size_t found;
	struct near_names near;

	/* read when first needed */
	struct kernel_btf btf;
	bool btf_tried;
	struct kernel_functions functions;
	bool functions_read;

	struct weir_probe_item item; /* what is being told */
	char spec[PATH_MAX + 512];
	char detail[256];
	char texts[WEIR_PROBE_LIST_ARGS + 1][2][256];
};

void lister_free(struct lister *l);

/*
 * Whether the name matches; one "category:name" matches by its name alone too, if the pattern has
 * no colon. Names that do not are offered as near ones.
 */
bool lister_matches(struct lister *l, const char *name);

/* Begins an item "TYPE:NAME"; lister_tell() hands it out. */
void lister_begin(struct lister *l, enum weir_probe_type type, const char *name);
int lister_tell(struct lister *l);

/* An argument of the item; type: NULL if it is unknown. declaration: NULL for "TYPE NAME". */
void lister_arg(struct lister *l, const char *type, const char *name, const char *declaration);
void lister_btf_arg(struct lister *l, const struct btf *btf, uint32_t type, const char *name);

/* NULL: there is none; a note says why. */
const struct kernel_btf *lister_btf(struct lister *l);

/* The same note is taken once. */
void lister_note(struct lister *l, const char *text);

#endif
