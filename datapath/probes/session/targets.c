// SPDX-License-Identifier: GPL-2.0
/* targets.c - resolves specs to targets; see session.h. */
#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/elf/file.h"
#include "datapath/elf/instruction.h"
#include "datapath/elf/symbols.h"
#include "datapath/kernel/tracefs.h"
#include "datapath/probes/functions.h"
#include "datapath/probes/session/session.h"

#define MOST_TARGETS 20000
#define MOST_WARNINGS 1000

int probe_warn(struct weir_probe_session *s, const char *fmt, ...)
{
	char text[1024], **grown;
	va_list args;

	if (s->warning_count == MOST_WARNINGS)
		return 0;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	grown = realloc(s->warnings, (s->warning_count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	s->warnings = grown;
	grown[s->warning_count] = strdup(text);
	if (!grown[s->warning_count])
		return -ENOMEM;
	s->warning_count++;
	return 0;
}

static int add_target(struct weir_probe_session *s, const struct probe_target *target)
{
	if (s->target_count == MOST_TARGETS)
		return -E2BIG;
	if (s->target_count == s->target_room) {
		size_t room = s->target_room ? 2 * s->target_room : 8;
		struct probe_target **grown = realloc(s->targets, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		s->targets = grown;
		s->target_room = room;
	}
	s->targets[s->target_count] = malloc(sizeof(*target));
	if (!s->targets[s->target_count])
		return -ENOMEM;
	*s->targets[s->target_count++] = *target;
	return 0;
}

/* Calls are probed too if arguments or latency are needed at the return. */
static int set_type(struct weir_probe_session *s, struct probe_target *t, struct weir_error *err)
{
	const struct weir_probe_request *r = &s->request;

	t->type = t->spec->type;
	if (!r->returns && !r->latency)
		return 0;
	switch (t->type) {
	case WEIR_PROBE_KPROBE:
		t->type = WEIR_PROBE_KRETPROBE;
		break;
	case WEIR_PROBE_UPROBE:
		t->type = WEIR_PROBE_URETPROBE;
		break;
	case WEIR_PROBE_FENTRY:
		t->type = WEIR_PROBE_FEXIT;
		break;
	case WEIR_PROBE_KRETPROBE:
	case WEIR_PROBE_URETPROBE:
	case WEIR_PROBE_FEXIT:
		break;
	default:
		return weir_error_set(err, EINVAL, "%s is for functions, which return; %s does not",
				      r->latency ? "--latency" : "--ret",
				      weir_probe_type_name(t->type));
	}
	t->saved = t->type != WEIR_PROBE_FEXIT || r->latency;
	if (t->saved && t->spec->offset && !t->spec->is_address)
		return weir_error_set(err, EINVAL,
				      "%s is for whole functions, not for an offset in one",
				      r->latency ? "--latency" : "--ret");
	return 0;
}

static int add_function(struct weir_probe_session *s, const struct probe_spec *spec,
			const char *name, struct weir_error *err)
{
	struct probe_target t = { .spec = spec, .offset = spec->offset };
	int ret = set_type(s, &t, err);

	if (ret)
		return ret;
	if (spec->offset) {
		uint64_t room = symbols_size(probe_symbols(s), name);

		/* the kernel would accept an offset into the next function */
		if (room && spec->offset >= room)
			return weir_error_set(err, EINVAL,
					      "'%s' has %llu bytes, so +%llu is outside", name,
					      (unsigned long long)room,
					      (unsigned long long)spec->offset);
	}
	snprintf(t.function, sizeof(t.function), "%s", name);
	if (asprintf(&t.name, spec->offset ? "%s:%s+0x%llx" : "%s:%s",
		     weir_probe_type_name(spec->type), name, (unsigned long long)spec->offset) < 0)
		return -ENOMEM;
	ret = add_target(s, &t);
	if (ret)
		free(t.name);
	return ret;
}

static int nothing_matches(const struct probe_spec *spec, struct weir_error *err)
{
	return weir_error_set(err, ENOENT,
			      "no %s matches '%s%s%s'; `ctl probe list` lists them all",
			      spec->type == WEIR_PROBE_TRACEPOINT ? "tracepoint"
			      : spec->type == WEIR_PROBE_USDT     ? "USDT probe"
								  : "function",
			      spec->group, *spec->group ? ":" : "", spec->name);
}

/* --- functions of the kernel --- */

static int probe_forbidden(const struct kernel_functions *functions, enum weir_probe_type type,
			   struct weir_error *err)
{
	const char *why = type == WEIR_PROBE_FENTRY || type == WEIR_PROBE_FEXIT
				  ? functions->no_fentry
				  : functions->no_kprobes;

	return *why ? weir_error_set(err, EPERM, "%s", why) : 0;
}

static int find_functions(struct weir_probe_session *s, const struct probe_spec *spec,
			  struct weir_error *err)
{
	_cleanup_(kernel_functions_free) struct kernel_functions functions = {};
	size_t before = s->target_count, matches = 0;
	int ret;

	if (!spec->is_glob)
		return add_function(s, spec, spec->name, err);
	ret = kernel_functions_read(NULL, &functions, err);
	for (size_t i = 0; !ret && i < functions.count; i++) {
		const struct kernel_function *f = &functions.items[i];
		const char *obstacle;

		if (fnmatch(spec->name, f->name, 0) != 0)
			continue;
		matches++;
		obstacle = kernel_function_obstacle(&functions, f, spec->type);
		if (obstacle)
			ret = probe_warn(s, "'%s' is skipped: %s", f->name, obstacle);
		else
			ret = add_function(s, spec, f->name, err);
	}
	if (ret || s->target_count > before)
		return ret;
	ret = probe_forbidden(&functions, spec->type, err);
	if (ret)
		return ret;
	return matches ? weir_error_set(err, ENOENT,
					"none of the %zu functions that match '%s' can be probed",
					matches, spec->name)
		       : nothing_matches(spec, err);
}

/* --- tracepoints --- */

static int add_tracepoint(struct weir_probe_session *s, const struct probe_spec *spec,
			  const char *group, const char *name, struct weir_error *err)
{
	struct probe_target t = { .spec = spec };
	int ret = set_type(s, &t, err);

	if (ret)
		return ret;
	snprintf(t.group, sizeof(t.group), "%s", group);
	snprintf(t.function, sizeof(t.function), "%s", name);
	if (asprintf(&t.name, "%s%s%s:%s", weir_probe_type_name(spec->type), *group ? ":" : "",
		     group, name) < 0)
		return -ENOMEM;
	ret = add_target(s, &t);
	if (ret)
		free(t.name);
	return ret;
}

static int find_tracepoints(struct weir_probe_session *s, const struct probe_spec *spec,
			    struct weir_error *err)
{
	_cleanup_(word_set_free) struct word_set events = {};
	_cleanup_close_ int tracefs = -1;
	char pattern[2 * PROBE_SPEC_NAME];
	size_t before = s->target_count;
	int ret;

	if (!spec->is_glob)
		return add_tracepoint(s, spec, spec->group, spec->name, err);
	ret = tracefs_open(&tracefs, err);
	if (!ret)
		ret = tracefs_events(tracefs, &events, err);
	snprintf(pattern, sizeof(pattern), "%s:%s", spec->group, spec->name);
	for (size_t i = 0; !ret && i < events.count; i++) {
		char group[PROBE_SPEC_NAME];
		const char *colon = strchr(events.items[i], ':');

		if (!colon || fnmatch(pattern, events.items[i], 0) != 0 ||
		    strncmp(events.items[i], "ftrace:", 7) == 0)
			continue;
		snprintf(group, sizeof(group), "%.*s", (int)(colon - events.items[i]),
			 events.items[i]);
		ret = add_tracepoint(s, spec, group, colon + 1, err);
	}
	return ret || s->target_count > before ? ret : nothing_matches(spec, err);
}

/* --- programs --- */

/*
 * A probe inside an instruction crashes the program. If it is unknown where instructions begin,
 * `force` attaches anyway. A place known to be wrong is always rejected.
 */
static int check_place(const struct weir_probe_session *s, const struct elf_symbols *symbols,
		       const struct probe_target *t, struct weir_error *err)
{
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };
	struct weir_error why = {};
	bool unknown;
	int ret = elf_file_open(t->spec->path, &file, err);

	if (ret)
		return ret;
	ret = elf_instruction_check(&file, symbols, t->offset, &why);
	unknown = ret == -ENOENT || ret == -ENOTSUP;
	if (!ret || (unknown && s->request.force))
		return 0;
	return weir_error_set(err, ret, "cannot probe '%s': %s%s", t->name, why.text,
			      unknown ? ", and a probe inside an instruction crashes the program; "
					"--force attaches anyway"
				      : "");
}

/* symbols: to check a place inside a function. NULL: the place is the beginning of a function. */
static int add_symbol(struct weir_probe_session *s, const struct probe_spec *spec, const char *name,
		      uint64_t offset, const struct elf_symbols *symbols, struct weir_error *err)
{
	struct probe_target t = { .spec = spec, .offset = offset };
	int ret = set_type(s, &t, err);

	if (ret)
		return ret;
	snprintf(t.function, sizeof(t.function), "%s", name);
	if (asprintf(&t.name, spec->is_address || !spec->offset ? "%s:%s:%s" : "%s:%s:%s+0x%llx",
		     weir_probe_type_name(spec->type), spec->path, name,
		     (unsigned long long)spec->offset) < 0)
		return -ENOMEM;
	ret = symbols ? check_place(s, symbols, &t, err) : 0;
	if (!ret)
		ret = add_target(s, &t);
	if (ret)
		free(t.name);
	return ret;
}

static int find_symbols(struct weir_probe_session *s, struct probe_spec *spec,
			struct weir_error *err)
{
	_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};
	const struct elf_symbol *symbol;
	size_t before = s->target_count;
	char path[PATH_MAX], word[32];
	int ret = elf_path_find(spec->path, path, sizeof(path), err);

	if (ret)
		return ret;
	strcpy(spec->path, path);
	ret = elf_symbols_read(path, &symbols, err);
	if (!ret && spec->is_address) {
		snprintf(word, sizeof(word), "0x%llx", (unsigned long long)spec->offset);
		return add_symbol(s, spec, word, spec->offset, &symbols, err);
	}
	for (size_t i = 0; !ret && spec->is_glob && i < symbols.count; i++) {
		if (fnmatch(spec->name, symbols.items[i].name, 0) == 0 &&
		    (!i || symbols.items[i].offset != symbols.items[i - 1].offset))
			ret = add_symbol(s, spec, symbols.items[i].name, symbols.items[i].offset,
					 NULL, err);
	}
	if (ret || s->target_count > before)
		return ret;
	symbol = spec->is_glob ? NULL : elf_symbols_find(&symbols, spec->name);
	if (!symbol)
		return weir_error_set(err, ENOENT, "'%s' has no function '%s'%s", path, spec->name,
				      symbols.stripped
					      ? ": it is stripped, so only exported functions have "
						"names"
					      : "");
	if (symbol->size && spec->offset >= symbol->size)
		return weir_error_set(err, EINVAL,
				      "'%s' of '%s' has %llu bytes, so +%llu is outside",
				      spec->name, path, (unsigned long long)symbol->size,
				      (unsigned long long)spec->offset);
	return add_symbol(s, spec, spec->name, symbol->offset + spec->offset,
			  spec->offset ? &symbols : NULL, err);
}

static int add_usdt(struct weir_probe_session *s, const struct probe_spec *spec,
		    const struct usdt_location *l, struct weir_error *err)
{
	struct probe_target t = { .spec = spec, .location = l };
	int ret = set_type(s, &t, err);

	if (ret)
		return ret;
	snprintf(t.group, sizeof(t.group), "%s", l->provider);
	snprintf(t.function, sizeof(t.function), "%s", l->name);
	if (asprintf(&t.name, "usdt:%s:%s:%s", spec->path, l->provider, l->name) < 0)
		return -ENOMEM;
	ret = add_target(s, &t);
	if (ret)
		free(t.name);
	return ret;
}

static bool same_probe(const struct usdt_location *a, const struct usdt_location *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->provider, b->provider) == 0;
}

