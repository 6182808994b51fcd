// SPDX-License-Identifier: GPL-2.0
/* functions.c - see functions.h. */
#include <assert.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/by_name.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/base/libbpf_log.h"
#include "datapath/kernel/pseudo_fs.h"
#include "datapath/kernel/tracefs.h"
#include "datapath/probes/functions.h"

#define KPROBE_PMU "/sys/bus/event_source/devices/kprobe/type"

void kernel_functions_free(struct kernel_functions *functions)
{
	btf_items_free(&functions->prototypes);
	free(functions->items);
	free(functions->text);
	*functions = (struct kernel_functions){};
}

static int compare(const void *a, const void *b)
{
	const struct kernel_function *x = a, *y = b;

	return strcmp(x->name, y->name);
}

const char *function_variant(const char *name)
{
	static const char *const words[] = { ".constprop", ".isra", ".part", ".cold", ".llvm" };
	const char *dot = strchr(name, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(words); i++) {
		if (strstr(dot, words[i]))
			return words[i];
	}
	return NULL;
}

/* --- kallsyms --- */

/* The address range of __init, which was freed after boot. */
struct init_range {
	uint64_t begin, end;
};

static int add(struct kernel_functions *functions, size_t *room, struct kernel_function function)
{
	if (functions->count == *room) {
		size_t more = *room ? 2 * *room : 65536;
		struct kernel_function *grown = realloc(functions->items, more * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		functions->items = grown;
		*room = more;
	}
	functions->items[functions->count++] = function;
	return 0;
}

/* Padding before functions, kCFI preambles, and trampolines of static calls. */
static bool is_padding(const char *name)
{
	return strncmp(name, "__pfx_", 6) == 0 || strncmp(name, "__cfi_", 6) == 0 ||
	       strncmp(name, "__SCT__", 7) == 0;
}

/* Splits "ffffffff81000000 T name\t[module]" in place. */
static bool parse_symbol(char *line, struct kernel_function *ret_function)
{
	char *end, *module;
	struct kernel_function function = { .copies = 1 };

	function.address = strtoull(line, &end, 16);
	if (end == line || end[0] != ' ' || !end[1] || end[2] != ' ' || !strchr("tTwW", end[1]))
		return false;
	function.name = end + 3;
	module = strchr(end + 3, '\t');
	if (module) {
		*module++ = '\0';
		module += *module == '[';
		module[strcspn(module, "]")] = '\0';
		function.module = module;
		/* kallsyms also lists BPF programs */
		if (strcmp(module, "bpf") == 0)
			return false;
	}
	if (!*function.name || is_padding(function.name))
		return false;
	*ret_function = function;
	return true;
}

static int read_kallsyms(int fd, struct kernel_functions *functions, struct init_range *init)
{
	size_t length, room = 0;
	char *rest;
	int ret = file_slurp(fd, &functions->text, &length);

	rest = ret ? NULL : functions->text;
	functions->hidden = true;
	while (!ret && rest && *rest) {
		struct kernel_function function;

		if (!parse_symbol(strsep(&rest, "\n"), &function))
			continue;
		functions->hidden &= !function.address;
		if (strcmp(function.name, "_sinittext") == 0)
			init->begin = function.address;
		else if (strcmp(function.name, "_einittext") == 0)
			init->end = function.address;
		ret = add(functions, &room, function);
	}
	return ret;
}

/* Sorts by name and removes duplicates. */
static void sort_once(struct kernel_functions *functions)
{
	struct kernel_function *items = functions->items;
	size_t kept = 0;

	if (!functions->count)
		return;
	qsort(items, functions->count, sizeof(*items), compare);
	for (size_t i = 0; i < functions->count; i++) {
		if (kept && strcmp(items[kept - 1].name, items[i].name) == 0)
			items[kept - 1].copies++;
		else
			items[kept++] = items[i];
	}
	functions->count = kept;
}

/* --- properties --- */

/* Both lists are sorted, so one pass is enough. */
static void mark(struct kernel_functions *functions, const struct word_set *words,
		 void (*found)(struct kernel_function *function))
{
	size_t w = 0;

	for (size_t i = 0; i < functions->count; i++) {
		while (w < words->count && strcmp(words->items[w], functions->items[i].name) < 0)
			w++;
		if (w < words->count && strcmp(words->items[w], functions->items[i].name) == 0)
			found(&functions->items[i]);
	}
}

static void is_traceable(struct kernel_function *function)
{
	function->traceable = true;
}

static void is_blacklisted(struct kernel_function *function)
{
	function->blacklisted = true;
}

/* If the list cannot be read, traceability is unknown until a probe is tried. */
static void mark_traceable(struct kernel_functions *functions)
{
	_cleanup_(word_set_free) struct word_set words = {};
	_cleanup_close_ int tracefs = -1;
	struct weir_error err = {};
	int ret = tracefs_open(&tracefs, &err);

	if (!ret)
		ret = tracefs_functions(tracefs, &words, &err);
	if (ret)
		snprintf(functions->unknown, sizeof(functions->unknown), "%.300s", err.text);
	functions->traceable_known = !ret;
	if (!ret)
		mark(functions, &words, is_traceable);
	else
		for (size_t i = 0; i < functions->count; i++)
			functions->items[i].traceable = true;
}

static void mark_blacklisted(struct kernel_functions *functions)
{
	_cleanup_(word_set_free) struct word_set words = {};

	functions->blacklist_known = kprobe_blacklist(&words, NULL) == 0;
	mark(functions, &words, is_blacklisted);
}

static int compare_addresses(const void *a, const void *b)
{
	const struct kernel_function *const *x = a, *const *y = b;

	return ((*x)->address > (*y)->address) - ((*x)->address < (*y)->address);
}

static void share_marks(struct kernel_function **same, size_t count)
{
	bool traceable = false, blacklisted = false;

	for (size_t i = 0; i < count; i++) {
		traceable |= same[i]->traceable;
		blacklisted |= same[i]->blacklisted;
	}
	for (size_t i = 0; i < count; i++) {
		same[i]->traceable = traceable;
		same[i]->blacklisted = blacklisted;
	}
}

int kernel_functions_share_marks(struct kernel_functions *functions)
{
	_cleanup_free_ struct kernel_function **sorted = calloc(functions->count + 1,
								sizeof(*sorted));
	size_t count = 0, next;

	if (!sorted)
		return -ENOMEM;
	/* if several functions share a name, a mark may belong to any of them */
	for (size_t i = 0; i < functions->count; i++) {
		if (functions->items[i].address && functions->items[i].copies == 1)
			sorted[count++] = &functions->items[i];
	}
	qsort(sorted, count, sizeof(*sorted), compare_addresses);
	for (size_t i = 0; i < count; i = next) {
		for (next = i + 1; next < count && sorted[next]->address == sorted[i]->address;)
			next++;
		share_marks(sorted + i, next - i);
	}
	return 0;
}

static void join_prototypes(struct kernel_functions *functions)
{
	const struct btf_items *found = &functions->prototypes;
	size_t p = 0;

	for (size_t i = 0; i < functions->count; i++) {
		const char *name = functions->items[i].name;

		while (p < found->count && strcmp(found->items[p].name, name) < 0)
			p++;
		if (p < found->count && strcmp(found->items[p].name, name) == 0)
			functions->items[i].btf = &found->items[p];
	}
}

/* Loads a program for a function that only kernel tests call, without attaching it. */
static void try_fentry(const struct kernel_btf *btf, struct kernel_functions *functions)
{
	const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	char log[4096] = "";
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FENTRY,
		    .log_buf = log, .log_size = sizeof(log));
	int id = btf__find_by_name_kind(btf->vmlinux, "bpf_fentry_test1", BTF_KIND_FUNC);
	int fd = -1;

	if (id < 0)
		return;
	options.attach_btf_id = (__u32)id;
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "weir_fentry", "GPL", nothing,
			   ARRAY_SIZE(nothing), &options);
	if (fd >= 0) {
		close(fd);
		return;
	}
	snprintf(functions->no_fentry, sizeof(functions->no_fentry), "no fentry and fexit: %.280s",
		 tracing_denied(errno));
	libbpf_log_tell("weir " WEIR_VERSION ": 'weir_fentry' was refused: %s\n%s",
			functions->no_fentry, log);
}

