// SPDX-License-Identifier: GPL-2.0
/* lister.c - see lister.h. */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/probes/list/lister.h"

void lister_free(struct lister *l)
{
	kernel_functions_free(&l->functions);
	kernel_btf_free(&l->btf);
}

bool lister_matches(struct lister *l, const char *name)
{
	const char *last = strchr(l->pattern, ':') ? NULL : strrchr(name, ':');

	if (fnmatch(l->pattern, name, 0) == 0 || (last && fnmatch(l->pattern, last + 1, 0) == 0))
		return true;
	/* once something was found, no suggestions are needed */
	if (!l->found && l->near.wanted)
		near_names_offer(&l->near, last ? last + 1 : name);
	return false;
}

void lister_begin(struct lister *l, enum weir_probe_type type, const char *name)
{
	bool of_file = LISTER_OF_FILES >> type & 1;

	snprintf(l->spec, sizeof(l->spec), "%s:%s%s%s", weir_probe_type_name(type), l->path,
		 of_file ? ":" : "", name);
	l->item = (struct weir_probe_item){ .type = type, .spec = l->spec };
}

int lister_tell(struct lister *l)
{
	l->found++;
	return l->query->found(&l->item, l->query->arg);
}

void lister_arg(struct lister *l, const char *type, const char *name, const char *declaration)
{
	size_t i = l->item.arg_count;
	struct weir_probe_arg *arg = &l->item.args[i];

	l->item.args_known = true;
	if (i == WEIR_PROBE_LIST_ARGS)
		return;
	if (!declaration) {
		snprintf(l->texts[i][0], sizeof(l->texts[i][0]), "%s%s%s", type ? type : "",
			 type && type[strlen(type) - 1] != '*' ? " " : "", name);
		declaration = l->texts[i][0];
	}
	*arg = (struct weir_probe_arg){ .name = name, .type = type, .declaration = declaration };
	l->item.arg_count++;
}

void lister_btf_arg(struct lister *l, const struct btf *btf, uint32_t type, const char *name)
{
	size_t i = l->item.arg_count;

	if (i == WEIR_PROBE_LIST_ARGS)
		return;
	btf_declare(btf, type, name, l->texts[i][0], sizeof(l->texts[i][0]));
	btf_declare(btf, type, "", l->texts[i][1], sizeof(l->texts[i][1]));
	lister_arg(l, l->texts[i][1], name, l->texts[i][0]);
}

const struct kernel_btf *lister_btf(struct lister *l)
{
	struct weir_error err = {};

	if (!l->btf_tried && kernel_btf_load(true, &l->btf, &err) < 0)
		lister_note(l, err.text);
	l->btf_tried = true;
	return l->btf.vmlinux ? &l->btf : NULL;
}

void lister_note(struct lister *l, const char *text)
{
	struct weir_probe_notes *notes = l->notes;

	for (size_t i = 0; i < notes->count; i++) {
		if (strncmp(notes->texts[i], text, sizeof(notes->texts[i]) - 1) == 0)
			return;
	}
	if (notes->count < ARRAY_SIZE(notes->texts))
		snprintf(notes->texts[notes->count++], sizeof(notes->texts[0]), "%s", text);
}