/*
 * Checks all locations of a USDT probe. The compiler emits a nop at each of them; if there is
 * something else, the note in the file is wrong.
 */
static int check_usdt(const struct elf_file *file, const struct usdt_probes *probes,
		      const struct usdt_location *first, struct weir_error *err)
{
	for (const struct usdt_location *l = first;
	     l < probes->items + probes->count && same_probe(first, l); l++) {
		struct weir_error why = {};
		int ret = elf_instruction_check_nop(file, l->offset, &why);

		if (ret)
			return weir_error_set(err, ret, "cannot probe 'usdt:%s:%s' at 0x%llx: %s",
					      l->provider, l->name, (unsigned long long)l->address,
					      why.text);
	}
	return 0;
}

static int find_usdts(struct weir_probe_session *s, struct probe_spec *spec,
		      struct usdt_probes *probes, struct weir_error *err)
{
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };
	size_t before = s->target_count;
	char path[PATH_MAX];
	int ret = elf_path_find(spec->path, path, sizeof(path), err);

	if (ret)
		return ret;
	strcpy(spec->path, path);
	ret = usdt_read(path, probes, err);
	if (!ret)
		ret = elf_file_open(path, &file, err);
	for (size_t i = 0; !ret && i < probes->count; i++) {
		const struct usdt_location *l = &probes->items[i];
		struct weir_error why = {};

		if (fnmatch(spec->group, l->provider, 0) != 0 ||
		    fnmatch(spec->name, l->name, 0) != 0)
			continue;
		if (i && same_probe(l - 1, l))
			continue; /* another location of the same probe */
		ret = check_usdt(&file, probes, l, spec->is_glob ? &why : err);
		if (!ret)
			ret = add_usdt(s, spec, l, err);
		else if (spec->is_glob)
			ret = probe_warn(s, "left out: %s", why.text);
	}
	if (ret || s->target_count > before)
		return ret;
	return probes->count ? nothing_matches(spec, err)
			     : weir_error_set(err, ENOENT, "'%s' has no USDT probes", path);
}

