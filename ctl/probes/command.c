// SPDX-License-Identifier: GPL-2.0
/* command.c - ctl probe: its subcommands. */
#include "ctl/probes/command.h"
#include "datapath/base/cleanup.h"

#define AT(field) offsetof(struct probe_options, field)

static const struct arg args[] = {
	{ "verbose", 'v', ARG_FLAG, AT(verbose), NULL, "list: show names and types of arguments" },
	{ "print", 0, ARG_VALUE, AT(print), "EXPR,...",
	  "run: print these for each hit; default: all arguments" },
	{ "if", 0, ARG_VALUE, AT(filter), "EXPR", "run: only hits for which EXPR is true" },
	{ "count", 0, ARG_FLAG, AT(count), NULL,
	  "run: count hits; `by EXPR,...` after it counts by value" },
	{ "hist", 0, ARG_VALUE, AT(hist), "EXPR", "run: histogram of EXPR, by powers of two" },
	{ "sum", 0, ARG_VALUE, AT(sum), "EXPR", "run: sum of EXPR" },
	{ "min", 0, ARG_VALUE, AT(min), "EXPR", "run: minimum of EXPR" },
	{ "max", 0, ARG_VALUE, AT(max), "EXPR", "run: maximum of EXPR" },
	{ "avg", 0, ARG_VALUE, AT(avg), "EXPR", "run: mean of EXPR" },
	{ "stack", 0, ARG_FLAG, AT(stack), NULL, "run: print stacks; with sums: by stack" },
	{ "ret", 0, ARG_FLAG, AT(returns), NULL,
	  "run: at function return: `retval`, with the arguments" },
	{ "latency", 0, ARG_FLAG, AT(latency), NULL,
	  "run: time of functions, `latency` in ns; default: histogram" },
	{ "pid", 'p', ARG_VALUE, AT(pid), "PID", "run: only that process" },
	{ "cgroup", 0, ARG_VALUE, AT(cgroup), "PATH", "run: only processes of that cgroup",
	  &choices_cgroups },
	{ "hits", 'c', ARG_VALUE, AT(hits), "COUNT", "run: end after COUNT hits" },
	{ "duration", 'd', ARG_VALUE, AT(duration), "SECONDS", "run: end after SECONDS" },
	{ "interval", 0, ARG_VALUE, AT(interval), "SECONDS", "run: print sums every SECONDS" },
	{ "force", 0, ARG_FLAG, AT(force), NULL,
	  "run: allow offsets that may not start an instruction" },
	{},
};

enum verb { VERB_LIST, VERB_RUN };

static const char *const verb_names[] = { [VERB_LIST] = "list", [VERB_RUN] = "run" };
static const struct choices verbs = CHOICES(verb_names);

static const char *type_name(unsigned int type)
{
	return weir_probe_type_name(type);
}

/* Completes types only: there are more than a hundred thousand names. */
static const struct choices types = { .name = type_name, .count = WEIR_PROBE_TYPES };

static int run(const struct invocation *inv, const void *options)
{
	struct invocation rest = *inv;

	if (!inv->word_count)
		return usage_error(inv, "what about probes? `ctl probe list [PATTERN]` or "
					"`ctl probe run SPEC...`");
	rest.words++;
	rest.word_count--;
	return inv->first == VERB_LIST ? probe_list(&rest, options) : probe_run(&rest, options);
}

const struct command cmd_probe = {
	.name = "probe",
	.summary = "trace functions and events of the kernel and of programs",
	.synopsis = "list [PATTERN] [-v] | run SPEC... [by EXPR,...] [OPTION]...",
	.description =
		"`list` shows what can be probed: PATTERN is TYPE:NAME, or a NAME of any kernel type,\n"
		"with globs, such as 'kprobe:vfs_*', 'tracepoint:syscalls:*open*',\n"
		"'uprobe:bash:read*' or '*mkdir*'. A remark says why something cannot be probed.\n"
		"`run` attaches probes and prints arguments or expressions, or sums them up in the\n"
		"kernel, until Ctrl-C. A SPEC is one that list prints, or kprobe:NAME+OFFSET, or\n"
		"software:EVENT:PERIOD; a name alone is a function of the kernel. An EXPR is arg0,\n"
		"an argument's name, retval, args.filename, skb->dev->name, str(x), ip(x), ntohs(x),\n"
		"sym(x), pid, tid, comm, cpu, cgroup, nsecs, probe, joined as in C. No compiler is\n"
		"needed, nothing is pinned, and all probes end with ctl.",
	.args = args,
	.options_size = sizeof(struct probe_options),
	.choices = &verbs,
	.after = (const struct choices *const[]){ [VERB_LIST] = &types, [VERB_RUN] = &types },
	.run = run,
};
