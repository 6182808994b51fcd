// SPDX-License-Identifier: GPL-2.0
/* json.c - prints flows as JSON, one at a time; see table.h. */
#include <errno.h>
#include <stdlib.h>
#include "ctl/flows/table.h"
#include "ctl/flows/words.h"
#include "ctl/write/json_stream.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"
#include "datapath/flows/flows.h"

/* Fields common to all flows of a slot. */
struct place {
	const char *netns;
	const char *interface;
	const char *hook;
};

struct writer {
	const struct flows_view *view;
	struct json_stream js;
	struct place places[WEIR_SLOTS];
	uint64_t day; /* the day of the date in `time` */
	char time[40];
};

static void fill_places(struct writer *w)
{
	const struct weir_attachments *list = &w->view->flows->attachments;

	for (size_t i = 0; i < list->count; i++) {
		const struct weir_slot *r = &list->items[i].record;
		struct place *place = &w->places[list->items[i].slot];

		place->netns = r->netns_name;
		place->interface = r->ifname;
		place->hook = weir_hook_name(r->hook);
	}
}

/* --- parts --- */

static void put_two(char *at, uint64_t value)
{
	at[0] = (char)('0' + value / 10);
	at[1] = (char)('0' + value % 10);
}

/* Writes "YYYY-MM-DDTHH:MM:SS.mmmZ" like format_time(), but formats the date only once a day. */
static void put_time(struct writer *w, const char *key, uint64_t ns)
{
	uint64_t ms = ns / 1000000, day = ms / 86400000;

	if (day != w->day || !w->time[0]) {
		w->day = day;
		format_time(ns, w->time, sizeof(w->time));
	}
	put_two(w->time + 11, ms / 3600000 % 24);
	put_two(w->time + 14, ms / 60000 % 60);
	put_two(w->time + 17, ms / 1000 % 60);
	put_two(w->time + 20, ms / 10 % 100);
	w->time[22] = (char)('0' + ms % 10);
	js_word(&w->js, key, w->time);
}

static void put_times(struct writer *w, const struct flow_row *row)
{
	put_time(w, "first_seen", row->first_ns);
	put_time(w, "last_seen", row->last_ns);
}

static void put_protocol(struct writer *w, const struct flow_row *row)
{
	char word[FLOW_WORD];

	js_word(&w->js, "protocol", protocol_word(row->protocol, word, sizeof(word)));
}

static void put_address(struct writer *w, const char *key, const struct flow_end *end, bool v6)
{
	char word[FLOW_WORD];

	js_word(&w->js, key, address_word(end->address, v6, word, sizeof(word)));
}

static void put_ends(struct writer *w, const struct flow_row *row)
{
	/* The ports of fragments are unknown if the first fragment was not seen. */
	bool ports = weir_ip_protocol_has_ports(row->protocol) && (row->a.port || row->b.port);

	put_protocol(w, row);
	put_address(w, "src", &row->a, row->v6);
	js_number_if(&w->js, "src_port", row->a.port, ports);
	put_address(w, "dst", &row->b, row->v6);
	js_number_if(&w->js, "dst_port", row->b.port, ports);
}

static void put_flags(struct writer *w, const struct flow_row *row)
{
	if (row->protocol != 6) {
		js_null(&w->js, "tcp_flags");
		return;
	}
	js_open(&w->js, "tcp_flags", '[');
	for (unsigned int bit = 0; weir_tcp_flag_name(bit); bit++) {
		if (row->tcp_flags >> bit & 1)
			js_word(&w->js, NULL, weir_tcp_flag_name(bit));
	}
	js_close(&w->js, ']');
}

static void put_icmp(struct writer *w, const struct flow_row *row)
{
	bool icmp = is_icmp(row->protocol);
	uint8_t type = (uint8_t)(row->a.port >> 8);

	js_number_if(&w->js, "icmp_type", type, icmp);
	js_number_if(&w->js, "icmp_code", row->a.port & 0xff, icmp);
	js_number_if(&w->js, "icmp_id", row->b.port, icmp && icmp_has_id(row->protocol, type));
}

