// SPDX-License-Identifier: GPL-2.0
/* json.c - prints drops as JSON. docs/json.md describes it. */
#include <linux/if_ether.h>
#include "ctl/attach/labels.h"
#include "ctl/drops/table.h"
#include "ctl/flows/words.h"
#include "ctl/write/units.h"
#include "datapath/base/growth.h"

static void put_ends(struct json_stream *js, const struct weir_kernel_drop *drop)
{
	const struct weir_flow_info *flow = &drop->flow;
	bool ip = drop->ethertype == ETH_P_IP || drop->ethertype == ETH_P_IPV6;
	bool ports = ip && weir_ip_protocol_has_ports(flow->protocol);
	char word[FLOW_WORD];

	js_text(js, "src", ip ? address_word(flow->src, flow->v6, word, sizeof(word)) : NULL);
	js_number_if(js, "src_port", flow->src_port, ports);
	js_text(js, "dst", ip ? address_word(flow->dst, flow->v6, word, sizeof(word)) : NULL);
	js_number_if(js, "dst_port", flow->dst_port, ports);
}

void json_drop_keys(struct json_stream *js, const struct weir_kernel_drop *drop, bool flows)
{
	bool ip = drop->ethertype == ETH_P_IP || drop->ethertype == ETH_P_IPV6;
	const struct weir_drop_advice *advice = drop->source == WEIR_DROP_KERNEL
							? weir_drop_advice(drop->reason)
							: NULL;
	char word[DROP_WORD];

	js_text(js, "source", weir_drop_source_name(drop->source));
	js_name(js, "reason", drop->reason);
	js_number_if(js, "number", drop->number, drop->reason[0]);
	js_name(js, "interface", drop->ifname);
	js_nonzero(js, "ifindex", drop->ifindex);
	js_name(js, "netns", drop->netns);
	js_nonzero(js, "netns_cookie", drop->netns_cookie);
	js_text(js, "protocol",
		ip                ? protocol_word(drop->flow.protocol, word, sizeof(word))
		: drop->ethertype ? drop_protocol_word(drop, word, sizeof(word))
				  : NULL);
	js_text(js, "family", !ip ? NULL : drop->flow.v6 ? "ipv6" : "ipv4");
	js_name(js, "location", drop->location);
	if (flows)
		put_ends(js, drop);
	js_text(js, "weight", advice ? weir_drop_weight_name(advice->weight) : NULL);
	js_text(js, "advice", advice ? advice->text : NULL);
	js_text(js, "reference", advice ? advice->reference : NULL);
}

static void put_stack(struct json_stream *js, const struct drops_view *view, int32_t stack)
{
	char frames[DROP_FRAMES][WEIR_SYMBOL];
	size_t n = view->stack(view->stack_arg, stack, frames, DROP_FRAMES);

	js_open(js, "stack", '[');
	for (size_t i = 0; i < n; i++)
		js_text(js, NULL, frames[i]);
	js_close(js, ']');
}

static void put_drop(struct json_stream *js, const struct drops_view *view,
		     const struct weir_kernel_drop *drop)
{
	js_open(js, NULL, '{');
	json_drop_keys(js, drop, view->flows);
	js_number(js, "packets", drop->packets);
	js_number(js, "bytes", drop->bytes);
	js_real(js, "packets_per_second", growth_rate(drop->packets, view->drops->seconds));
	if (view->stack)
		put_stack(js, view, drop->stack);
	js_close(js, '}');
}

static void put_interface(struct json_stream *js, const struct weir_drop_interface *item)
{
	js_open(js, NULL, '{');
	js_text(js, "interface", item->ifname);
	js_number(js, "ifindex", item->ifindex);
	js_name(js, "netns", item->netns);
	js_number(js, "netns_cookie", item->netns_cookie);
	js_open(js, "losses", '{');
	for (int i = 0; i < WEIR_LOSSES; i++)
		js_number(js, weir_loss_name((enum weir_loss)i), item->losses[i]);
	js_close(js, '}');
	js_close(js, '}');
}

/* The names are those of status and counters. */
static void put_verdict(struct json_stream *js, const struct weir_drop_verdict *item)
{
	const struct weir_slot *record = &item->attachment.record;
	enum weir_target_kind kind = weir_target_kind(record);

	js_open(js, NULL, '{');
	js_number(js, "slot", item->attachment.slot);
	js_name(js, "netns", record->netns_name);
	js_name(js, "interface", record->ifname);
	js_text(js, "cgroup", kind == WEIR_TARGET_CGROUP ? record->target : NULL);
	js_text(js, "socket", kind == WEIR_TARGET_SOCKET ? record->target : NULL);
	js_text(js, "hook", weir_hook_name((enum weir_hook)record->hook));
	js_text(js, "verdict", weir_verdict_name(item->verdict));
	js_number(js, "packets", item->packets);
	js_number(js, "bytes", item->bytes);
	js_close(js, '}');
}

int json_drops(const struct drops_view *view, FILE *out)
{
	const struct weir_drops *drops = view->drops;
	struct json_stream js = { .out = out, .pretty = view->pretty };
	size_t shown = view->top && view->top < drops->count ? view->top : drops->count;
	char since[40];

	js_open(&js, NULL, '{');
	js_text(&js, "since", format_time(drops->since_ns, since, sizeof(since)));
	js_real(&js, "seconds", drops->seconds);
	js_open(&js, "drops", '[');
	for (size_t i = 0; i < shown; i++)
		put_drop(&js, view, &drops->items[i]);
	js_close(&js, ']');
	js_open(&js, "verdicts", '[');
	for (size_t i = 0; i < drops->verdict_count; i++)
		put_verdict(&js, &drops->verdicts[i]);
	js_close(&js, ']');
	js_open(&js, "interfaces", '[');
	for (size_t i = 0; i < drops->interface_count; i++)
		put_interface(&js, &drops->interfaces[i]);
	js_close(&js, ']');
	js_number(&js, "uncounted", drops->uncounted);
	js_number(&js, "missed", drops->missed);
	js_number_if(&js, "events", drops->events, view->events);
	js_number_if(&js, "events_left_out", drops->events_left, view->events);
	js_close(&js, '}');
	return js_end(&js);
}

int json_drop_event(const struct weir_kernel_drop *drop, uint64_t time_ns, FILE *out)
{
	struct json_stream js = { .out = out };
	char time[40];

	js_open(&js, NULL, '{');
	js_text(&js, "time", format_time(time_ns, time, sizeof(time)));
	json_drop_keys(&js, drop, true);
	js_number(&js, "bytes", drop->bytes);
	js_close(&js, '}');
	return js_end(&js);
}
