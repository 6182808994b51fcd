// SPDX-License-Identifier: GPL-2.0
/* cmd_probe.c - ctl probe: its sub-commands. */
#include <string.h>
#include "cmd_probe.h"
#include "datapath/cleanup.h"

#define AT(field) offsetof(struct probe_options, field)

static const struct arg args[] = {
	{ "verbose", 'v', ARG_FLAG, AT(verbose), NULL, "list: with names and types of arguments" },
	{},
};

static const struct {
	const char *name;
	int (*run)(const struct invocation *inv, const struct probe_options *options);
} verbs[] = {
	{ "list", probe_list },
};

static int run(const struct invocation *inv, const void *options)
{
	for (size_t i = 0; inv->word_count && i < ARRAY_SIZE(verbs); i++) {
		struct invocation rest = *inv;

		if (strcmp(inv->words[0], verbs[i].name) != 0)
			continue;
		rest.words++;
		rest.word_count--;
		return verbs[i].run(&rest, options);
	}
	if (inv->word_count)
		return usage_error(inv, "list, not '%s'", inv->words[0]);
	return usage_error(inv, "what about probes? `ctl probe list [PATTERN]`");
}

const struct command cmd_probe = {
	.name = "probe",
	.summary = "look at what the kernel and programs do, anywhere",
	.synopsis = "list [PATTERN] [-v]",
	.description =
		"`list` tells what there is to probe: PATTERN is TYPE:NAME or a NAME of any type of\n"
		"the kernel's, with globs, as 'kprobe:vfs_*', 'tracepoint:syscalls:*open*',\n"
		"'uprobe:bash:read*' or '*mkdir*'. What cannot be probed is marked with the reason.",
	.args = args,
	.options_size = sizeof(struct probe_options),
	.run = run,
};
