// SPDX-License-Identifier: GPL-2.0
/*
 * probe_expr.c - fuzzes expressions of `ctl probe run`, compiled for the function of the unit
 * tests. The lines of an input are the values of --print, --if, --by, --hist and a --stat.
 */
#include "datapath/tests/probe_fixture.h"
#include "fuzz/fuzz.h"

static const int parts[] = { PART_PRINT, PART_FILTER, PART_BY, PART_HIST, PART_STAT };

static struct expr_list *list_of(struct probe_question *q, int part)
{
	switch (part) {
	case PART_PRINT:
		return &q->print;
	case PART_FILTER:
		return &q->filter;
	case PART_BY:
		return &q->by;
	case PART_HIST:
		return &q->hist;
	default:
		return &q->stats[0];
	}
}

static int parse(struct probe_question *q, char *text, struct probe_fault *fault)
{
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts) && text && !ret; i++) {
		const char *line = strsep(&text, "\n");

		if (!*line)
			continue;
		q->texts[parts[i]] = line;
		ret = expr_parse(line, parts[i] == PART_PRINT || parts[i] == PART_BY,
				 list_of(q, parts[i]), fault);
		if (ret)
			HOLDS(fault->text[0] && fault->position <= strlen(line));
	}
	q->events = q->print.count != 0;
	q->table = q->by.count || q->hist.count || q->stats[0].count || !q->events;
	return ret;
}

static struct fixture f;

static void close_fixture(void)
{
	fixture_close(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = text_of(data, size);
	struct probe_question q = {};
	struct probe_fault fault = {};
	struct probe_program program;
	int part;

	if (!f.btf) {
		fixture_open(&f);
		atexit(close_fixture);
	}
	if (parse(&q, text, &fault) == 0) {
		if (probe_program_make(&f.scope, &q, &program, &fault, &part) == 0) {
			HOLDS(probe_program_early(&program) <= PROBE_STEPS);
			probe_program_free(&program);
		} else {
			HOLDS(fault.text[0]);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		expr_list_free(list_of(&q, parts[i]));
	return 0;
}
