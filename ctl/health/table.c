// SPDX-License-Identifier: GPL-2.0
/* table.c - see table.h. */
#include <errno.h>
#include <inttypes.h>
#include "ctl/health/table.h"
#include "ctl/write/json_stream.h"
#include "ctl/write/table.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/growth.h"

static double rate_of(const struct weir_health_report *report, int item)
{
	return growth_rate(report->items[item].count, report->seconds);
}

static int out_items(const struct weir_health_report *report, bool color, FILE *out)
{
	static const struct column columns[] = {
		{ "WHAT", LEFT },    { "COUNT", RIGHT },  { "RATE", RIGHT },
		{ "VERDICT", LEFT }, { "MEANING", LEFT },
	};
	_cleanup_(table_freep) struct table *table = table_new(columns, ARRAY_SIZE(columns));

	if (!table)
		return -ENOMEM;
	for (int i = 0; i < WEIR_HEALTH_ITEMS; i++) {
		const struct weir_health_value *value = &report->items[i];
		char rate[32];

		table_cell(table, PLAIN, "%s", weir_health_name((enum weir_health_item)i));
		table_cell(table, PLAIN, "%" PRIu64, value->count);
		table_cell(table, PLAIN, "%s",
			   format_rate(rate_of(report, i), "/s", rate, sizeof(rate)));
		table_cell(table, value->well ? GREEN : RED, "%s", value->well ? "ok" : "look");
		table_cell(table, PLAIN, "%s",
			   value->well ? "" : weir_health_meaning((enum weir_health_item)i));
	}
	return table_print(table, color, out);
}

/* Prints from the first non-empty bucket to the last. */
static int out_histogram(const struct weir_health_report *report, bool color, FILE *out)
{
	static const struct column columns[] = {
		{ "NET_RX SOFTIRQ", RIGHT },
		{ "WAITED", RIGHT },
		{ "RAN", RIGHT },
	};
	_cleanup_(table_freep) struct table *table = table_new(columns, ARRAY_SIZE(columns));
	int first = WEIR_HEALTH_BUCKETS, last = -1;

	if (!table)
		return -ENOMEM;
	for (int i = 0; i < WEIR_HEALTH_BUCKETS; i++) {
		if (!report->wait[i] && !report->run[i])
			continue;
		first = i < first ? i : first;
		last = i;
	}
	if (last < 0)
		return fputs("\nNothing was received in that time.\n", out) < 0 ? -EIO : 0;
	for (int i = first; i <= last; i++) {
		bool open = i == WEIR_HEALTH_BUCKETS - 1;

		table_cell(table, PLAIN, "%s %" PRIu64 " us", open ? "from" : "below",
			   UINT64_C(1) << (open ? i - 1 : i));
		table_cell(table, PLAIN, "%" PRIu64, report->wait[i]);
		table_cell(table, PLAIN, "%" PRIu64, report->run[i]);
	}
	fputc('\n', out);
	return table_print(table, color, out);
}

int out_health(const struct weir_health_report *report, bool color, FILE *out)
{
	int ret = out_items(report, color, out);

	if (!ret)
		ret = out_histogram(report, color, out);
	if (ret)
		return ret;
	for (size_t i = 0; i < report->reason_count; i++)
		fprintf(out, "%s%" PRIu64 " x %s\n", i ? "" : "\nResets sent, by reason:\n",
			report->reasons[i].count, report->reasons[i].name);
	if (!report->reasons_known && report->items[WEIR_HEALTH_RESETS_SENT].count)
		fputs("\nThis kernel does not report why it sends resets (Linux 6.10 does).\n",
		      out);
	fprintf(out, "\n%s, in %.3g s.\n", report->well ? "Healthy" : "Not healthy",
		report->seconds);
	return 0;
}

static void put_buckets(struct json_stream *js, const char *key, const uint64_t *buckets)
{
	js_open(js, key, '[');
	for (int i = 0; i < WEIR_HEALTH_BUCKETS; i++) {
		js_open(js, NULL, '{');
		js_number_if(js, "below_us", UINT64_C(1) << i, i < WEIR_HEALTH_BUCKETS - 1);
		js_number(js, "count", buckets[i]);
		js_close(js, '}');
	}
	js_close(js, ']');
}

static void put_reasons(struct json_stream *js, const struct weir_health_report *report)
{
	if (!report->reasons_known) {
		js_null(js, "reset_reasons");
		return;
	}
	js_open(js, "reset_reasons", '[');
	for (size_t i = 0; i < report->reason_count; i++) {
		js_open(js, NULL, '{');
		js_text(js, "reason", report->reasons[i].name);
		js_number(js, "count", report->reasons[i].count);
		js_close(js, '}');
	}
	js_close(js, ']');
}

int json_health(const struct weir_health_report *report, bool pretty, FILE *out)
{
	struct json_stream js = { .out = out, .pretty = pretty };

	js_open(&js, NULL, '{');
	js_bool(&js, "healthy", report->well);
	js_real(&js, "seconds", report->seconds);
	js_open(&js, "items", '[');
	for (int i = 0; i < WEIR_HEALTH_ITEMS; i++) {
		const struct weir_health_value *value = &report->items[i];

		js_open(&js, NULL, '{');
		js_word(&js, "name", weir_health_name((enum weir_health_item)i));
		js_number(&js, "count", value->count);
		js_real(&js, "per_second", rate_of(report, i));
		js_word(&js, "verdict", value->well ? "ok" : "look");
		js_text(&js, "meaning",
			value->well ? NULL : weir_health_meaning((enum weir_health_item)i));
		js_close(&js, '}');
	}
	js_close(&js, ']');
	js_number(&js, "tcp_segments_sent", report->segments_sent);
	put_reasons(&js, report);
	put_buckets(&js, "softirq_wait", report->wait);
	put_buckets(&js, "softirq_run", report->run);
	js_close(&js, '}');
	return js_end(&js);
}
