// SPDX-License-Identifier: GPL-2.0
/* resolve.c - resolves names at a target; see compile.h. */
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/compile/compile.h"

/* --- builtins --- */

static const struct builtin {
	const char *name;
	enum probe_builtin which;
	uint32_t size;
} builtins[] = {
	{ "pid", PROBE_PID, 4 },     { "tid", PROBE_TID, 4 }, { "uid", PROBE_UID, 4 },
	{ "gid", PROBE_GID, 4 },     { "cpu", PROBE_CPU, 4 }, { "cgroup", PROBE_CGROUP, 8 },
	{ "nsecs", PROBE_NSECS, 8 },
};

static int from_args(struct compiler *c, struct expr_span span, uint32_t index,
		     const struct probe_type *type, struct operand *o)
{
	struct probe_step arg = { .op = PROBE_ARG, .offset = index };
	struct probe_step part = { .op = PROBE_EXTEND, .b = type->is_signed };
	int ret = emit_to_new(c, span, arg, &o->value);

	if (index < 12)
		c->program->plan.args |= 1U << index;
	o->place = IN_VALUE;
	o->type = *type;
	/* the upper bits of a register are undefined for narrow types */
	if (ret || !type->size || type->size >= 8)
		return ret;
	part.a = o->value;
	part.offset = 64 - type->size * 8;
	part.size = (uint16_t)part.offset;
	return emit_to_new(c, span, part, &o->value);
}

static bool compile_builtin(struct compiler *c, struct expr_span name, struct operand *o,
			    int *ret_result)
{
	struct probe_step step = { .op = PROBE_BUILTIN };
	struct probe_type probe = { .kind = KIND_PROBE, .size = 8, .name = "probe" };

	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++) {
		if (!span_is(name, builtins[i].name))
			continue;
		step.offset = builtins[i].which;
		o->place = IN_VALUE;
		o->type = probe_type_int(builtins[i].size, false);
		*ret_result = emit_to_new(c, name, step, &o->value);
		return true;
	}
	if (span_is(name, "probe")) {
		*ret_result = from_args(c, name, PROBE_ARG_TARGET, &probe, o);
		return true;
	}
	if (!span_is(name, "comm"))
		return false;
	o->place = IS_COMM;
	o->type = (struct probe_type){ .kind = KIND_TEXT, .size = 16, .name = "string" };
	*ret_result = 0;
	return true;
}

/* --- return values --- */

static bool compile_return(struct compiler *c, struct expr_span name, struct operand *o,
			   int *ret_result)
{
	const struct probe_scope *s = c->scope;
	struct probe_type ns = probe_type_int(8, false);

	if (span_is(name, "retval")) {
		if (!s->has_retval)
			*ret_result = COMPILE_FAULT(c, name,
						    "'retval' exists at returns only: kretprobe, "
						    "fexit, uretprobe, or --ret");
		else if (s->retval.kind == KIND_OTHER)
			*ret_result = COMPILE_FAULT(c, name, "'%s' returns nothing", s->target);
		else
			*ret_result = from_args(c, name, PROBE_ARG_RETVAL, &s->retval, o);
		return true;
	}
	if (!span_is(name, "latency"))
		return false;
	*ret_result = s->has_latency ? from_args(c, name, PROBE_ARG_LATENCY, &ns, o)
				     : COMPILE_FAULT(c, name, "'latency' needs --latency");
	return true;
}

/* --- arguments --- */

int compile_param(struct compiler *c, const struct probe_param *param, struct expr_span span,
		  struct operand *o)
{
	if (param->index >= PROBE_ARGS)
		return COMPILE_FAULT(c, span,
				     "%s of '%s' is not in a register, and a %s reads only "
				     "registers",
				     PROBE_SHOW(span), c->scope->target,
				     weir_probe_type_name(c->scope->type));
	if (param->type.kind == KIND_OTHER || param->type.kind == KIND_STRUCT)
		return COMPILE_FAULT(c, span, "%s has type '%s', which cannot be read",
				     PROBE_SHOW(span), param->type.name);
	return from_args(c, span, param->index, &param->type, o);
}

/* Parses "arg0" to "arg11"; -1: another word. */
static int argument_number(struct expr_span name)
{
	if (name.length < 4 || name.length > 5 || strncmp(name.start, "arg", 3) != 0)
		return -1;
	for (size_t i = 3; i < name.length; i++) {
		if (name.start[i] < '0' || name.start[i] > '9')
			return -1;
	}
	return name.length == 4 ? name.start[3] - '0'
				: (name.start[3] - '0') * 10 + name.start[4] - '0';
}

static int compile_argument(struct compiler *c, struct expr_span name, uint32_t n,
			    struct operand *o)
{
	const struct probe_scope *s = c->scope;
	struct probe_type plain = probe_type_int(8, false);

