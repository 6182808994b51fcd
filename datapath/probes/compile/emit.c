// SPDX-License-Identifier: GPL-2.0
/* emit.c - emits steps that load and copy; see emit.h. */
#include <errno.h>
#include "datapath/probes/compile/emit.h"

int emit(struct compiler *c, struct expr_span span, const struct probe_step *step)
{
	struct probe_program *p = c->program;

	if (p->plan.steps == PROBE_STEPS)
		return COMPILE_FAULT(c, span, "the expressions take more than %d steps",
				     PROBE_STEPS);
	p->steps[p->plan.steps++] = *step;
	return 0;
}

/* Returns true if the result of the step may be bad. */
static bool in_doubt(const struct compiler *c, const struct probe_step *step)
{
	bool a = c->doubtful >> step->a & 1, b = c->doubtful >> step->b & 1;

	switch (step->op) {
	case PROBE_LOAD:
		return true;
	case PROBE_ARG: /* USDT arguments may be in memory */
		return c->scope->type == WEIR_PROBE_USDT;
	case PROBE_EXTEND:
	case PROBE_UNARY:
		return a;
	case PROBE_BINARY:
		return (a && step->fixed != PROBE_FIXED_A) || (b && step->fixed != PROBE_FIXED_B) ||
		       (step->offset >= PROBE_DIV && step->offset <= PROBE_SMOD);
	default:
		return step->doubt;
	}
}

int emit_to_new(struct compiler *c, struct expr_span span, struct probe_step step,
		uint8_t *ret_value)
{
	if (c->next_value == PROBE_VALUES)
		return COMPILE_FAULT(c, span, "the expressions take more than %d values at a time",
				     PROBE_VALUES);
	step.dst = c->next_value++;
	if (in_doubt(c, &step))
		c->doubtful |= 1ULL << step.dst;
	step.doubt = c->doubtful >> step.dst & 1;
	*ret_value = step.dst;
	return emit(c, span, &step);
}

/* Extracts a part of a word, with its sign. */
static int extend(struct compiler *c, struct operand *o, uint32_t bit, uint32_t width)
{
	struct probe_step step = {
		.op = PROBE_EXTEND,
		.a = o->value,
		.b = o->type.is_signed,
		.offset = 64 - bit - width,
		.size = (uint16_t)(64 - width),
	};

	return emit_to_new(c, o->span, step, &o->value);
}

static int load_memory(struct compiler *c, struct operand *o)
{
	uint32_t size = o->width ? (o->bit + o->width + 7) / 8 : o->type.size;
	struct probe_step step = {
		.op = PROBE_LOAD,
		.a = o->value,
		.b = o->space,
		.size = (uint16_t)size,
		.imm = o->offset,
	};
	int ret = emit_to_new(c, o->span, step, &o->value);

	if (!ret && o->width)
		ret = extend(c, o, o->bit, o->width);
	else if (!ret && o->type.is_signed && size < 8)
		ret = extend(c, o, 0, size * 8);
	return ret;
}

/* Marks the words of the record to read. */
static int want_record(struct compiler *c, const struct operand *o, uint32_t offset, uint32_t size)
{
	if (offset + size > PROBE_RECORD)
		return COMPILE_FAULT(c, o->span, "%s is beyond byte %d of the record",
				     PROBE_SHOW(o->span), PROBE_RECORD);
	for (uint32_t word = offset / 4; word * 4 < offset + size; word++)
		c->program->plan.words[word / 32] |= 1U << word % 32;
	return 0;
}

static int load_record(struct compiler *c, struct operand *o)
{
	struct probe_step step = {
		.op = PROBE_FIELD,
		.offset = (uint32_t)o->offset,
		.size = (uint16_t)o->type.size,
	};
	int ret = want_record(c, o, step.offset, step.size);

	if (!ret)
		ret = emit_to_new(c, o->span, step, &o->value);
	if (!ret && o->type.is_signed && step.size < 8)
		ret = extend(c, o, 0, step.size * 8U);
	return ret;
}

static bool is_number(const struct probe_type *type)
{
	switch (type->kind) {
	case KIND_STRUCT:
	case KIND_ARRAY:
	case KIND_TEXT:
	case KIND_OTHER:
		return false;
	default:
		return type->size && type->size <= 8;
	}
}