static void find_restrictions(struct kernel_functions *functions)
{
	if (access(KPROBE_PMU, F_OK) != 0)
		snprintf(
			functions->no_kprobes, sizeof(functions->no_kprobes),
			"no kprobes: this kernel is built without them (CONFIG_KPROBES, CONFIG_KPROBE_EVENTS)");
	else if (lockdown_level() == LOCKDOWN_CONFIDENTIALITY)
		snprintf(functions->no_kprobes, sizeof(functions->no_kprobes),
			 "no kprobes: the kernel is locked down (confidentiality), which forbids "
			 "them and reading its memory");
}

int kernel_functions_read(const struct kernel_btf *btf, struct kernel_functions *ret_functions,
			  struct weir_error *err)
{
	_cleanup_(kernel_functions_free) struct kernel_functions functions = {};
	_cleanup_close_ int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	struct init_range init = {};
	int ret = fd < 0 ? -errno : read_kallsyms(fd, &functions, &init);

	if (ret)
		return weir_error_set(err, ret, "cannot read '/proc/kallsyms': %s",
				      weir_error_text(ret));
	sort_once(&functions);
	for (size_t i = 0; i < functions.count; i++)
		functions.items[i].freed = functions.items[i].address >= init.begin &&
					   functions.items[i].address < init.end;
	mark_traceable(&functions);
	mark_blacklisted(&functions);
	if (kernel_functions_share_marks(&functions))
		return weir_error_set(err, ENOMEM, "out of memory");
	find_restrictions(&functions);
	if (btf)
		try_fentry(btf, &functions);
	if (btf && kernel_btf_items(btf, BTF_KIND_FUNC, "", &functions.prototypes) < 0)
		return weir_error_set(err, ENOMEM, "out of memory");
	join_prototypes(&functions);
	*ret_functions = functions;
	functions = (struct kernel_functions){};
	return 0;
}

