// SPDX-License-Identifier: GPL-2.0
/* bundles.c - makes plans for all targets, and groups targets with equal plans; see session.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/probes/session/session.h"

#define MOST_BUNDLES 256

static const char *const options[] = {
	[PART_FILTER] = "--if",
	[PART_PRINT] = "--print",
	[PART_BY] = "by",
	[PART_HIST] = "--hist",
};

void probe_bundle_free(struct probe_bundle *b)
{
	if (!b)
		return;
	probe_bundle_unload(b);
	probe_program_free(&b->program);
	free(b->targets);
	free(b);
}

/* Returns the bytes of the record to read, or 0. */
static uint32_t record_size(const struct trace_format *format, const struct probe_plan *plan)
{
	uint32_t size = 0, wanted = 0;

	for (size_t i = 0; i < ARRAY_SIZE(plan->words); i++)
		wanted |= plan->words[i];
	for (size_t i = 0; wanted && format && i < format->count; i++) {
		const struct trace_field *field = &format->fields[i];

		if (field->offset + field->size > size)
			size = field->offset + field->size;
	}
	return size;
}

int probe_target_compile(struct weir_probe_session *s, struct probe_target *t,
			 struct probe_program *ret_program, struct weir_probe_error *err)
{
	_cleanup_(probe_scope_free) struct probe_scope scope = {};
	struct probe_fault fault = {};
	int part = PART_NONE, ret = probe_scope_make(s, t, &scope, &err->error);

	if (ret)
		return ret;
	if (scope.format)
		t->event = scope.format->id;
	ret = probe_program_make(&scope, &s->question, ret_program, &fault, &part);
	if (ret == -ENOMEM)
		return weir_error_set(&err->error, ret, "out of memory");
	if (!ret) {
		ret_program->plan.record_size = record_size(scope.format, &ret_program->plan);
		return 0;
	}
	weir_error_set(&err->error, ret, "%s", fault.text);
	if (part == PART_NONE)
		return ret;
	err->source = s->question.texts[part];
	err->option = part < PART_STAT ? options[part] : s->request.stat_names[part - PART_STAT];
	err->position = fault.position;
	err->length = fault.length;
	return ret;
}

static bool same_columns(const struct probe_column *a, const struct probe_column *b, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(a[i].name, b[i].name) != 0 ||
		    strcmp(a[i].type.name, b[i].type.name) != 0 ||
		    a[i].type.kind != b[i].type.kind || a[i].offset != b[i].offset ||
		    a[i].size != b[i].size)
			return false;
	}
	return true;
}

static bool same_program(const struct probe_program *a, const struct probe_program *b)
{
	return a->column_count == b->column_count && a->key_count == b->key_count &&
	       memcmp(&a->plan, &b->plan, sizeof(a->plan)) == 0 &&
	       memcmp(a->steps, b->steps, sizeof(a->steps)) == 0 &&
	       memcmp(a->texts, b->texts, sizeof(a->texts)) == 0 &&
	       same_columns(a->columns, b->columns, a->column_count) &&
	       same_columns(a->keys, b->keys, a->key_count);
}

/* Returns true if the kernel identifies targets of this type by a cookie. */
static bool can_share(enum weir_probe_type type)
{
	switch (type) {
	case WEIR_PROBE_FENTRY:
	case WEIR_PROBE_FEXIT:
	case WEIR_PROBE_RAWTRACEPOINT:
	case WEIR_PROBE_ITER:
		return false;
	default:
		return true;
	}
}

static int add_to_bundle(struct probe_bundle *b, uint32_t target)
{
	uint32_t *grown = realloc(b->targets, (b->target_count + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	b->targets = grown;
	grown[b->target_count++] = target;
	return 0;
}

static int new_bundle(struct weir_probe_session *s, const struct probe_target *t,
		      struct probe_program *program, struct weir_error *err)
{
	struct probe_bundle **grown, *b;

	if (s->bundle_count == MOST_BUNDLES)
		return weir_error_set(
			err, E2BIG,
			"more than %d programs at once: name fewer functions, use only arg0, arg1, "
			"..., or use kprobes",
			MOST_BUNDLES);
	grown = realloc(s->bundles, (s->bundle_count + 1) * sizeof(*grown));
	b = calloc(1, sizeof(*b));
	if (grown)
		s->bundles = grown;
	if (!grown || !b) {
		free(b);
		return weir_error_set(err, ENOMEM, "out of memory");
	}
	b->type = t->type;
	b->saved = t->saved;
	b->program = *program;
	*program = (struct probe_program){};
	s->bundles[s->bundle_count++] = b;
	return 0;
}

static int place(struct weir_probe_session *s, uint32_t target, struct probe_program *program,
		 struct weir_error *err)
{
	struct probe_target *t = s->targets[target];
	size_t i = can_share(t->type) ? 0 : s->bundle_count;
	int ret = 0;

	for (; i < s->bundle_count; i++) {
		struct probe_bundle *b = s->bundles[i];

		if (b->type == t->type && b->saved == t->saved &&
		    same_program(&b->program, program))
			break;
	}
	if (i == s->bundle_count)
		ret = new_bundle(s, t, program, err);
	if (ret)
		return ret;
	t->bundle = (uint32_t)i;
	return add_to_bundle(s->bundles[i], target) ? weir_error_set(err, ENOMEM, "out of memory")
						    : 0;
}

/* All bundles share one table, so all keys get the length of the longest. */
static void level_keys(struct weir_probe_session *s)
{
	uint32_t size = 0;

	for (size_t i = 0; i < s->bundle_count; i++) {
		if (s->bundles[i]->program.plan.key_size > size)
			size = s->bundles[i]->program.plan.key_size;
	}
	for (size_t i = 0; i < s->bundle_count; i++)
		s->bundles[i]->program.plan.key_size = size;
}

int probe_bundles_make(struct weir_probe_session *s, struct weir_probe_error *err)
{
	_cleanup_free_ struct probe_program *program = calloc(1, sizeof(*program));
	struct weir_probe_error first = {};
	int failed = 0, ret = program ? 0 : weir_error_set(&err->error, ENOMEM, "out of memory");

	for (uint32_t i = 0; !ret && i < s->target_count; i++) {
		struct weir_probe_error why = {};

		ret = probe_target_compile(s, s->targets[i], program, &why);
		if (!ret) {
			ret = place(s, i, program, &err->error);
			probe_program_free(program);
			continue;
		}
		if (!failed) {
			failed = ret;
			first = why;
		}
		ret = 0;
		if (s->target_count > 1)
			probe_warn(s, "'%s' is skipped: %s", s->targets[i]->name, why.error.text);
	}
	if (!ret && !s->bundle_count && failed) {
		*err = first;
		return failed;
	}
	level_keys(s);
	return ret;
}
