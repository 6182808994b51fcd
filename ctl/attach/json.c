// SPDX-License-Identifier: GPL-2.0
/* json.c - see json.h. */
#include "ctl/attach/json.h"
#include "ctl/attach/labels.h"
#include "ctl/write/units.h"

void put_cgroup(struct json_stream *js, const struct weir_slot *r)
{
	js_text(js, "cgroup", weir_target_kind(r) == WEIR_TARGET_CGROUP ? r->target : NULL);
}

void put_socket(struct json_stream *js, const struct weir_slot *r)
{
	if (weir_target_kind(r) != WEIR_TARGET_SOCKET) {
		js_null(js, "socket");
		return;
	}
	js_open(js, "socket", '{');
	js_text(js, "name", r->target);
	js_number(js, "cookie", r->object_id);
	js_number(js, "pid", r->pid);
	js_signed(js, "fd", r->fd);
	js_close(js, '}');
}

/* --- status --- */

static void put_features(struct json_stream *js, uint32_t features)
{
	js_open(js, "features", '[');
	for (unsigned int bit = 0; weir_feature_name(bit); bit++) {
		if (features >> bit & 1)
			js_text(js, NULL, weir_feature_name(bit));
	}
	js_close(js, ']');
}

static void put_peer(struct json_stream *js, const struct weir_peer *peer, const char *own_netns)
{
	if (!peer->ifindex) {
		js_null(js, "peer");
		return;
	}
	js_open(js, "peer", '{');
	js_name(js, "interface", peer->ifname);
	js_name(js, "netns", peer->same_netns ? own_netns : peer->netns);
	js_number(js, "ifindex", peer->ifindex);
	js_close(js, '}');
}

static void put_attachment(struct json_stream *js, const struct weir_attachment *a)
{
	const struct weir_slot *r = &a->record;
	char time[40];

	js_open(js, NULL, '{');
	js_number(js, "slot", a->slot);
	js_name(js, "netns", r->netns_name);
	js_nonzero(js, "netns_cookie", r->netns_cookie);
	js_name(js, "interface", r->ifname);
	js_nonzero(js, "ifindex", r->ifindex);
	put_cgroup(js, r);
	js_number_if(js, "cgroup_id", r->object_id, weir_target_kind(r) == WEIR_TARGET_CGROUP);
	put_socket(js, r);
	js_text(js, "hook", weir_hook_name(r->hook));
	js_text(js, "method", weir_method_name(r->method));
	js_text(js, "mode", r->mode == WEIR_MODE_NONE ? NULL : weir_mode_name(r->mode));
	js_number(js, "program_id", r->program_id);
	put_features(js, r->features);
	js_word(js, "attached_at", format_time(r->attached_at_ns, time, sizeof(time)));
	js_text(js, "state", weir_state_name(a->state));
	js_name(js, "detail", a->detail);
	put_peer(js, &a->peer, r->netns_name);
	js_close(js, '}');
}

int json_status(const struct weir_attachments *list, bool skip_loopback, bool pretty, FILE *out)
{
	struct json_stream js = { .out = out, .pretty = pretty };

	js_open(&js, NULL, '{');
	js_word(&js, "version", WEIR_VERSION);
	js_open(&js, "attachments", '[');
	for (size_t i = 0; i < list->count; i++)
		put_attachment(&js, &list->items[i]);
	js_close(&js, ']');
	js_open(&js, "settings", '{');
	js_bool(&js, "skip_loopback", skip_loopback);
	js_close(&js, '}');
	js_close(&js, '}');
	return js_end(&js);
}

/* --- changes --- */

static void put_change(struct json_stream *js, const struct weir_change *change)
{
	const struct weir_slot *r = &change->record;

	js_open(js, NULL, '{');
	js_text(js, "action", action_name(change->action));
	js_number(js, "slot", change->slot);
	js_name(js, "netns", r->netns_name);
	js_name(js, "interface", r->ifname);
	put_cgroup(js, r);
	put_socket(js, r);
	js_text(js, "hook", weir_hook_name(r->hook));
	js_text(js, "method", weir_method_name(r->method));
	js_close(js, '}');
}

void put_changes(struct json_stream *js, const char *key, const struct weir_changes *changes)
{
	js_open(js, key, '[');
	for (size_t i = 0; i < changes->count; i++)
		put_change(js, &changes->items[i]);
	js_close(js, ']');
}

int json_changes(const struct weir_changes *changes, bool pretty, FILE *out)
{
	struct json_stream js = { .out = out, .pretty = pretty };

	put_changes(&js, NULL, changes);
	return js_end(&js);
}
