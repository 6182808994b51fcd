// SPDX-License-Identifier: GPL-2.0
/* json.c - see json.h. */
#include "ctl/attach/json.h"
#include "ctl/counters/json.h"
#include "ctl/write/json.h"

static json_t *json_count(const struct weir_count *count)
{
	return json_pack("{s:I,s:I}", "packets", (json_int_t)count->packets, "bytes",
			 (json_int_t)count->bytes);
}

static json_t *json_protocols(const struct weir_counts *counts)
{
	json_t *object = json_object();

	for (int i = 0; i < WEIR_PROTOS; i++)
		json_add_member(&object, weir_protocol_name(i), json_count(&counts->protocols[i]));
	return object;
}

static json_t *json_verdicts(enum weir_hook hook, const struct weir_counts *counts)
{
	json_t *object = json_object();

	for (int i = 0; i < WEIR_VERDICTS; i++) {
		if (verdict_possible(hook, i))
			json_add_member(&object, weir_verdict_name(i),
					json_count(&counts->verdicts[i]));
	}
	return object;
}

static json_t *json_sizes(const struct weir_counts *counts)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < WEIR_SIZES; i++) {
		uint32_t bound = weir_size_bound(i);

		json_add_item(&array, json_pack("{s:o,s:I}", "le",
						bound ? json_integer(bound) : json_null(),
						"packets", (json_int_t)counts->sizes[i]));
	}
	return array;
}

static json_t *json_per_cpu(const struct weir_slot_counts *s)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < s->cpu_count; i++)
		json_add_item(&array, json_pack("{s:I,s:I,s:I}", "cpu", (json_int_t)i, "packets",
						(json_int_t)s->per_cpu[i].packets, "bytes",
						(json_int_t)s->per_cpu[i].bytes));
	return array;
}

static json_t *json_rate(const struct rate *rate, double seconds)
{
	if (!rate->known)
		return json_null();
	return json_pack("{s:f,s:f,s:f}", "seconds", seconds, "packets_per_second",
			 rate->packets_per_second, "bits_per_second", rate->bits_per_second);
}

static json_t *json_slot_counts(const struct weir_slot_counts *s)
{
	const struct weir_slot *r = &s->attachment.record;
	const struct weir_counts *c = &s->counts;

	return json_pack("{s:I,s:o,s:o,s:o,s:o,s:s,s:s?,s:I,s:I,s:I,s:I,s:o,s:o,s:o}", "slot",
			 (json_int_t)s->attachment.slot, "netns", json_name(r->netns_name),
			 "interface", json_name(r->ifname), "cgroup", json_cgroup(r), "socket",
			 json_socket(r), "hook", weir_hook_name(r->hook), "direction",
			 weir_direction_name(weir_hook_info(r->hook)->direction), "packets",
			 (json_int_t)c->total.packets, "bytes", (json_int_t)c->total.bytes,
			 "wire_packets", (json_int_t)c->wire.packets, "wire_bytes",
			 (json_int_t)c->wire.bytes, "protocols", json_protocols(c), "verdicts",
			 json_verdicts(r->hook, c), "sizes", json_sizes(c));
}

json_t *json_counters(const struct weir_snapshot *snapshot, const struct rates *rates, bool per_cpu)
{
	json_t *array = json_array();

	for (size_t i = 0; i < snapshot->count; i++) {
		json_t *item = json_slot_counts(&snapshot->items[i]);

		if (rates)
			json_add_member(&item, "rate", json_rate(&rates->items[i], rates->seconds));
		if (per_cpu)
			json_add_member(&item, "per_cpu", json_per_cpu(&snapshot->items[i]));
		json_add_item(&array, item);
	}
	return array;
}
