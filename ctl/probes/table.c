// SPDX-License-Identifier: GPL-2.0
/* table.c - see table.h. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include "ctl/probes/table.h"
#include "ctl/write/table.h"
#include "datapath/base/cleanup.h"

#define WORD 4096
#define BAR 40 /* width of the longest bar in columns */

/* --- values --- */

static void put_text(const char *text, bool quoted, FILE *out)
{
	if (quoted)
		fputc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\n')
			fputs("\\n", out);
		else if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
	if (quoted)
		fputc('"', out);
}

static bool is_string(const struct weir_probe_value *v)
{
	return !v->type || (strcmp(v->type, "ip") != 0 && strcmp(v->type, "mac") != 0 &&
			    strcmp(v->type, "probe") != 0);
}

static void put_value(const struct weir_probe_value *v, bool quoted, FILE *out)
{
	switch (v->kind) {
	case WEIR_PROBE_UNREADABLE:
		fputs("<unreadable>", out);
		break;
	case WEIR_PROBE_UNSIGNED:
		fprintf(out, "%" PRIu64, v->number);
		break;
	case WEIR_PROBE_SIGNED:
		fprintf(out, "%" PRId64, (int64_t)v->number);
		break;
	case WEIR_PROBE_BOOL:
		fputs(v->number ? "true" : "false", out);
		break;
	case WEIR_PROBE_POINTER:
		fprintf(out, "0x%" PRIx64, v->number);
		break;
	case WEIR_PROBE_TEXT:
		put_text(v->text ? v->text : "", quoted && is_string(v), out);
		break;
	case WEIR_PROBE_NAMED:
		put_text(v->text ? v->text : "", false, out);
		break;
	case WEIR_PROBE_GROUP:
		fputc('{', out);
		for (size_t i = 0; i < v->count; i++) {
			const struct weir_probe_value *m = &v->members[i];

			fprintf(out, "%s%s%s", i ? ", " : "", m->name ? m->name : "",
				m->name && *m->name ? "=" : "");
			put_value(m, true, out);
		}
		fprintf(out, "%s}", !v->cut ? "" : v->count ? ", ..." : "...");
		break;
	}
}

const char *probe_value_word(const struct weir_probe_value *value, char *buffer, size_t size)
{
	FILE *f = fmemopen(buffer, size, "w");

	buffer[0] = '\0';
	if (!f)
		return buffer;
	put_value(value, false, f);
	fclose(f);
	buffer[size - 1] = '\0';
	return buffer;
}

/* --- events --- */

/* Caches the local time, which is expensive, as there are many events per second. */
static void put_time(uint64_t time, FILE *out)
{
	static __thread time_t known;
	static __thread struct tm tm;
	time_t seconds = (time_t)(time / 1000000000);

	if (seconds != known || !known)
		localtime_r(&seconds, &tm);
	known = seconds;
	fprintf(out, "%02d:%02d:%02d.%06u", tm.tm_hour, tm.tm_min, tm.tm_sec,
		(unsigned int)(time % 1000000000 / 1000));
}

static void put_frames(const char *const *frames, size_t count, FILE *out)
{
	for (size_t i = 0; i < count; i++)
		fprintf(out, "        %s\n", frames[i]);
}

/* Prints one line per value, with aligned names. */
static void put_all(const struct weir_probe_event *event, FILE *out)
{
	int names = 0, types = 0;

	for (size_t i = 0; i < event->count; i++) {
		int name = (int)strlen(event->values[i].name);
		int type = (int)strlen(event->values[i].type);

		names = name > names ? name : names;
		types = !event->values[i].target && type > types ? type : types;
	}
	for (size_t i = 0; i < event->count; i++) {
		const struct weir_probe_value *v = &event->values[i];

		if (v->target)
			fprintf(out, "    %*s  %*s  ", names, "", types, "");
		else
			fprintf(out, "    %-*s  %-*s  ", names, v->name, types, v->type);
		put_value(v, true, out);
		fputc('\n', out);
	}
}

void out_probe_event(const struct weir_probe_event *event, bool everything, FILE *out)
{
	put_time(event->time, out);
	fprintf(out, "  %.16s %u  %s", event->comm, event->pid, event->probe);
	for (size_t i = 0; !everything && i < event->count; i++) {
		fprintf(out, "%s%s=", i ? " " : "  ", event->values[i].name);
		put_value(&event->values[i], true, out);
	}
	fputc('\n', out);
	if (everything)
		put_all(event, out);
	put_frames(event->frames, event->frame_count, out);
}

/* --- sums --- */

bool probe_stat_value(const struct weir_probe_stat *stat, enum probe_stat_kind kind,
		      double *ret_value)
{
	if (!stat->count)
		return false;
	switch (kind) {
	case PROBE_SUM_OF:
		*ret_value = (double)stat->sum;
		break;
	case PROBE_MIN_OF:
		*ret_value = (double)stat->min;
		break;
	case PROBE_MAX_OF:
		*ret_value = (double)stat->max;
		break;
	case PROBE_AVG_OF:
		*ret_value = (double)stat->sum / (double)stat->count;
		break;
	}
	return true;
}

static void add_stats(struct table *table, const struct probe_run_view *view,
		      const struct weir_probe_row *row)
{
	for (size_t i = 0; i < WEIR_PROBE_STATS && view->stats[i]; i++) {
		double value;

		if (!probe_stat_value(&row->stats[i], view->kinds[i], &value))
			table_cell(table, DIM, "-");
		else if (view->kinds[i] == PROBE_AVG_OF)
			table_cell(table, PLAIN, "%.1f", value);
		else
			table_cell(table, PLAIN, "%.0f", value);
	}
}

