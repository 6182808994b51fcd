// SPDX-License-Identifier: GPL-2.0
/* command.c - ctl tune */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/attach/labels.h"
#include "ctl/frame/ctl.h"
#include "ctl/tune/options.h"
#include "ctl/tune/table.h"
#include "ctl/tune/words.h"
#include "ctl/write/json.h"
#include "datapath/base/cleanup.h"

enum verb { VERB_ADD, VERB_LIST, VERB_DEL, VERB_TEST };

static const char *const verb_names[] = {
	[VERB_ADD] = "add",
	[VERB_LIST] = "list",
	[VERB_DEL] = "del",
	[VERB_TEST] = "test",
};
static const struct choices verbs = CHOICES(verb_names);

static const char *const entry_words[] = { "all" };
static const struct choices entry_choices = CHOICES(entry_words); /* other than numbers */

static void added_free(struct weir_tune_added *added)
{
	weir_changes_free(&added->changes);
}

static void print_added(const struct weir_tune_added *added)
{
	for (size_t i = 0; i < added->changes.count; i++) {
		const struct weir_change *change = &added->changes.items[i];

		if (change->action == WEIR_ACTION_REPLACE)
			printf("replaced sockops at '%s' by one that tunes (slot %u)\n",
			       weir_target_name(&change->record), change->slot);
		else if (change->action != WEIR_ACTION_NONE)
			printf("attached sockops to '%s' (slot %u)\n",
			       weir_target_name(&change->record), change->slot);
	}
	printf("added entry %u\n", added->number);
	if (!added->programs)
		puts("No program uses the list yet: `ctl attach --cgroup=PATH --features tune` "
		     "attaches one.");
}

static int add(const struct invocation *inv, const struct tune_options *options)
{
	_cleanup_(added_free) struct weir_tune_added added = {};
	_cleanup_(close_weir) struct weir *weir = NULL;
	struct weir_tune_request request = {};
	struct weir_error err = {};
	int ret;

	if (inv->word_count > 1)
		return usage_error(inv, "unexpected '%s'", inv->words[1]);
	ret = tune_options_request(inv, options, &request);
	if (ret)
		return ret;
	if (open_weir(inv, &weir, &err) < 0 || weir_tune_add(weir, &request, &added, &err) < 0)
		return ctl_failed(&err);
	if (inv->json)
		return ctl_printed(json_tune_added(&added, inv->pretty, stdout));
	print_added(&added);
	return EXIT_DONE;
}

static int list(const struct invocation *inv)
{
	_cleanup_(weir_tune_entries_free) struct weir_tune_entries entries = {};
	_cleanup_(close_weir) struct weir *weir = NULL;
	struct weir_error err = {};

	if (inv->word_count > 1)
		return usage_error(inv, "unexpected '%s'", inv->words[1]);
	if (open_weir(inv, &weir, &err) < 0 || weir_tune_list(weir, &entries, &err) < 0)
		return ctl_failed(&err);
	if (inv->json)
		return ctl_printed(json_tune_list(&entries, inv->pretty, stdout));
	return out_tune_list(&entries, inv->color, stdout) < 0
		       ? ctl_failed(&(struct weir_error){ "out of memory" })
		       : EXIT_DONE;
}

/* "all" counts as no numbers. */
static int read_numbers(const struct invocation *inv, uint32_t *numbers, size_t *ret_count)
{
	size_t count = inv->word_count - 1;
	unsigned int all;

	if (!count)
		return usage_error(inv, "which entry? `ctl tune list` has their numbers; or all");
	if (count > WEIR_TUNE_RULES)
		return usage_error(inv, "there are never more than %d entries", WEIR_TUNE_RULES);
	if (count == 1 && choices_find(&entry_choices, inv->words[1], &all) == 0)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		if (tune_number(inv->words[1 + i], &numbers[i]) < 0)
			return usage_error(inv, "'%s' is not the number of an entry",
					   inv->words[1 + i]);
	}
	*ret_count = count;
	return EXIT_DONE;
}

