// SPDX-License-Identifier: GPL-2.0
/* kernel.c - functions, tracepoints and iterators of the kernel. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/kernel/tracefs.h"
#include "datapath/probes/list/lists.h"

/* --- functions --- */

static int read_functions(struct lister *l, struct weir_error *err)
{
	struct kernel_functions *f = &l->functions;
	int ret;

	if (l->functions_read)
		return 0;
	ret = kernel_functions_read(lister_btf(l), f, err);
	if (ret)
		return ret;
	l->functions_read = true;
	if (f->hidden)
		lister_note(l,
			    "the addresses in '/proc/kallsyms' are hidden: kernel.kptr_restrict, "
			    "or missing CAP_SYSLOG");
	return 0;
}

static void add_prototype(struct lister *l, const struct btf *btf, uint32_t id, int from)
{
	const struct btf_type *proto = btf_prototype(btf, id);
	const struct btf_param *params;

	if (!proto)
		return;
	params = btf_params(proto);
	l->item.args_known = true;
	for (int i = from; i < btf_vlen(proto); i++) {
		const char *name = btf__name_by_offset(btf, params[i].name_off);

		if (params[i].type)
			lister_btf_arg(l, btf, params[i].type, name ? name : "");
		else
			lister_arg(l, NULL, "...", "...");
	}
	if (!proto->type || from)
		return;
	btf_declare(btf, proto->type, "", l->texts[WEIR_PROBE_LIST_ARGS][0],
		    sizeof(l->texts[WEIR_PROBE_LIST_ARGS][0]));
	l->item.returns = l->texts[WEIR_PROBE_LIST_ARGS][0];
}

int list_functions(struct lister *l, enum weir_probe_type type, struct weir_error *err)
{
	bool by_ftrace = type == WEIR_PROBE_FENTRY || type == WEIR_PROBE_FEXIT;
	const struct kernel_functions *all = &l->functions;
	const char *forbidden;
	int ret = read_functions(l, err);

	if (ret)
		return ret;
	if (by_ftrace && !l->btf.vmlinux)
		return weir_error_set(err, ENOTSUP, "%s needs the kernel's BTF, which is missing",
				      weir_probe_type_name(type));
	forbidden = by_ftrace ? all->no_fentry : all->no_kprobes;
	if (*forbidden)
		lister_note(l, forbidden);
	else if (!all->traceable_known)
		lister_note(l, all->unknown);
	for (size_t i = 0; !ret && i < all->count; i++) {
		const struct kernel_function *f = &all->items[i];

		if (!lister_matches(l, f->name))
			continue;
		lister_begin(l, type, f->name);
		l->item.module = f->module;
		l->item.obstacle = kernel_function_obstacle(all, f, type);
		l->item.forbidden = *forbidden;
		if (!by_ftrace && !l->item.obstacle)
			l->item.remark = kernel_function_remark(f);
		if (l->query->verbose && f->btf)
			add_prototype(l, f->btf->btf, f->btf->id, 0);
		ret = lister_tell(l);
	}
	return ret;
}

/* --- tracepoints --- */

/* The common fields describe the record, not the event. */
static void add_fields(struct lister *l, const struct trace_format *format)
{
	l->item.args_known = true;
	for (size_t i = 0; i < format->count; i++) {
		const struct trace_field *f = &format->fields[i];
		size_t at = l->item.arg_count;
		char *text, *type;

		if (f->is_common || at == WEIR_PROBE_LIST_ARGS)
			continue;
		type = l->texts[at][1];
		text = l->texts[at][0];
		snprintf(type, sizeof(l->texts[at][1]), "%s%s", f->type, f->is_array ? "[]" : "");
		if (f->length)
			snprintf(text, sizeof(l->texts[at][0]), "%s %s[%u]", f->type, f->name,
				 f->length);
		else
			snprintf(text, sizeof(l->texts[at][0]), "%s%s%s%s", f->type,
				 f->type[strlen(f->type) - 1] == '*' ? "" : " ", f->name,
				 f->is_array ? "[]" : "");
		lister_arg(l, type, f->name, text);
	}
}

static int tell_tracepoint(struct lister *l, int tracefs, const char *event)
{
	_cleanup_(trace_format_free) struct trace_format format = {};
	const char *colon = strchr(event, ':');
	struct weir_error err = {};
	char category[128];

	lister_begin(l, WEIR_PROBE_TRACEPOINT, event);
	if (l->query->verbose && colon) {
		snprintf(category, sizeof(category), "%.*s", (int)(colon - event), event);
		if (tracefs_format(tracefs, category, colon + 1, &format, &err) < 0)
			lister_note(l, err.text);
		else
			add_fields(l, &format);
	}
	return lister_tell(l);
}

int list_tracepoints(struct lister *l, enum weir_probe_type type, struct weir_error *err)
{
	_cleanup_(word_set_free) struct word_set events = {};
	_cleanup_close_ int tracefs = -1;
	int ret = tracefs_open(&tracefs, err);

	(void)type;
	if (!ret)
		ret = tracefs_events(tracefs, &events, err);
	if (ret)
		return ret == -ENOMEM ? ret : -ENOTSUP;
	for (size_t i = 0; !ret && i < events.count; i++) {
		if (lister_matches(l, events.items[i]))
			ret = tell_tracepoint(l, tracefs, events.items[i]);
	}
	return ret;
}

