// SPDX-License-Identifier: GPL-2.0
/* command.c - ctl probe: its sub-commands. */
#include <string.h>
#include "ctl/probes/command.h"
#include "datapath/base/cleanup.h"

#define AT(field) offsetof(struct probe_options, field)

static const struct arg args[] = {
	{ "verbose", 'v', ARG_FLAG, AT(verbose), NULL, "list: with names and types of arguments" },
	{ "print", 0, ARG_VALUE, AT(print), "EXPR,...",
	  "run: these of each hit; default: all arguments" },
	{ "if", 0, ARG_VALUE, AT(filter), "EXPR", "run: only hits for which it is true" },
	{ "count", 0, ARG_FLAG, AT(count), NULL,
	  "run: count hits; `by EXPR,...` behind it: for each of these" },
	{ "hist", 0, ARG_VALUE, AT(hist), "EXPR", "run: a histogram of it, by powers of two" },
	{ "sum", 0, ARG_VALUE, AT(sum), "EXPR", "run: its sum" },
	{ "min", 0, ARG_VALUE, AT(min), "EXPR", "run: its smallest value" },
	{ "max", 0, ARG_VALUE, AT(max), "EXPR", "run: its largest value" },
	{ "avg", 0, ARG_VALUE, AT(avg), "EXPR", "run: its mean" },
	{ "stack", 0, ARG_FLAG, AT(stack), NULL, "run: how it came there; with sums: by stack" },
	{ "ret", 0, ARG_FLAG, AT(returns), NULL,
	  "run: at the return of functions: `retval`, with the arguments" },
	{ "latency", 0, ARG_FLAG, AT(latency), NULL,
	  "run: time of functions, in ns: `latency`; default: its histogram" },
	{ "pid", 'p', ARG_VALUE, AT(pid), "PID", "run: only that process" },
	{ "cgroup", 0, ARG_VALUE, AT(cgroup), "PATH", "run: only processes of that cgroup" },
	{ "hits", 'c', ARG_VALUE, AT(hits), "COUNT", "run: end after so many hits" },
	{ "duration", 'd', ARG_VALUE, AT(duration), "SECONDS", "run: end after that long" },
	{ "interval", 0, ARG_VALUE, AT(interval), "SECONDS", "run: sums again and again" },
	{ "force", 0, ARG_FLAG, AT(force), NULL,
	  "run: probe a program where it is unknown whether an instruction begins" },
	{},
};

static const struct {
	const char *name;
	int (*run)(const struct invocation *inv, const struct probe_options *options);
} verbs[] = {
	{ "list", probe_list },
	{ "run", probe_run },
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
		return usage_error(inv, "list or run, not '%s'", inv->words[0]);
	return usage_error(
		inv, "what about probes? `ctl probe list [PATTERN]` or `ctl probe run SPEC...`");
}

const struct command cmd_probe = {
	.name = "probe",
	.summary = "look at what the kernel and programs do, anywhere",
	.synopsis = "list [PATTERN] [-v] | run SPEC... [by EXPR,...] [OPTION]...",
	.description =
		"`list` tells what there is to probe: PATTERN is TYPE:NAME or a NAME of any type of\n"
		"the kernel's, with globs, as 'kprobe:vfs_*', 'tracepoint:syscalls:*open*',\n"
		"'uprobe:bash:read*' or '*mkdir*'. What cannot be probed is marked with the reason.\n"
		"`run` attaches there and prints the arguments, or what is asked for, or sums it up\n"
		"in the kernel, until Ctrl-C. A SPEC is as list prints it, and kprobe:NAME+OFFSET,\n"
		"software:EVENT:PERIOD; a name alone is a function of the kernel. An EXPR is arg0,\n"
		"an argument's name, retval, args.filename, skb->dev->name, str(x), ip(x), ntohs(x),\n"
		"sym(x), pid, tid, comm, cpu, cgroup, nsecs, probe, joined as in C. No compiler is\n"
		"needed, nothing is pinned, and all of it ends with ctl.",
	.args = args,
	.options_size = sizeof(struct probe_options),
	.run = run,
};
