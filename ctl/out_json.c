// SPDX-License-Identifier: GPL-2.0
/* out_json.c - see out_json.h. jansson takes NULL everywhere, so a failure shows at the end. */
#include <stdio.h>
#include <string.h>
#include "ctl/out_json.h"
#include "ctl/units.h"

/* What cannot be added makes the whole NULL: a document that lacks something is none. */
static void append(json_t **array, json_t *item)
{
	if (json_array_append_new(*array, item) == 0)
		return;
	json_decref(*array);
	*array = NULL;
}

static void put(json_t **object, const char *key, json_t *value)
{
	if (json_object_set_new(*object, key, value) == 0)
		return;
	json_decref(*object);
	*object = NULL;
}

json_t *json_text(const char *text)
{
	json_t *json = json_string(text);
	char escaped[4 * 256 + 1];
	size_t used = 0;

	if (json)
		return json;
	for (; *text && used + 4 < sizeof(escaped); text++) {
		if ((unsigned char)*text < 0x80)
			escaped[used++] = *text;
		else
			used += (size_t)sprintf(escaped + used, "\\x%02x", (unsigned char)*text);
	}
	escaped[used] = '\0';
	return json_string(escaped);
}

static json_t *json_name(const char *name)
{
	return name && *name ? json_text(name) : json_null();
}

static json_t *json_count(const struct weir_count *count)
{
	return json_pack("{s:I,s:I}", "packets", (json_int_t)count->packets, "bytes",
			 (json_int_t)count->bytes);
}

static json_t *json_features(uint32_t features)
{
	json_t *array = json_array();

	for (unsigned int bit = 0; weir_feature_name(bit); bit++) {
		if (features >> bit & 1)
			append(&array, json_string(weir_feature_name(bit)));
	}
	return array;
}

static json_t *json_peer(const struct weir_peer *peer, const char *own_netns)
{
	if (!peer->ifindex)
		return json_null();
	return json_pack("{s:o,s:o,s:I}", "interface", json_name(peer->ifname), "netns",
			 json_name(peer->same_netns ? own_netns : peer->netns), "ifindex",
			 (json_int_t)peer->ifindex);
}

/* 0 is none. */
static json_t *json_id(uint64_t id)
{
	return id ? json_integer((json_int_t)id) : json_null();
}

static bool is_cgroup(const struct weir_slot *r)
{
	return r->object_id && !r->netns_cookie;
}

/* Path below the mount of cgroup2. */
static json_t *json_cgroup(const struct weir_slot *r)
{
	return is_cgroup(r) ? json_text(r->target) : json_null();
}

static json_t *json_socket(const struct weir_slot *r)
{
	if (r->hook != WEIR_HOOK_SOCKET_FILTER)
		return json_null();
	return json_pack("{s:o,s:I,s:I,s:i}", "name", json_text(r->target), "cookie",
			 (json_int_t)r->object_id, "pid", (json_int_t)r->pid, "fd", r->fd);
}

static json_t *json_attachment(const struct weir_attachment *a)
{
	const struct weir_slot *r = &a->record;
	bool has_mode = r->mode != WEIR_MODE_NONE;
	char time[40];

	return json_pack("{s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:s,s:s,s:o,s:I,s:o,s:s,s:s,s:o,s:o}",
			 "slot", (json_int_t)a->slot, "netns", json_name(r->netns_name),
			 "netns_cookie", json_id(r->netns_cookie), "interface",
			 json_name(r->ifname), "ifindex", json_id(r->ifindex), "cgroup",
			 json_cgroup(r), "cgroup_id", json_id(is_cgroup(r) ? r->object_id : 0),
			 "socket", json_socket(r), "hook", weir_hook_name(r->hook), "method",
			 weir_method_name(r->method), "mode",
			 has_mode ? json_string(weir_mode_name(r->mode)) : json_null(),
			 "program_id", (json_int_t)r->program_id, "features",
			 json_features(r->features), "attached_at",
			 format_time(r->attached_at_ns, time, sizeof(time)), "state",
			 weir_state_name(a->state), "detail", json_name(a->detail), "peer",
			 json_peer(&a->peer, r->netns_name));
}

