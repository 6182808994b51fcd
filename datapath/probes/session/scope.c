// SPDX-License-Identifier: GPL-2.0
/* scope.c - finds the arguments of a target in BTF, formats and notes; see compile/plan.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/kernel/tracefs.h"
#include "datapath/probes/session/session.h"

#define REGISTERS 6 /* number of registers that hold function arguments */

void probe_scope_free(struct probe_scope *scope)
{
	if (scope->format) {
		trace_format_free((struct trace_format *)scope->format);
		free((struct trace_format *)scope->format);
	}
	free(scope->params);
	*scope = (struct probe_scope){};
}

/* Finds a type in the BTF of kernel and modules; NULL: not found. */
static const struct btf *find(struct weir_probe_session *s, const char *name, uint32_t kind,
			      uint32_t *ret_id)
{
	int id = s->has_btf ? btf__find_by_name_kind(s->btf.vmlinux, name, kind) : -ENOENT;

	if (id > 0) {
		*ret_id = (uint32_t)id;
		return s->btf.vmlinux;
	}
	if (s->has_btf && !s->has_modules) {
		struct kernel_btf more = {};

		s->has_modules = true;
		if (kernel_btf_load(true, &more, NULL) == 0) {
			/* keep the old BTF: types found so far point into it */
			s->btf.modules = more.modules;
			s->btf.module_count = more.module_count;
			s->modules_base = more.vmlinux;
		}
	}
	for (size_t i = 0; i < s->btf.module_count; i++) {
		id = btf__find_by_name_kind(s->btf.modules[i].btf, name, kind);
		if (id > 0) {
			*ret_id = (uint32_t)id;
			return s->btf.modules[i].btf;
		}
	}
	return NULL;
}

/* Adds the parameters from `skip` on; `base` is the index of the first in `args`. */
static int take_prototype(struct probe_scope *scope, const struct btf *btf,
			  const struct btf_type *proto, uint32_t skip, uint32_t base, uint32_t most)
{
	uint32_t count = btf_vlen(proto);

	if (count < skip)
		return 0;
	scope->params = calloc(count + 1, sizeof(*scope->params));
	if (!scope->params)
		return -ENOMEM;
	for (uint32_t i = skip; i < count; i++) {
		const struct btf_param *from = &btf_params(proto)[i];
		struct probe_param *to = &scope->params[scope->param_count++];

		snprintf(to->name, sizeof(to->name), "%s",
			 btf__name_by_offset(btf, from->name_off));
		to->type = probe_type_btf(btf, from->type);
		to->index = i - skip < most ? base + i - skip : PROBE_ARGS;
		if (!from->type) /* "..." */
			to->type.kind = KIND_OTHER;
	}
	scope->params_known = true;
	return 0;
}

static int scope_of_function(struct weir_probe_session *s, const struct probe_target *t,
			     struct probe_scope *scope)
{
	bool kprobe = t->type == WEIR_PROBE_KPROBE || t->type == WEIR_PROBE_KRETPROBE;
	const struct btf_type *proto;
	const struct btf *btf;
	uint32_t id;

	if (t->type == WEIR_PROBE_KRETPROBE && !t->saved)
		scope->no_args = "the arguments of a function are gone when it returns; use fexit, "
				 "or --ret";
	else if (t->offset)
		scope->no_args = "inside a function its arguments may have moved";
	scope->raw_args = REGISTERS;
	scope->retval = probe_type_int(8, true);
	btf = find(s, t->function, BTF_KIND_FUNC, &id);
	proto = btf ? btf_prototype(btf, id) : NULL;
	if (!proto)
		return 0;
	scope->retval = probe_type_btf(btf, proto->type);
	if (!proto->type)
		scope->retval.kind = KIND_OTHER;
	return take_prototype(scope, btf, proto, 0, 0, kprobe ? REGISTERS : 12);
}

/* btf_trace_NAME has the types; __traceiter_NAME, if it exists, has the names. */
static int scope_of_raw_tracepoint(struct weir_probe_session *s, const struct probe_target *t,
				   struct probe_scope *scope)
{
	char name[PROBE_SPEC_NAME + 16];
	const struct btf_type *proto = NULL;
	const struct btf *btf;
	uint32_t id;

	scope->raw_args = 12;
	snprintf(name, sizeof(name), "__traceiter_%s", t->function);
	btf = find(s, name, BTF_KIND_FUNC, &id);
	if (btf)
		proto = btf_prototype(btf, id);
	if (!proto) {
		snprintf(name, sizeof(name), "btf_trace_%s", t->function);
		btf = find(s, name, BTF_KIND_TYPEDEF, &id);
		if (btf) {
			const struct btf_type *type = btf__type_by_id(btf, id);

			type = type ? btf__type_by_id(btf, type->type) : NULL;
			proto = type && btf_is_ptr(type) ? btf_prototype(btf, type->type) : NULL;
		}
	}
	return proto ? take_prototype(scope, btf, proto, 1, 0, 12) : 0;
}