static void put_count(struct writer *w, const char *key, const struct weir_count *count)
{
	js_open(&w->js, key, '{');
	js_number(&w->js, "packets", count->packets);
	js_number(&w->js, "bytes", count->bytes);
	js_close(&w->js, '}');
}

static void put_rate(struct writer *w, const struct flow_row *row)
{
	double seconds = w->view->rows ? w->view->rows->seconds : 0;

	if (seconds <= 0)
		return;
	js_open(&w->js, "rate", '{');
	js_real(&w->js, "seconds", seconds);
	js_real(&w->js, "packets_per_second", flow_row_packet_rate(row, seconds));
	js_real(&w->js, "bits_per_second", flow_row_bit_rate(row, seconds));
	js_close(&w->js, '}');
}

/* --- objects --- */

static void put_apart(struct writer *w, const struct flow_row *row)
{
	const struct place *place = &w->places[row->place];

	js_number(&w->js, "slot", row->place);
	js_name(&w->js, "netns", place->netns);
	js_text(&w->js, "interface", place->interface);
	js_word(&w->js, "hook", place->hook);
	put_ends(w, row);
	js_number(&w->js, "packets", row->there.packets);
	js_number(&w->js, "bytes", row->there.bytes);
	put_times(w, row);
	put_flags(w, row);
	put_icmp(w, row);
	put_rate(w, row);
}

static void put_conversation(struct writer *w, const struct flow_row *row)
{
	put_ends(w, row);
	put_count(w, "there", &row->there);
	put_count(w, "back", &row->back);
	put_times(w, row);
	put_flags(w, row);
	put_icmp(w, row);
}

static void put_sum(struct writer *w, const struct flow_row *row, enum flow_by by)
{
	static const char *const ways[][2] = {
		[FLOW_BY_FLOW] = { "there", "back" },
		[FLOW_BY_HOST] = { "sent", "received" },
		[FLOW_BY_PAIR] = { "a_to_b", "b_to_a" },
		[FLOW_BY_PORT] = { "to_server", "from_server" },
		[FLOW_BY_PROTO] = { "received", "sent" },
	};

	if (by == FLOW_BY_HOST) {
		put_address(w, "address", &row->a, row->v6);
	} else if (by == FLOW_BY_PAIR) {
		put_address(w, "a", &row->a, row->v6);
		put_address(w, "b", &row->b, row->v6);
	} else {
		put_protocol(w, row);
		if (by == FLOW_BY_PORT)
			js_number_if(&w->js, "port", row->b.port, row->b.port != 0);
		else
			js_word(&w->js, "family", row->v6 ? "ipv6" : "ipv4");
	}
	js_number(&w->js, "flows", row->flows);
	put_count(w, ways[by][0], &row->there);
	put_count(w, ways[by][1], &row->back);
	put_times(w, row);
}

static void put_object(struct writer *w, const struct flow_row *row)
{
	const struct place *place = &w->places[row->place];

	js_open(&w->js, NULL, '{');
	if (w->view->apart) {
		put_apart(w, row);
	} else {
		js_name(&w->js, "netns", place->netns);
		js_text(&w->js, "interface", place->interface);
		if (w->view->by == FLOW_BY_FLOW)
			put_conversation(w, row);
		else
			put_sum(w, row, w->view->by);
		put_rate(w, row);
	}
	js_close(&w->js, '}');
}

int json_flows(const struct flows_view *view, FILE *out)
{
	_cleanup_free_ struct writer *w = calloc(1, sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->view = view;
	w->js = (struct json_stream){ .out = out, .pretty = view->pretty };
	fill_places(w);
	js_open(&w->js, NULL, '[');
	for (size_t i = 0; i < view->order->count && !ferror(out); i++) {
		uint32_t at = view->order->items[i];
		struct flow_row row = view->rows ? view->rows->items[at]
						 : flow_row_of(&view->flows->items[at]);

		put_object(w, &row);
	}
	js_close(&w->js, ']');
	return js_end(&w->js);
}
