// SPDX-License-Identifier: GPL-2.0
/* select.c - see select.h. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include "ctl/attach/labels.h"
#include "ctl/attach/select.h"
#include "ctl/write/units.h"

static const char *hook_name(unsigned int hook)
{
	return weir_hook_name(hook);
}

const struct choices hook_choices = { .name = hook_name, .count = WEIR_HOOKS };

int selection_names(struct selection *selection, struct weir *weir)
{
	const struct invocation *inv = selection->inv;

	selection->names = calloc(inv->word_count + 1, sizeof(*selection->names));
	if (!selection->names)
		return -ENOMEM;
	for (size_t i = 0; i < inv->word_count; i++)
		weir_interface_name(weir, inv->words[i], selection->names[i],
				    sizeof(selection->names[i]));
	return 0;
}

void selection_free(struct selection *selection)
{
	free(selection->names);
	selection->names = NULL;
}

bool selection_has(const struct selection *s, const struct weir_attachment *a)
{
	if (s->hook.given && a->record.hook != s->hook.number)
		return false;
	if (s->inv->netns && !a->here)
		return false;
	for (size_t i = 0; i < s->inv->word_count; i++) {
		if (fnmatch(s->names[i], weir_target_name(&a->record), 0) == 0)
			return true;
	}
	return s->inv->word_count == 0;
}

/* Suggests --watch=SECONDS if the word looks like the seconds of --watch. */
static const char *hint(const struct selection *s, size_t i)
{
	double seconds;

	if (s->watching && parse_seconds(s->inv->words[i], &seconds) == 0)
		return "; seconds go with the option: --watch=SECONDS";
	return "";
}

int selection_check(const struct selection *s, const void *list, size_t count,
		    const struct weir_attachment *(*at)(const void *list, size_t i),
		    struct weir_error *err)
{
	for (size_t i = 0; i < s->inv->word_count; i++) {
		bool found = false;

		for (size_t j = 0; j < count && !found; j++) {
			const struct weir_attachment *a = at(list, j);

			found = selection_has(s, a) &&
				fnmatch(s->names[i], weir_target_name(&a->record), 0) == 0;
		}
		if (!found) {
			snprintf(err->text, sizeof(err->text), "nothing is attached to '%s'%s%s%s",
				 s->inv->words[i], s->hook.given ? " at " : "",
				 s->hook.given ? s->hook.word : "", hint(s, i));
			return -ENOENT;
		}
	}
	return 0;
}