static int del(const struct invocation *inv)
{
	_cleanup_(close_weir) struct weir *weir = NULL;
	uint32_t numbers[WEIR_TUNE_RULES];
	struct weir_error err = {};
	size_t count = 0, deleted;
	int ret = read_numbers(inv, numbers, &count);

	if (ret)
		return ret;
	if (open_weir(inv, &weir, &err) < 0 ||
	    weir_tune_delete(weir, numbers, count, &deleted, &err) < 0)
		return ctl_failed(&err);
	if (inv->json) {
		struct json_stream js = { .out = stdout, .pretty = inv->pretty };

		js_open(&js, NULL, '{');
		js_number(&js, "deleted", deleted);
		js_close(&js, '}');
		return ctl_printed(js_end(&js));
	}
	printf("deleted %zu %s\n", deleted, deleted == 1 ? "entry" : "entries");
	return EXIT_DONE;
}

/* Prints, above the table, the connection and whether any program sees it. */
static int show_match(const struct invocation *inv, const struct weir_tune_entries *entries,
		      const struct weir_tune_question *question, const char *cgroup)
{
	const struct weir_tune_entry *entry = weir_tune_match(entries, question);
	bool unseen = question->cgroups ? !question->cgroup_count : !entries->programs;

	if (inv->json)
		return ctl_printed(json_tune_match(entry, inv->pretty, stdout));
	if (out_tune_match(entry, inv->words[1], inv->color, stdout) < 0)
		return ctl_failed(&(struct weir_error){ "out of memory" });
	if (unseen && cgroup)
		printf("No program uses the list for cgroup '%s'.\n", cgroup);
	else if (unseen)
		puts("No program uses the list.");
	return EXIT_DONE;
}

static int test(const struct invocation *inv, const struct tune_options *options)
{
	_cleanup_(weir_tune_entries_free) struct weir_tune_entries entries = {};
	_cleanup_(close_weir) struct weir *weir = NULL;
	_cleanup_free_ uint64_t *cgroups = NULL;
	struct weir_tune_question question = {};
	struct weir_error err = {};
	int ret;

	if (inv->word_count != 2)
		return usage_error(inv, inv->word_count < 2 ? "which connection? ADDRESS:PORT"
							    : "one connection at a time");
	if (tune_read_end(inv->words[1], question.remote, &question.remote_port) < 0)
		return usage_error(
			inv, "'%s' is not ADDRESS:PORT, such as 192.0.2.1:443 or [2001:db8::1]:443",
			inv->words[1]);
	ret = tune_options_question(inv, options, &question);
	if (ret)
		return ret;
	if (open_weir(inv, &weir, &err) < 0 || weir_tune_list(weir, &entries, &err) < 0)
		return ctl_failed(&err);
	if (options->cgroup &&
	    weir_tune_cgroups(weir, options->cgroup, &cgroups, &question.cgroup_count, &err) < 0)
		return ctl_failed(&err);
	question.cgroups = cgroups;
	return show_match(inv, &entries, &question, options->cgroup);
}

static int run(const struct invocation *inv, const void *bound)
{
	const struct tune_options *options = bound;
	enum verb verb = inv->word_count ? inv->first : VERB_LIST;
	const char *odd = verb == VERB_ADD ? NULL : tune_options_odd(options, verb == VERB_TEST);

	if (odd)
		return usage_error(inv, "--%s goes with `tune add`", odd);
	switch (verb) {
	case VERB_ADD:
		return add(inv, options);
	case VERB_LIST:
		return list(inv);
	case VERB_DEL:
		return del(inv);
	case VERB_TEST:
		return test(inv, options);
	}
	return EXIT_USAGE;
}

const struct command cmd_tune = {
	.name = "tune",
	.summary = "set options of new TCP connections",
	.synopsis = "add OPTION...|list|del N...|test ADDRESS:PORT",
	.description =
		"Edits a list of entries. The first one that matches a new connection, outgoing or\n"
		"incoming, sets its options. ctl first tries each option on a socket of its own, and\n"
		"does not add an entry if the kernel refuses one. With --cgroup, the entry is for\n"
		"that cgroup and those below, and ctl attaches a program there, unless there is one.\n"
		"Without, it is for every cgroup that has a program. `test` shows which entry a\n"
		"connection would match, without making one.",
	.args = tune_args,
	.options_size = sizeof(struct tune_options),
	.choices = &verbs,
	.after = (const struct choices *const[ARRAY_SIZE(verb_names)]){ [VERB_DEL] =
										&entry_choices },
	.run = run,
};
