// SPDX-License-Identifier: GPL-2.0
/* histogram.c - histograms of latency and round-trip time; see table.h. */
#include <errno.h>
#include <inttypes.h>
#include "ctl/attach/labels.h"
#include "ctl/tcp/table.h"
#include "ctl/write/json_stream.h"

#define BAR 40 /* columns of the longest bar */

/* Returns the exclusive upper limit of bucket i in µs; 0 for the last one, which has no limit. */
static uint64_t bound(unsigned int i)
{
	return i + 1 < WEIR_TCP_BUCKETS ? 1ULL << i : 0;
}

static void out_bucket(unsigned int i, uint64_t count, uint64_t most, FILE *out)
{
	char from[32] = "0 us", to[32];
	int bar = (int)((count * BAR + most - 1) / most);

	if (i)
		format_us(1ULL << (i - 1), from, sizeof(from));
	if (bound(i))
		format_us(bound(i), to, sizeof(to));
	else
		snprintf(to, sizeof(to), "...");
	fprintf(out, "%10s - %-10s %12" PRIu64 "%s%.*s\n", from, to, count, bar ? "  " : "", bar,
		"########################################");
}

/* Prints from the first non-empty bucket to the last. */
static void out_histogram(const char *title, const __u64 *buckets, FILE *out)
{
	unsigned int first = WEIR_TCP_BUCKETS, last = 0;
	uint64_t most = 0, sum = 0;

	for (unsigned int i = 0; i < WEIR_TCP_BUCKETS; i++) {
		if (!buckets[i])
			continue;
		first = i < first ? i : first;
		last = i;
		sum += buckets[i];
		most = buckets[i] > most ? buckets[i] : most;
	}
	fprintf(out, "\n%s: %" PRIu64 "\n", title, sum);
	for (unsigned int i = first; sum && i <= last; i++)
		out_bucket(i, buckets[i], most, out);
}

int out_tcp_histograms(const struct tcp_view *view, FILE *out)
{
	const struct weir_tcp_list *list = view->list;
	bool begun = false;

	if (!list->slot_count)
		fputs("Nothing is attached that watches TCP connections. Begin with `ctl attach "
		      "--cgroup`.\n",
		      out);
	for (size_t i = 0; i < list->slot_count; i++) {
		const struct weir_tcp_slot *slot = &list->slots[i];

		if (!tcp_named(view->choice, &slot->attachment))
			continue;
		fprintf(out, "%sslot %u, cgroup %s\n", begun ? "\n" : "", slot->attachment.slot,
			weir_target_name(&slot->attachment.record));
		out_histogram("Connections by latency", slot->histograms.latency, out);
		out_histogram("Connections by smoothed RTT", slot->histograms.rtt, out);
		begun = true;
	}
	return ferror(out) ? -EIO : 0;
}

static void put_histogram(struct json_stream *js, const char *key, const __u64 *buckets)
{
	js_open(js, key, '[');
	for (unsigned int i = 0; i < WEIR_TCP_BUCKETS; i++) {
		js_open(js, NULL, '{');
		js_nonzero(js, "below_us", bound(i));
		js_number(js, "count", buckets[i]);
		js_close(js, '}');
	}
	js_close(js, ']');
}

int json_tcp_histograms(const struct tcp_view *view, FILE *out)
{
	struct json_stream js = { .out = out, .pretty = view->pretty };
	const struct weir_tcp_list *list = view->list;

	js_open(&js, NULL, '[');
	for (size_t i = 0; i < list->slot_count; i++) {
		const struct weir_tcp_slot *slot = &list->slots[i];

		if (!tcp_named(view->choice, &slot->attachment))
			continue;
		js_open(&js, NULL, '{');
		js_number(&js, "slot", slot->attachment.slot);
		js_text(&js, "cgroup", weir_target_name(&slot->attachment.record));
		put_histogram(&js, "connect_latency", slot->histograms.latency);
		put_histogram(&js, "rtt", slot->histograms.rtt);
		js_close(&js, '}');
	}
	js_close(&js, ']');
	return js_end(&js);
}
