// SPDX-License-Identifier: GPL-2.0
/* json.c - see table.h. The shapes are an interface, described in docs/json.md. */
#include <stdio.h>
#include <string.h>
#include "ctl/probes/table.h"
#include "ctl/write/json_stream.h"
#include "ctl/write/units.h"

static void put_value(struct json_stream *js, const char *key, const struct weir_probe_value *v)
{
	bool named = v->count && v->members[0].name;

	switch (v->kind) {
	case WEIR_PROBE_UNREADABLE:
		js_null(js, key);
		break;
	case WEIR_PROBE_SIGNED:
		js_signed(js, key, (int64_t)v->number);
		break;
	case WEIR_PROBE_BOOL:
		js_bool(js, key, v->number);
		break;
	case WEIR_PROBE_TEXT:
	case WEIR_PROBE_NAMED:
		js_text(js, key, v->text ? v->text : "");
		break;
	case WEIR_PROBE_GROUP:
		js_open(js, key, named ? '{' : '[');
		for (size_t i = 0; i < v->count; i++)
			put_value(js, named ? v->members[i].name : NULL, &v->members[i]);
		js_close(js, named ? '}' : ']');
		break;
	default:
		js_number(js, key, v->number);
		break;
	}
}

/*
 * A key is the expression as given. If the value is what an argument points to, the key has a star.
 */
static void put_values(struct json_stream *js, const char *key,
		       const struct weir_probe_value *values, size_t count)
{
	char name[256];

	js_open(js, key, '{');
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s%s", values[i].target ? "*" : "", values[i].name);
		js_key(js, name);
		put_value(js, NULL, &values[i]);
	}
	js_close(js, '}');
}

static void put_frames(struct json_stream *js, const char *const *frames, size_t count)
{
	js_open(js, "stack", '[');
	for (size_t i = 0; i < count; i++)
		js_text(js, NULL, frames[i]);
	js_close(js, ']');
}

void json_probe_event(const struct weir_probe_event *event, FILE *out)
{
	struct json_stream js = { .out = out };
	char time[64], comm[17];

	snprintf(comm, sizeof(comm), "%.16s", event->comm);
	js_open(&js, NULL, '{');
	js_word(&js, "time", format_time(event->time, time, sizeof(time)));
	js_text(&js, "probe", event->probe);
	js_number(&js, "pid", event->pid);
	js_number(&js, "tid", event->tid);
	js_number(&js, "cpu", event->cpu);
	js_text(&js, "comm", comm);
	put_values(&js, "values", event->values, event->count);
	if (event->frames)
		put_frames(&js, event->frames, event->frame_count);
	js_close(&js, '}');
	js_end(&js); /* errors are detected at the end */
}

static void put_stat(struct json_stream *js, const char *key, const struct weir_probe_stat *stat,
		     enum probe_stat_kind kind)
{
	if (!stat->count)
		js_null(js, key);
	else if (kind == PROBE_AVG_OF)
		js_real(js, key, (double)stat->sum / (double)stat->count);
	else
		js_signed(js, key,
			  kind == PROBE_SUM_OF   ? stat->sum
			  : kind == PROBE_MIN_OF ? stat->min
						 : stat->max);
}

static void put_histogram(struct json_stream *js, const struct weir_probe_row *row)
{
	js_open(js, "histogram", '[');
	for (unsigned int i = 0; i < WEIR_PROBE_BUCKETS; i++) {
		int64_t from;
		uint64_t to;

		if (!row->buckets[i])
			continue;
		probe_bucket(i, &from, &to);
		js_open(js, NULL, '{');
		js_number_if(js, "from", (uint64_t)from, i > 0);
		js_number(js, "below", to);
		js_number(js, "count", row->buckets[i]);
		js_close(js, '}');
	}
	js_close(js, ']');
}

static void put_row(struct json_stream *js, const struct probe_run_view *view,
		    const struct weir_probe_row *row)
{
	static const char *const names[] = { "sum", "min", "max", "avg" };

	js_open(js, NULL, '{');
	put_values(js, "by", row->keys, row->key_count);
	js_number(js, "hits", row->count);
	for (size_t i = 0; i < WEIR_PROBE_STATS && view->stats[i]; i++)
		put_stat(js, names[view->kinds[i]], &row->stats[i], view->kinds[i]);
	if (view->hist)
		put_histogram(js, row);
	if (view->stack)
		put_frames(js, (const char *const *)row->frames, row->frame_count);
	js_close(js, '}');
}

int json_probe_sums(const struct probe_run_view *view, FILE *out)
{
	struct json_stream js = { .out = out, .pretty = view->pretty };
	const struct weir_probe_counts *c = view->counts;

	js_open(&js, NULL, '{');
	js_number(&js, "probes", view->probes);
	js_number(&js, "hits", c->hits);
	js_number(&js, "missed", c->missed);
	js_number(&js, "lost", c->lost);
	js_number(&js, "unsummed", c->unsummed);
	js_number(&js, "unpaired", c->unpaired);
	js_number(&js, "unreadable", c->unreadable);
	if (view->table) {
		js_open(&js, "sums", '[');
		for (size_t i = 0; i < view->sums->count; i++)
			put_row(&js, view, &view->sums->rows[i]);
		js_close(&js, ']');
	}
	js_open(&js, "warnings", '[');
	for (size_t i = 0; i < view->warning_count; i++)
		js_text(&js, NULL, view->warnings[i]);
	js_close(&js, ']');
	js_close(&js, '}');
	return js_end(&js);
}
