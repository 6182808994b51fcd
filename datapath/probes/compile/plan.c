// SPDX-License-Identifier: GPL-2.0
/* plan.c - compiles a whole plan: filter, columns, key, sums; see plan.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/compile/compile.h"

#define EXPANDED 256 /* bytes read of a structure that an argument points to */
#define TEXT 64      /* bytes read of a string that an argument points to */

struct layout {
	struct probe_column *columns;
	size_t count, room;
	uint32_t offset; /* of the next column in the area */
	uint32_t start;  /* of the part that holds the columns */
	uint32_t end;
};

void probe_program_free(struct probe_program *program)
{
	free(program->columns);
	free(program->keys);
	program->columns = program->keys = NULL;
	program->column_count = program->key_count = 0;
}

static int add_column(struct compiler *c, struct layout *l, struct expr_span span, uint32_t size,
		      const struct probe_type *type, struct probe_column **ret_column)
{
	struct probe_column *column = NULL;

	if (l->count == PROBE_ITEMS || l->offset + ((size + 7) & ~7U) > l->end)
		return COMPILE_FAULT(c, span, "this is too much for one %s: %zu values, %u bytes",
				     l->start ? "event" : "key", l->count, l->offset - l->start);
	if (l->count == l->room) {
		size_t room = l->room ? 2 * l->room : 8;
		struct probe_column *grown = realloc(l->columns, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		l->columns = grown;
		l->room = room;
	}
	column = &l->columns[l->count];
	*column = (struct probe_column){
		.type = *type,
		.offset = l->offset - l->start,
		.size = size,
		.item = (uint32_t)l->count++,
	};
	snprintf(column->name, sizeof(column->name), "%.*s", (int)span.length, span.start);
	l->offset += (size + 7) & ~7U;
	*ret_column = column;
	return 0;
}

/* Bytes needed to store the value; 0: it cannot be stored. */
static uint32_t size_of(const struct operand *o, bool key)
{
	uint32_t most = key ? PROBE_KEY_STRING : PROBE_BLOB;

	if (o->place == IS_COMM)
		return 16;
	if (o->place == IS_STRING)
		return o->type.size < most ? o->type.size : key ? most : PROBE_STRING;
	switch (o->type.kind) {
	case KIND_STRUCT:
	case KIND_ARRAY:
	case KIND_IP:
	case KIND_MAC:
		if (o->place == IN_VALUE)
			return 8;
		if (operand_is_text(o) && !key && o->type.size > PROBE_STRING)
			return PROBE_STRING;
		return o->type.size < most ? o->type.size : most;
	case KIND_OTHER:
		return 0;
	default:
		return 8;
	}
}

static int keep(struct compiler *c, struct layout *l, struct operand *o, bool key, bool expand)
{
	bool text = operand_is_text(o), blob;
	uint32_t offset = l->offset, size = size_of(o, key), room;
	struct probe_column *column = NULL;
	int ret = 0;

	if (o->place == IS_LITERAL)
		return COMPILE_FAULT(c, o->span, "a quoted text can only be compared with");
	blob = text || (o->place != IN_VALUE &&
			(o->type.kind == KIND_STRUCT || o->type.kind == KIND_ARRAY ||
			 o->type.kind == KIND_IP || o->type.kind == KIND_MAC));
	if (!blob) {
		ret = operand_load(c, o);
		size = 8;
	}
	if (!ret && !size)
		ret = COMPILE_FAULT(c, o->span, "%s has type '%s', which cannot be stored",
				    PROBE_SHOW(o->span), o->type.name);
	if (text)
		o->type.kind = KIND_TEXT;
	/* the kernel code clears a whole slot for it */
	room = key && blob && o->place != IS_COMM && o->place != IN_RECORD ? PROBE_KEY_STRING
									   : size;
	if (!ret)
		ret = add_column(c, l, o->span, room, &o->type, &column);
	if (ret)
		return ret;
	column->size = size;
	column->expand = expand;
	if (text)
		o->type.kind = o->place == AT_MEMORY || o->place == IN_RECORD ? KIND_ARRAY
									      : KIND_TEXT;
	return operand_read(c, o, offset, size, column->item);
}

static int compile_list(struct compiler *c, struct layout *l, const struct expr_list *list,
			const char *text, bool key)
{
	int ret = 0;

	c->text = text;
	for (size_t i = 0; !ret && i < list->count; i++) {
		uint8_t mark = c->next_value;
		struct operand o;

		ret = compile_node(c, list->items[i], &o);
		if (!ret)
			ret = keep(c, l, &o, key, false);
		c->next_value = mark;
	}
	return ret;
}

/* --- all arguments --- */

/* Also stores what the argument points to, one level deep. */
static int keep_expanded(struct compiler *c, struct layout *l, struct operand *o)
{
	struct probe_type target = probe_type_element(&o->type);
	int ret = keep(c, l, o, false, false);

	if (ret || o->type.kind != KIND_POINTER)
		return ret;
	if (o->type.of_char) {
		o->place = IS_STRING;
		o->type = (struct probe_type){ .kind = KIND_TEXT, .size = TEXT, .name = "string" };
	} else if (target.kind == KIND_STRUCT && target.size &&
		   (c->scope->kernel || o->space == PROBE_USER)) {
		o->place = AT_MEMORY;
		o->type = target;
		if (o->type.size > EXPANDED)
			o->type.size = EXPANDED;
	} else {
		return 0;
	}
	o->offset = 0;
	if (l->count == PROBE_ITEMS || l->offset + EXPANDED > l->end)
		return 0; /* leave room for other arguments */
	return keep(c, l, o, false, true);
}

static int compile_everything(struct compiler *c, struct layout *l)
{
	const struct probe_scope *s = c->scope;
	struct probe_fault *fault = c->fault;
	int ret = 0;

	c->fault = NULL; /* skip arguments that cannot be read */
	for (size_t i = 0; i < (s->format ? s->format->count : s->param_count); i++) {
		const char *name = s->format ? s->format->fields[i].name : s->params[i].name;
		struct expr_span span = { *name ? name : "?", *name ? strlen(name) : 1 };
		struct operand o = { .span = span, .space = s->space };
		uint8_t mark = c->next_value;

		if (s->format ? s->format->fields[i].is_common : s->no_args != NULL)
			continue;
		ret = s->format ? compile_field(c, &s->format->fields[i], span, &o)
				: compile_param(c, &s->params[i], span, &o);
		if (!ret)
			ret = keep_expanded(c, l, &o);
		if (ret == -ENOMEM)
			return ret;
		c->next_value = mark;
	}
	c->fault = fault;
	return 0;
}

static int compile_return_value(struct compiler *c, struct layout *l)
{
	struct expr_span span = { "retval", 6 };
	struct operand o = { .span = span, .space = c->scope->space };
	int ret;

	if (!c->scope->has_retval || c->scope->retval.kind == KIND_OTHER)
		return 0;
	ret = compile_name(c, span, false, &o);
	if (!ret)
		ret = keep(c, l, &o, false, false);
	span = (struct expr_span){ "latency", 7 };
	o.span = span;
	if (!ret && c->scope->has_latency)
		ret = compile_name(c, span, false, &o);
	if (!ret && c->scope->has_latency)
		ret = keep(c, l, &o, false, false);
	return ret;
}

static int compile_events(struct compiler *c, const struct probe_question *q)
{
	struct probe_program *p = c->program;
	struct layout l = {
		.start = PROBE_KEY,
		.offset = PROBE_KEY + sizeof(struct probe_event),
		.end = c->temporary,
	};
	int ret;

	if (q->print.count) {
		ret = compile_list(c, &l, &q->print, q->texts[PART_PRINT], false);
	} else {
		ret = compile_everything(c, &l);
		if (!ret)
			ret = compile_return_value(c, &l);
	}
	p->columns = l.columns;
	p->column_count = l.count;
	p->plan.event_size = l.offset - l.start;
	return ret;
}

/* --- the table --- */

static int compile_keys(struct compiler *c, const struct probe_question *q)
{
	struct probe_program *p = c->program;
	struct layout l = { .offset = sizeof(struct probe_key), .end = PROBE_KEY };
	int ret = compile_list(c, &l, &q->by, q->texts[PART_BY], true);

	p->keys = l.columns;
	p->key_count = l.count;
	p->plan.key_size = l.offset;
	return ret;
}

static int compile_number(struct compiler *c, const struct expr_list *list, const char *text,
			  uint32_t *ret_value)
{
	struct operand o;
	int ret;

	c->text = text;
	ret = compile_node(c, list->items[0], &o);
	if (!ret)
		ret = operand_load(c, &o);
	if (!ret)
		*ret_value = o.value;
	return ret;
}

static int compile_values(struct compiler *c, const struct probe_question *q, int *ret_part)
{
	struct probe_plan *plan = &c->program->plan;
	int ret = 0;

	for (int i = 0; !ret && i < PROBE_STATS && q->stats[i].count; i++) {
		*ret_part = PART_STAT + i;
		ret = compile_number(c, &q->stats[i], q->texts[PART_STAT + i], &plan->values[i]);
		plan->stats = (uint32_t)i + 1;
	}
	if (!ret && q->hist.count) {
		*ret_part = PART_HIST;
		ret = compile_number(c, &q->hist, q->texts[PART_HIST], &plan->hist);
		plan->hist++;
	}
	return ret;
}

/* ret_part changes only with the part that is compiled, so that it is the faulty one. */
static int compile_all(struct compiler *c, const struct probe_question *q, int *ret_part)
{
	int ret = 0;

	if (q->filter.count) {
		*ret_part = PART_FILTER;
		ret = compile_filter(c, q);
		c->next_value = 0;
	}
	if (!ret && q->table) {
		*ret_part = PART_BY;
		ret = compile_keys(c, q);
	}
	if (!ret && q->table)
		ret = compile_values(c, q, ret_part);
	if (!ret && q->events) {
		*ret_part = q->print.count ? PART_PRINT : PART_NONE;
		ret = compile_events(c, q);
	}
	return ret;
}

int probe_program_make(const struct probe_scope *scope, const struct probe_question *question,
		       struct probe_program *ret_program, struct probe_fault *fault, int *ret_part)
{
	_cleanup_free_ struct probe_program *program = calloc(1, sizeof(*program));
	struct compiler c = {
		.scope = scope,
		.program = program,
		.text = "",
		.fault = fault,
		.temporary = PROBE_DATA,
		.item_temporary = PROBE_ITEMS,
	};
	int part = PART_NONE, ret;

	if (!program)
		return -ENOMEM;
	program->plan.kernel = scope->kernel;
	ret = compile_all(&c, question, &part);
	if (ret) {
		probe_program_free(program);
		*ret_part = part;
		return ret;
	}
	*ret_program = *program;
	return 0;
}