static int put_table(const struct probe_run_view *view, FILE *out)
{
	const struct weir_probe_sums *sums = view->sums;
	size_t keys = sums->rows[0].key_count, n = 0;
	struct column columns[64];
	_cleanup_(table_freep) struct table *table = NULL;
	char word[WORD];

	columns[n++] = (struct column){ "HITS", RIGHT };
	for (size_t i = 0; i < WEIR_PROBE_STATS && view->stats[i]; i++)
		columns[n++] = (struct column){ view->stats[i], RIGHT };
	for (size_t i = 0; i < keys && n < ARRAY_SIZE(columns); i++)
		columns[n++] = (struct column){ sums->rows[0].keys[i].name, LEFT };
	table = table_new(columns, n);
	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < sums->count; i++) {
		const struct weir_probe_row *row = &sums->rows[i];

		table_cell(table, PLAIN, "%" PRIu64, row->count);
		add_stats(table, view, row);
		for (size_t j = 0; j < keys; j++)
			table_cell(table, PLAIN, "%s",
				   probe_value_word(&row->keys[j], word, sizeof(word)));
	}
	return table_print(table, view->color, out);
}

void probe_bucket(unsigned int bucket, int64_t *ret_from, uint64_t *ret_to)
{
	*ret_from = bucket == 0 ? INT64_MIN : bucket == 1 ? 0 : (int64_t)(1ULL << (bucket - 2));
	*ret_to = bucket == 0 ? 0 : bucket == 1 ? 1 : 1ULL << (bucket - 1);
}

/* Formats 1536 as "1536", 65536 as "64K": only exact multiples are shortened. */
static const char *bound(uint64_t value, char *buffer, size_t size)
{
	static const char units[] = { 'K', 'M', 'G', 'T', 'P', 'E' };
	int unit = -1;

	while (value >= 1024 && value % 1024 == 0) {
		value /= 1024;
		unit++;
	}
	snprintf(buffer, size, "%" PRIu64 "%.*s", value, unit >= 0, unit >= 0 ? &units[unit] : "");
	return buffer;
}

static void put_bucket(unsigned int bucket, uint64_t count, uint64_t most, FILE *out)
{
	char range[64], from[24], to[24];
	int64_t low;
	uint64_t high;
	int bar = (int)((double)count / (double)most * BAR + 0.999);

	probe_bucket(bucket, &low, &high);
	if (bucket == 0)
		snprintf(range, sizeof(range), "below 0");
	else if (bucket <= 2)
		snprintf(range, sizeof(range), "[%" PRId64 "]", low);
	else
		snprintf(range, sizeof(range), "[%s, %s)", bound((uint64_t)low, from, sizeof(from)),
			 bound(high, to, sizeof(to)));
	fprintf(out, "%-16s %12" PRIu64 "%s%.*s\n", range, count, bar ? "  " : "", bar,
		"########################################");
}

static void put_histogram(const struct weir_probe_row *row, FILE *out)
{
	unsigned int first = WEIR_PROBE_BUCKETS, last = 0;
	uint64_t most = 0;

	for (unsigned int i = 0; i < WEIR_PROBE_BUCKETS; i++) {
		if (!row->buckets[i])
			continue;
		first = i < first ? i : first;
		last = i;
		most = row->buckets[i] > most ? row->buckets[i] : most;
	}
	if (!most)
		fputs("no value of it could be read\n", out);
	for (unsigned int i = first; most && i <= last; i++)
		put_bucket(i, row->buckets[i], most, out);
}

static void put_details(const struct probe_run_view *view, const struct weir_probe_row *row,
			FILE *out)
{
	char word[WORD];

	if (row != view->sums->rows || row->key_count || view->stats[0])
		fputc('\n', out);
	if (view->hist)
		fprintf(out, "%s", view->hist);
	else
		fprintf(out, "%" PRIu64 " hits", row->count);
	for (size_t i = 0; i < row->key_count; i++)
		fprintf(out, "%s%s %s", i ? ", " : " by ", row->keys[i].name,
			probe_value_word(&row->keys[i], word, sizeof(word)));
	fputs(":\n", out);
	if (view->stack && !row->frame_count)
		fputs("        no stack was kept\n", out);
	put_frames((const char *const *)row->frames, row->frame_count, out);
	if (view->hist)
		put_histogram(row, out);
}

int out_probe_sums(const struct probe_run_view *view, FILE *out)
{
	int ret;

	if (!view->table)
		return 0;
	if (!view->sums->count) {
		fputs("Nothing has hit the probes yet.\n", out);
		return 0;
	}
	/* a histogram alone, with the last line, shows everything */
	ret = view->hist && !view->stats[0] && !view->sums->rows[0].key_count
		      ? 0
		      : put_table(view, out);
	for (size_t i = 0; (view->hist || view->stack) && i < view->sums->count; i++)
		put_details(view, &view->sums->rows[i], out);
	return ret;
}

void out_probe_counts(const struct probe_run_view *view, FILE *out)
{
	const struct weir_probe_counts *c = view->counts;

	fprintf(out, "%" PRIu64 " hit%s, %" PRIu64 " missed, %" PRIu64 " lost", c->hits,
		c->hits == 1 ? "" : "s", c->missed, c->lost);
	if (c->unsummed)
		fprintf(out, ", %" PRIu64 " without room in the table", c->unsummed);
	if (c->unpaired)
		fprintf(out, ", %" PRIu64 " returns without their call", c->unpaired);
	if (c->unreadable)
		fprintf(out, ", %" PRIu64 " for which --if was not readable", c->unreadable);
	fputc('\n', out);
}
