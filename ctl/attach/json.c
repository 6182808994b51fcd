// SPDX-License-Identifier: GPL-2.0
/* json.c - see json.h. */
#include "ctl/attach/json.h"
#include "ctl/attach/labels.h"
#include "ctl/write/json.h"
#include "ctl/write/units.h"

static json_t *json_features(uint32_t features)
{
	json_t *array = json_array();

	for (unsigned int bit = 0; weir_feature_name(bit); bit++) {
		if (features >> bit & 1)
			json_add_item(&array, json_string(weir_feature_name(bit)));
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

static bool is_cgroup(const struct weir_slot *r)
{
	return weir_target_kind(r) == WEIR_TARGET_CGROUP;
}

json_t *json_cgroup(const struct weir_slot *r)
{
	return is_cgroup(r) ? json_text(r->target) : json_null();
}

json_t *json_socket(const struct weir_slot *r)
{
	if (weir_target_kind(r) != WEIR_TARGET_SOCKET)
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
		json_add_item(&array, json_attachment(&list->items[i]));
	return json_pack("{s:s,s:o,s:{s:b}}", "version", WEIR_VERSION, "attachments", array,
			 "settings", "skip_loopback", skip_loopback);
}

json_t *json_changes(const struct weir_changes *changes)
{
	json_t *array = json_array();

	for (size_t i = 0; i < changes->count; i++) {
		const struct weir_change *c = &changes->items[i];

		json_add_item(&array,
			      json_pack("{s:s,s:I,s:o,s:o,s:o,s:o,s:s,s:s}", "action",
					action_name(c->action), "slot", (json_int_t)c->slot,
					"netns", json_name(c->record.netns_name), "interface",
					json_name(c->record.ifname), "cgroup",
					json_cgroup(&c->record), "socket", json_socket(&c->record),
					"hook", weir_hook_name(c->record.hook), "method",
					weir_method_name(c->record.method)));
	}
	return array;
}