json_t *json_status(const struct weir_attachments *list, bool skip_loopback)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->count; i++)
		append(&array, json_attachment(&list->items[i]));
	return json_pack("{s:s,s:o,s:{s:b}}", "version", WEIR_VERSION, "attachments", array,
			 "settings", "skip_loopback", skip_loopback);
}

static json_t *json_protocols(const struct weir_counts *counts)
{
	json_t *object = json_object();

	for (int i = 0; i < WEIR_PROTOS; i++)
		put(&object, weir_protocol_name(i), json_count(&counts->protocols[i]));
	return object;
}

static json_t *json_verdicts(enum weir_hook hook, const struct weir_counts *counts)
{
	json_t *object = json_object();

	for (int i = 0; i < WEIR_VERDICTS; i++) {
		if (verdict_possible(hook, i))
			put(&object, weir_verdict_name(i), json_count(&counts->verdicts[i]));
	}
	return object;
}

static json_t *json_sizes(const struct weir_counts *counts)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < WEIR_SIZES; i++) {
		uint32_t bound = weir_size_bound(i);

		append(&array,
		       json_pack("{s:o,s:I}", "le", bound ? json_integer(bound) : json_null(),
				 "packets", (json_int_t)counts->sizes[i]));
	}
	return array;
}

static json_t *json_per_cpu(const struct weir_slot_counts *s)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < s->cpu_count; i++)
		append(&array, json_pack("{s:I,s:I,s:I}", "cpu", (json_int_t)i, "packets",
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

	return json_pack("{s:I,s:o,s:o,s:o,s:o,s:s,s:I,s:I,s:I,s:I,s:o,s:o,s:o}", "slot",
			 (json_int_t)s->attachment.slot, "netns", json_name(r->netns_name),
			 "interface", json_name(r->ifname), "cgroup", json_cgroup(r), "socket",
			 json_socket(r), "hook", weir_hook_name(r->hook), "packets",
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
			put(&item, "rate", json_rate(&rates->items[i], rates->seconds));
		if (per_cpu)
			put(&item, "per_cpu", json_per_cpu(&snapshot->items[i]));
		append(&array, item);
	}
	return array;
}

json_t *json_changes(const struct weir_changes *changes)
{
	json_t *array = json_array();

	for (size_t i = 0; i < changes->count; i++) {
		const struct weir_change *c = &changes->items[i];

		append(&array, json_pack("{s:s,s:I,s:o,s:o,s:o,s:o,s:s,s:s}", "action",
					 action_name(c->action), "slot", (json_int_t)c->slot,
					 "netns", json_name(c->record.netns_name), "interface",
					 json_name(c->record.ifname), "cgroup",
					 json_cgroup(&c->record), "socket", json_socket(&c->record),
					 "hook", weir_hook_name(c->record.hook), "method",
					 weir_method_name(c->record.method)));
	}
	return array;
}

json_t *json_checks(const struct weir_checks *checks)
{
	static const char *const health[] = { "ok", "limited", "missing" };
	json_t *array = json_array();

	for (size_t i = 0; i < checks->count; i++) {
		const struct weir_check *c = &checks->items[i];

		append(&array,
		       json_pack("{s:s,s:s,s:o,s:o}", "feature", c->name, "health",
				 health[c->health], "found", json_text(c->found), "cost",
				 c->health == WEIR_HEALTH_OK ? json_null() : json_string(c->cost)));
	}
	return array;
}

int json_print(json_t *json, bool pretty)
{
	size_t flags = JSON_ENCODE_ANY | JSON_REAL_PRECISION(12) | (pretty ? JSON_INDENT(2) : 0);
	int ret;

	if (!json) {
		fprintf(stderr, "ctl: out of memory\n");
		return EXIT_FAILED;
	}
	ret = json_dumpf(json, stdout, flags);
	json_decref(json);
	putchar('\n');
	fflush(stdout);
	if (ret < 0 || ferror(stdout)) {
		fprintf(stderr, "ctl: cannot write the output\n");
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}