	if (s->no_args)
		return COMPILE_FAULT(c, name, "%s: %s", PROBE_SHOW(name), s->no_args);
	if (s->format)
		return COMPILE_FAULT(c, name, "a tracepoint's fields have names: args.NAME");
	if (s->params_known && n < s->param_count)
		return compile_param(c, &s->params[n], name, o);
	if (s->params_known)
		return COMPILE_FAULT(c, name, "'%s' has %zu argument%s", s->target, s->param_count,
				     s->param_count == 1 ? "" : "s");
	if (n >= s->raw_args)
		return COMPILE_FAULT(c, name, "a %s has arg0 to arg%u",
				     weir_probe_type_name(s->type), s->raw_args - 1);
	return from_args(c, name, n, &plain, o);
}

/* --- fields of a tracepoint --- */

/* Loads length and position of a variable-length field from its four bytes in the record. */
static int compile_far(struct compiler *c, const struct trace_field *field, struct expr_span span,
		       struct operand *o)
{
	struct operand where = { .place = IN_RECORD,
				 .span = span,
				 .offset = field->offset,
				 .type = probe_type_int(4, false) };
	struct probe_step low = {
		.op = PROBE_BINARY,
		.offset = PROBE_BITAND,
		.fixed = PROBE_FIXED_B,
		.imm = 0xffff,
	};
	struct probe_step step = { .op = PROBE_BINARY, .offset = PROBE_ADD };
	int ret;

	if (!c->scope->kernel)
		return COMPILE_FAULT(c, span,
				     "%s has no fixed offset, so it is read from the kernel's "
				     "memory, which lockdown (confidentiality) forbids",
				     PROBE_SHOW(span));
	ret = operand_load(c, &where);
	low.a = where.value;
	if (!ret)
		ret = emit_to_new(c, span, low, &step.a);
	if (!ret)
		ret = emit_to_new(c, span,
				  (struct probe_step){ .op = PROBE_ARG,
						       .offset = PROBE_ARG_CONTEXT },
				  &step.b);
	if (!ret)
		ret = emit_to_new(c, span, step, &o->value);
	o->offset = field->location == TRACE_REL_LOC ? field->offset + 4 : 0;
	o->space = PROBE_KERNEL;
	o->place = o->type.of_char ? IS_STRING : AT_MEMORY;
	o->type.size = o->type.of_char ? PROBE_STRING : 0;
	return ret;
}

int compile_field(struct compiler *c, const struct trace_field *field, struct expr_span span,
		  struct operand *o)
{
	o->type = probe_type_field(field, c->scope->btf);
	if (field->location != TRACE_IN_PLACE)
		return compile_far(c, field, span, o);
	if (field->offset < 8)
		return COMPILE_FAULT(
			c, span,
			"%s is in the first 8 bytes, which programs cannot read; use pid, tid, cpu",
			PROBE_SHOW(span));
	if (o->type.kind == KIND_OTHER)
		return COMPILE_FAULT(c, span, "%s has type '%s', which cannot be read",
				     PROBE_SHOW(span), o->type.name);
	o->place = IN_RECORD;
	o->offset = field->offset;
	return 0;
}

/* --- all names --- */

static int compile_unknown(struct compiler *c, struct expr_span name, bool of_args,
			   struct operand *o)
{
	const struct probe_scope *s = c->scope;
	int64_t value;

	if (!of_args && probe_enum_value(s->btf, name.start, name.length, &o->type, &value) == 0) {
		o->place = IN_CONST;
		o->number = (uint64_t)value;
		return 0;
	}
	if (s->no_args)
		return COMPILE_FAULT(c, name, "there is no %s: %s", PROBE_SHOW(name), s->no_args);
	if (!s->params_known && !s->format)
		return COMPILE_FAULT(c, name,
				     "there is no %s: the arguments of '%s' have no known names; "
				     "use arg0, arg1, ...",
				     PROBE_SHOW(name), s->target);
	return COMPILE_FAULT(c, name, "'%s' has no %s %s", s->target,
			     s->format ? "field" : "argument", PROBE_SHOW(name));
}

int compile_name(struct compiler *c, struct expr_span name, bool of_args, struct operand *o)
{
	const struct probe_scope *s = c->scope;
	int ret, n;

	if (!of_args && (compile_builtin(c, name, o, &ret) || compile_return(c, name, o, &ret)))
		return ret;
	if (!of_args && span_is(name, "args"))
		return COMPILE_FAULT(c, name, "'args' needs a field: args.NAME");
	for (size_t i = 0; s->format && i < s->format->count; i++) {
		if (span_is(name, s->format->fields[i].name))
			return compile_field(c, &s->format->fields[i], name, o);
	}
	for (size_t i = 0; !s->no_args && i < s->param_count; i++) {
		if (span_is(name, s->params[i].name))
			return compile_param(c, &s->params[i], name, o);
	}
	n = argument_number(name);
	if (n >= 0)
		return compile_argument(c, name, (uint32_t)n, o);
	return compile_unknown(c, name, of_args, o);
}
