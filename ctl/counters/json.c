// SPDX-License-Identifier: GPL-2.0
/* json.c - see json.h. */
#include "ctl/attach/json.h"
#include "ctl/counters/json.h"

/* Writes the members of an object. */
static void put_members(struct json_stream *js, const struct weir_count *count)
{
	js_number(js, "packets", count->packets);
	js_number(js, "bytes", count->bytes);
}

static void put_count(struct json_stream *js, const char *key, const struct weir_count *count)
{
	js_open(js, key, '{');
	put_members(js, count);
	js_close(js, '}');
}

static void put_protocols(struct json_stream *js, const struct weir_counts *counts)
{
	js_open(js, "protocols", '{');
	for (int i = 0; i < WEIR_PROTOS; i++)
		put_count(js, weir_protocol_name(i), &counts->protocols[i]);
	js_close(js, '}');
}

static void put_verdicts(struct json_stream *js, enum weir_hook hook,
			 const struct weir_counts *counts)
{
	js_open(js, "verdicts", '{');
	for (int i = 0; i < WEIR_VERDICTS; i++) {
		if (verdict_possible(hook, i))
			put_count(js, weir_verdict_name(i), &counts->verdicts[i]);
	}
	js_close(js, '}');
}

/* The last bucket has no upper limit. */
static void put_sizes(struct json_stream *js, const struct weir_counts *counts)
{
	js_open(js, "sizes", '[');
	for (unsigned int i = 0; i < WEIR_SIZES; i++) {
		js_open(js, NULL, '{');
		js_nonzero(js, "le", weir_size_bound(i));
		js_number(js, "packets", counts->sizes[i]);
		js_close(js, '}');
	}
	js_close(js, ']');
}

static void put_per_cpu(struct json_stream *js, const struct weir_slot_counts *s)
{
	js_open(js, "per_cpu", '[');
	for (unsigned int i = 0; i < s->cpu_count; i++) {
		js_open(js, NULL, '{');
		js_number(js, "cpu", i);
		put_members(js, &s->per_cpu[i]);
		js_close(js, '}');
	}
	js_close(js, ']');
}

static void put_rate(struct json_stream *js, const struct rate *rate, double seconds)
{
	if (!rate->known) {
		js_null(js, "rate");
		return;
	}
	js_open(js, "rate", '{');
	js_real(js, "seconds", seconds);
	js_real(js, "packets_per_second", rate->packets_per_second);
	js_real(js, "bits_per_second", rate->bits_per_second);
	js_close(js, '}');
}

static void put_slot(struct json_stream *js, const struct weir_slot_counts *s)
{
	const struct weir_slot *r = &s->attachment.record;
	const struct weir_counts *c = &s->counts;

	js_number(js, "slot", s->attachment.slot);
	js_name(js, "netns", r->netns_name);
	js_name(js, "interface", r->ifname);
	put_cgroup(js, r);
	put_socket(js, r);
	js_text(js, "hook", weir_hook_name(r->hook));
	js_text(js, "direction", weir_direction_name(weir_hook_info(r->hook)->direction));
	put_members(js, &c->total);
	js_number(js, "wire_packets", c->wire.packets);
	js_number(js, "wire_bytes", c->wire.bytes);
	put_protocols(js, c);
	put_verdicts(js, r->hook, c);
	put_sizes(js, c);
}

int json_counters(const struct weir_snapshot *snapshot, const struct rates *rates, bool per_cpu,
		  bool pretty, FILE *out)
{
	struct json_stream js = { .out = out, .pretty = pretty };

	js_open(&js, NULL, '[');
	for (size_t i = 0; i < snapshot->count; i++) {
		js_open(&js, NULL, '{');
		put_slot(&js, &snapshot->items[i]);
		if (rates)
			put_rate(&js, &rates->items[i], rates->seconds);
		if (per_cpu)
			put_per_cpu(&js, &snapshot->items[i]);
		js_close(&js, '}');
	}
	js_close(&js, ']');
	return js_end(&js);
}