/* --- raw tracepoints --- */

/*
 * The typedef btf_trace_NAME shows that a raw tracepoint exists, and has its types. The function
 * that calls the probes, __traceiter_NAME or the older __bpf_trace_NAME, also has the names. The
 * first argument is internal.
 */
static void add_raw_prototype(struct lister *l, const struct btf_items *functions,
			      const struct btf_item *type, const char *name)
{
	static const char *const prefixes[] = { "__traceiter_", "__bpf_trace_" };
	const struct btf_item *function = NULL;
	const struct btf_type *pointer;
	char wanted[256];

	for (size_t i = 0; !function && i < ARRAY_SIZE(prefixes); i++) {
		snprintf(wanted, sizeof(wanted), "%s%s", prefixes[i], name);
		function = btf_items_find(functions, wanted);
	}
	if (function) {
		add_prototype(l, function->btf, function->id, 1);
		return;
	}
	pointer = btf__type_by_id(type->btf, btf__type_by_id(type->btf, type->id)->type);
	if (pointer && btf_is_ptr(pointer))
		add_prototype(l, type->btf, pointer->type, 1);
}

int list_raw_tracepoints(struct lister *l, enum weir_probe_type type, struct weir_error *err)
{
	_cleanup_(btf_items_free) struct btf_items types = {}, functions = {};
	const struct kernel_btf *btf = lister_btf(l);
	int ret;

	if (!btf)
		return weir_error_set(
			err, ENOTSUP,
			"raw tracepoints are listed from the kernel's BTF, which is missing");
	ret = kernel_btf_items(btf, BTF_KIND_TYPEDEF, "btf_trace_", &types);
	if (!ret && l->query->verbose)
		ret = kernel_btf_items(btf, BTF_KIND_FUNC, "__", &functions);
	if (ret)
		return weir_error_set(err, ret, "out of memory");
	for (size_t i = 0; !ret && i < types.count; i++) {
		const char *name = types.items[i].name + strlen("btf_trace_");

		if (!lister_matches(l, name))
			continue;
		lister_begin(l, type, name);
		l->item.module = types.items[i].module;
		if (l->query->verbose)
			add_raw_prototype(l, &functions, &types.items[i], name);
		ret = lister_tell(l);
	}
	return ret;
}

/* --- iterators --- */

/* Each member is a pointer in a union, which pads it to eight bytes on all machines. */
static void add_members(struct lister *l, const struct btf *btf, const struct btf_type *type)
{
	const struct btf_member *members = btf_members(type);

	l->item.args_known = true;
	for (int i = 0; i < btf_vlen(type); i++) {
		const char *name = btf__name_by_offset(btf, members[i].name_off);
		const struct btf_type *inner = btf__type_by_id(btf, members[i].type);

		if (name && *name)
			lister_btf_arg(l, btf, members[i].type, name);
		else if (inner && btf_is_union(inner) && btf_vlen(inner))
			lister_btf_arg(l, btf, btf_members(inner)->type,
				       btf__name_by_offset(btf, btf_members(inner)->name_off));
	}
}

static const char *iterator_obstacle(const char *name)
{
	static const char *const of_maps[] = { "bpf_map_elem", "bpf_sk_storage_map", "sockmap" };

	for (size_t i = 0; i < ARRAY_SIZE(of_maps); i++) {
		if (strcmp(name, of_maps[i]) == 0)
			return "iterates over the elements of a map, which cannot be given here";
	}
	return NULL;
}

int list_iterators(struct lister *l, enum weir_probe_type type, struct weir_error *err)
{
	_cleanup_(btf_items_free) struct btf_items functions = {}, structs = {};
	const struct kernel_btf *btf = lister_btf(l);
	int ret;

	if (!btf)
		return weir_error_set(err, ENOTSUP,
				      "iterators need the kernel's BTF, which is missing");
	ret = kernel_btf_items(btf, BTF_KIND_STRUCT, "bpf_iter__", &structs);
	if (!ret)
		ret = kernel_btf_items(btf, BTF_KIND_FUNC, "bpf_iter_", &functions);
	if (ret)
		return weir_error_set(err, ret, "out of memory");
	for (size_t i = 0; !ret && i < structs.count; i++) {
		const struct btf_item *item = &structs.items[i];
		const char *name = item->name + strlen("bpf_iter__");
		char function[256];

		snprintf(function, sizeof(function), "bpf_iter_%s", name);
		if (!btf_items_find(&functions, function) || !lister_matches(l, name))
			continue;
		lister_begin(l, type, name);
		l->item.module = item->module;
		l->item.obstacle = iterator_obstacle(name);
		if (l->query->verbose)
			add_members(l, item->btf, btf__type_by_id(item->btf, item->id));
		ret = lister_tell(l);
	}
	return ret;
}