const struct kernel_function *kernel_functions_find(const struct kernel_functions *functions,
						    const char *name)
{
	static_assert(offsetof(struct kernel_function, name) == 0, "as by_name() takes it");

	return by_name(functions->items, functions->count, sizeof(*functions->items), name);
}

/*
 * Without CONFIG_KPROBE_EVENTS_ON_NOTRACE, perf accepts a kprobe only where ftrace can instrument.
 * For a part of a function it checks the whole function: see within_notrace_func() in
 * kernel/trace/trace_kprobe.c.
 */
static bool is_notrace(const struct kernel_functions *functions,
		       const struct kernel_function *function, bool by_ftrace)
{
	const struct kernel_function *whole;
	char name[256];

	if (!functions->traceable_known || function->traceable)
		return false;
	if (by_ftrace || !strchr(function->name, '.'))
		return true;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(function->name, "."), function->name);
	whole = kernel_functions_find(functions, name);
	return !whole || !whole->traceable;
}

const char *kernel_function_obstacle(const struct kernel_functions *functions,
				     const struct kernel_function *function,
				     enum weir_probe_type type)
{
	bool by_ftrace = type == WEIR_PROBE_FENTRY || type == WEIR_PROBE_FEXIT;

	if (function->freed)
		return "an __init function: its memory was freed after boot";
	if (!by_ftrace && function->blacklisted)
		return "on the kernel's blacklist of kprobes (noinstr, NOKPROBE_SYMBOL)";
	if (function->copies > 1)
		return "several functions have this name";
	if (by_ftrace && functions->prototypes.count && !function->btf &&
	    function_variant(function->name))
		return "a variant made by the compiler: no BTF";
	if (is_notrace(functions, function, by_ftrace))
		return "not in available_filter_functions (notrace, or built without ftrace)";
	if (by_ftrace && functions->prototypes.count && !function->btf)
		return "no prototype in the kernel's BTF";
	return NULL;
}

const char *kernel_function_remark(const struct kernel_function *function)
{
	const char *variant = function_variant(function->name);

	if (variant && strcmp(variant, ".cold") == 0)
		return "the cold part of a function, not its start";
	return variant ? "a variant made by the compiler: arguments may be missing or differ"
		       : NULL;
}