/* --- all types --- */

static int find_perf_event(struct weir_probe_session *s, const struct probe_spec *spec,
			   struct weir_error *err)
{
	struct probe_target t = { .spec = spec };
	int ret = set_type(s, &t, err);

	if (ret)
		return ret;
	snprintf(t.function, sizeof(t.function), "%s", spec->name);
	if (asprintf(&t.name, "%s:%s", weir_probe_type_name(spec->type), spec->name) < 0)
		return -ENOMEM;
	ret = add_target(s, &t);
	if (ret)
		free(t.name);
	return ret;
}

int probe_targets_find(struct weir_probe_session *s, struct weir_probe_error *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < s->request.spec_count; i++) {
		struct probe_spec *spec = &s->specs[i];

		switch (spec->type) {
		case WEIR_PROBE_TRACEPOINT:
			ret = find_tracepoints(s, spec, &err->error);
			break;
		case WEIR_PROBE_RAWTRACEPOINT:
		case WEIR_PROBE_ITER:
			ret = add_tracepoint(s, spec, "", spec->name, &err->error);
			break;
		case WEIR_PROBE_UPROBE:
		case WEIR_PROBE_URETPROBE:
			ret = find_symbols(s, spec, &err->error);
			break;
		case WEIR_PROBE_USDT:
			ret = find_usdts(s, spec, &s->usdts[i], &err->error);
			break;
		case WEIR_PROBE_SOFTWARE:
		case WEIR_PROBE_HARDWARE:
			ret = find_perf_event(s, spec, &err->error);
			break;
		default:
			ret = find_functions(s, spec, &err->error);
			break;
		}
	}
	if (ret == -ENOMEM)
		weir_error_set(&err->error, ret, "out of memory");
	if (ret == -E2BIG)
		weir_error_set(&err->error, ret, "more than %d probes at once", MOST_TARGETS);
	return ret;
}