static int scope_of_iterator(struct weir_probe_session *s, const struct probe_target *t,
			     struct probe_scope *scope, struct weir_error *err)
{
	char name[PROBE_SPEC_NAME + 16];
	const struct btf_type *proto;
	const struct btf *btf;
	uint32_t id;

	snprintf(name, sizeof(name), "bpf_iter_%s", t->function);
	btf = find(s, name, BTF_KIND_FUNC, &id);
	proto = btf ? btf_prototype(btf, id) : NULL;
	if (!proto)
		return weir_error_set(err, ENOENT, "this kernel has no iterator '%s'", t->function);
	return take_prototype(scope, btf, proto, 1, 1, 4);
}

static int scope_of_tracepoint(const struct probe_target *t, struct probe_scope *scope,
			       struct weir_error *err)
{
	struct trace_format *format = calloc(1, sizeof(*format));
	_cleanup_close_ int tracefs = -1;
	int ret = format ? tracefs_open(&tracefs, err) : -ENOMEM;

	if (!ret)
		ret = tracefs_format(tracefs, t->group, t->function, format, err);
	if (ret)
		free(format);
	else
		scope->format = format;
	return ret;
}

static int scope_of_usdt(const struct probe_target *t, struct probe_scope *scope)
{
	const struct usdt_location *l = t->location;

	scope->params = calloc(USDT_ARGS, sizeof(*scope->params));
	if (!scope->params)
		return -ENOMEM;
	for (uint32_t i = 0; l && i < l->arg_count && i < 12; i++) {
		struct probe_param *p = &scope->params[scope->param_count++];

		snprintf(p->name, sizeof(p->name), "arg%u", i);
		p->type = probe_type_int(l->args[i].size ? l->args[i].size : 8,
					 l->args[i].is_signed);
		p->index = i;
		if (l->args[i].is_float)
			p->type.kind = KIND_OTHER;
	}
	scope->params_known = true;
	return 0;
}

static int scope_of_perf_event(struct probe_scope *scope)
{
	static const struct {
		const char *name;
		uint32_t index;
	} params[] = { { "ip", 0 }, { "addr", PROBE_ARG_ADDRESS } };

	scope->params = calloc(ARRAY_SIZE(params), sizeof(*scope->params));
	if (!scope->params)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(params); i++) {
		struct probe_param *p = &scope->params[scope->param_count++];

		snprintf(p->name, sizeof(p->name), "%s", params[i].name);
		p->type = probe_type_int(8, false);
		p->type.kind = KIND_HEX;
		p->index = params[i].index;
	}
	scope->params_known = true;
	return 0;
}

static int fill(struct weir_probe_session *s, const struct probe_target *t,
		struct probe_scope *scope, struct weir_error *err)
{
	switch (t->type) {
	case WEIR_PROBE_TRACEPOINT:
		return scope_of_tracepoint(t, scope, err);
	case WEIR_PROBE_RAWTRACEPOINT:
		return scope_of_raw_tracepoint(s, t, scope);
	case WEIR_PROBE_ITER:
		return scope_of_iterator(s, t, scope, err);
	case WEIR_PROBE_USDT:
		return scope_of_usdt(t, scope);
	case WEIR_PROBE_SOFTWARE:
	case WEIR_PROBE_HARDWARE:
		return scope_of_perf_event(scope);
	case WEIR_PROBE_URETPROBE:
		if (!t->saved)
			scope->no_args = "the arguments of a function are gone when it returns; "
					 "use --ret";
		/* fall through */
	case WEIR_PROBE_UPROBE:
		scope->raw_args = REGISTERS;
		scope->retval = probe_type_int(8, true);
		return 0;
	default:
		return scope_of_function(s, t, scope);
	}
}

int probe_scope_make(struct weir_probe_session *s, const struct probe_target *t,
		     struct probe_scope *ret_scope, struct weir_error *err)
{
	bool user = t->type == WEIR_PROBE_UPROBE || t->type == WEIR_PROBE_URETPROBE ||
		    t->type == WEIR_PROBE_USDT;
	bool returns = t->type == WEIR_PROBE_KRETPROBE || t->type == WEIR_PROBE_URETPROBE ||
		       t->type == WEIR_PROBE_FEXIT;
	struct probe_scope scope = {
		.type = t->type,
		.target = t->function,
		.btf = s->has_btf ? s->btf.vmlinux : NULL,
		.kernel = s->kernel,
		.space = user ? PROBE_USER : PROBE_ANY,
		.has_retval = returns,
		.has_latency = returns && t->saved,
	};
	int ret = fill(s, t, &scope, err);

	if (ret == -ENOMEM)
		weir_error_set(err, ret, "out of memory");
	if (ret)
		probe_scope_free(&scope);
	else
		*ret_scope = scope;
	return ret;
}
