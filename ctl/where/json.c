// SPDX-License-Identifier: GPL-2.0
/* json.c - prints paths as JSON; see table.h. docs/json.md describes the shape. */
#include "ctl/drops/table.h"
#include "ctl/flows/words.h"
#include "ctl/where/table.h"
#include "ctl/write/json_stream.h"
#include "datapath/flows/flows.h"

static void put_flow(struct json_stream *js, const struct where_path *path)
{
	const struct flow_row *one = &path->one;
	bool ports = weir_ip_protocol_has_ports(one->protocol) && (one->a.port || one->b.port);
	char word[FLOW_WORD];

	if (path->flows != 1) {
		js_null(js, "flow");
		return;
	}
	js_open(js, "flow", '{');
	js_text(js, "protocol", protocol_word(one->protocol, word, sizeof(word)));
	js_text(js, "src", address_word(one->a.address, one->v6, word, sizeof(word)));
	js_number_if(js, "src_port", one->a.port, ports);
	js_text(js, "dst", address_word(one->b.address, one->v6, word, sizeof(word)));
	js_number_if(js, "dst_port", one->b.port, ports);
	js_close(js, '}');
}

static void put_hop(struct json_stream *js, const struct hop *hop)
{
	const struct weir_slot *r = &hop->at->record;
	bool counted = hop->comparison != HOP_UNCOUNTED;

	js_open(js, NULL, '{');
	js_number(js, "slot", hop->at->slot);
	js_name(js, "netns", r->netns_name);
	js_text(js, "interface", r->ifname);
	js_text(js, "hook", weir_hook_name(r->hook));
	js_number_if(js, "packets", hop->count.packets, counted);
	js_number_if(js, "bytes", hop->count.bytes, counted);
	js_text(js, "comparison", hop_comparison_name(hop->comparison));
	js_number_if(js, "vanished", hop->comparison == HOP_FEWER ? hop->difference : 0,
		     hop->before >= 0);
	js_close(js, '}');
}

static void put_drops(struct json_stream *js, const struct weir_drops *drops,
		      const struct where_path *path)
{
	js_open(js, "drops", '[');
	for (size_t i = 0; i < drops->count; i++) {
		int hop = where_drop_hop(path, &drops->items[i]);

		if (hop < 0)
			continue;
		js_open(js, NULL, '{');
		js_number(js, "behind_slot", path->hops[hop].at->slot);
		json_drop_keys(js, &drops->items[i], false);
		js_number(js, "packets", drops->items[i].packets);
		js_number(js, "bytes", drops->items[i].bytes);
		js_close(js, '}');
	}
	js_close(js, ']');
}

int json_where(const struct where_view *view, FILE *out)
{
	struct json_stream js = { .out = out, .pretty = view->pretty };
	size_t shown = view->where->count;

	if (view->top && view->top < shown)
		shown = view->top;
	js_open(&js, NULL, '{');
	js_text(&js, "expression", view->expression);
	js_text(&js, "unit", view->interface ? "wire" : "handled");
	if (view->seconds > 0)
		js_real(&js, "seconds", view->seconds);
	else
		js_null(&js, "seconds");
	js_open(&js, "paths", '[');
	for (size_t i = 0; i < shown; i++) {
		const struct where_path *path = &view->where->paths[i];

		js_open(&js, NULL, '{');
		js_nonzero(&js, "flows", path->flows);
		put_flow(&js, path);
		js_number(&js, "vanished", path->vanished);
		js_open(&js, "hops", '[');
		for (size_t j = 0; j < path->hop_count; j++)
			put_hop(&js, &path->hops[j]);
		js_close(&js, ']');
		if (view->drops)
			put_drops(&js, view->drops, path);
		js_close(&js, '}');
	}
	js_close(&js, ']');
	js_close(&js, '}');
	return js_end(&js);
}