int operand_load(struct compiler *c, struct operand *o)
{
	int ret = 0;

	if (operand_is_text(o))
		return COMPILE_FAULT(c, o->span, "%s is a text, and a number is needed here",
				     PROBE_SHOW(o->span));
	if (!is_number(&o->type))
		return COMPILE_FAULT(c, o->span, "%s has type '%s', and a number is needed here",
				     PROBE_SHOW(o->span), o->type.name);
	switch (o->place) {
	case IN_CONST:
		ret = emit_to_new(c, o->span,
				  (struct probe_step){ .op = PROBE_IMM, .imm = (__s64)o->number },
				  &o->value);
		break;
	case AT_MEMORY:
		ret = load_memory(c, o);
		break;
	case IN_RECORD:
		ret = load_record(c, o);
		break;
	default:
		break;
	}
	o->place = IN_VALUE;
	o->width = 0;
	return ret;
}

int operand_address(struct compiler *c, struct operand *o)
{
	struct probe_step add = {
		.op = PROBE_BINARY,
		.offset = PROBE_ADD,
		.a = o->value,
		.fixed = PROBE_FIXED_B,
		.imm = o->offset,
	};
	int ret;

	if (o->place != AT_MEMORY && o->place != IS_STRING)
		return COMPILE_FAULT(c, o->span, "%s is not in memory", PROBE_SHOW(o->span));
	if (!o->offset)
		return 0;
	ret = emit_to_new(c, o->span, add, &o->value);
	o->offset = 0;
	return ret;
}

bool operand_is_text(const struct operand *o)
{
	return o->place == IS_COMM || o->place == IS_STRING || o->place == IS_LITERAL ||
	       (o->type.kind == KIND_ARRAY && o->type.of_char);
}

/* Copies eight bytes at a time; the area has room for the excess. */
static int copy_record(struct compiler *c, const struct operand *o, uint32_t offset, uint32_t size,
		       uint32_t item)
{
	int ret = want_record(c, o, (uint32_t)o->offset, size);
	uint8_t mark = c->next_value;

	for (uint32_t done = 0; !ret && done < size; done += 8) {
		struct probe_step field = {
			.op = PROBE_FIELD,
			.offset = (uint32_t)o->offset + done,
			.size = (uint16_t)(size - done < 8 ? size - done : 8),
		};
		struct probe_step store = {
			.op = PROBE_STORE,
			.offset = offset + done,
			.size = 8,
			.item = (uint16_t)item,
		};

		ret = emit_to_new(c, o->span, field, &store.a);
		if (!ret)
			ret = emit(c, o->span, &store);
		c->next_value = mark;
	}
	return ret;
}

int operand_read(struct compiler *c, const struct operand *o, uint32_t offset, uint32_t size,
		 uint32_t item)
{
	struct probe_step step = {
		.a = o->value,
		.b = o->space,
		.size = (uint16_t)size,
		.item = (uint16_t)item,
		.offset = offset,
		.imm = o->offset,
	};

	switch (o->place) {
	case IN_RECORD:
		return copy_record(c, o, offset, size, item);
	case IS_COMM:
		step.op = PROBE_COMM;
		break;
	case IS_STRING:
		step.op = PROBE_READ_STRING;
		break;
	case AT_MEMORY:
		step.op = operand_is_text(o) ? PROBE_READ_STRING : PROBE_READ;
		break;
	default:
		step.op = PROBE_STORE;
		step.size = 8;
		break;
	}
	return emit(c, o->span, &step);
}

/* Makes a place of what a pointer points to. */
int compile_follow(struct compiler *c, struct operand *o, struct expr_span at)
{
	struct probe_type target = probe_type_element(&o->type);
	int ret;

	if (o->type.kind != KIND_POINTER)
		return COMPILE_FAULT(c, at, "%s has type '%s', which is not a pointer",
				     PROBE_SHOW(o->span), o->type.name);
	if (target.kind == KIND_OTHER)
		return COMPILE_FAULT(c, at, "it is unknown what %s points to: it is a '%s'",
				     PROBE_SHOW(o->span), o->type.name);
	if (!c->scope->kernel && o->space != PROBE_USER && target.kind == KIND_STRUCT)
		return COMPILE_FAULT(c, at,
				     "what %s points to is the kernel's memory, and lockdown "
				     "(confidentiality) forbids reading it",
				     PROBE_SHOW(o->span));
	ret = operand_load(c, o);
	o->place = AT_MEMORY;
	o->offset = 0;
	o->type = target;
	return ret;
}
