// SPDX-License-Identifier: GPL-2.0
/* json.c - prints TCP connections, histograms and events as JSON; see table.h. */
#include <errno.h>
#include <string.h>
#include "ctl/attach/labels.h"
#include "ctl/flows/words.h"
#include "ctl/tcp/table.h"
#include "ctl/write/json_stream.h"
#include "ctl/write/units.h"

static void put_time(struct json_stream *js, const char *key, uint64_t ns)
{
	char text[40];

	if (ns)
		js_word(js, key, format_time(ns, text, sizeof(text)));
	else
		js_null(js, key);
}

static void put_end(struct json_stream *js, const char *key, const uint32_t *address, bool v6)
{
	uint8_t bytes[16];
	char text[FLOW_WORD];

	memcpy(bytes, address, sizeof(bytes));
	js_word(js, key, address_word(bytes, v6, text, sizeof(text)));
}

static void put_who(struct json_stream *js, const struct weir_tcp_info *info)
{
	const struct weir_tcp *tcp = &info->tcp;
	bool v6 = tcp->flags & WEIR_TCP_F_V6;
	char command[sizeof(tcp->command) + 1] = "";

	memcpy(command, tcp->command, sizeof(tcp->command));
	js_number(js, "slot", info->slot);
	js_name(js, "netns", info->netns_name);
	js_number(js, "netns_cookie", tcp->netns_cookie);
	js_text(js, "cgroup", info->cgroup);
	js_number(js, "cgroup_id", tcp->cgroup_id);
	js_nonzero(js, "pid", tcp->pid);
	js_text(js, "command", tcp->pid ? command : NULL);
	js_text(js, "direction", weir_tcp_direction_name(tcp->direction));
	js_text(js, "state", weir_tcp_state_name(tcp->state));
	put_end(js, "local", tcp->local, v6);
	js_number(js, "local_port", tcp->local_port);
	put_end(js, "remote", tcp->remote, v6);
	js_number(js, "remote_port", tcp->remote_port);
}

static void put_times(struct json_stream *js, const struct weir_tcp *tcp)
{
	put_time(js, "started_at", tcp->started);
	put_time(js, "established_at", tcp->established);
	js_nonzero(js, "connect_latency_us", tcp->latency_us);
}

static void put_measures(struct json_stream *js, const struct weir_tcp *tcp)
{
	const struct weir_tcp_measures *m = &tcp->measures;

	js_nonzero(js, "srtt_us", m->srtt_us);
	js_nonzero(js, "min_rtt_us", m->min_rtt_us);
	js_number(js, "cwnd", m->cwnd);
	js_number(js, "mss", m->mss);
	js_number(js, "retransmits", m->retransmits);
	js_number(js, "rtos", tcp->rtos);
	js_number(js, "lost", tcp->lost);
	js_number(js, "segs_out", m->segs_out);
	js_number(js, "segs_in", m->segs_in);
	js_number(js, "data_segs_out", m->data_segs_out);
	js_number(js, "data_segs_in", m->data_segs_in);
	js_number(js, "bytes_acked", m->bytes_acked);
	js_number(js, "bytes_received", m->bytes_received);
	js_number(js, "delivery_rate_bits_per_second", 8 * m->delivery_rate);
	js_number(js, "ecn_marks", m->delivered_ce);
	js_number(js, "reordering", m->reordering);
	js_number(js, "reorderings_seen", m->reord_seen);
}

/* Writes the keys of a connection into an open object. */
static void put_connection(struct json_stream *js, const struct weir_tcp_info *info)
{
	put_who(js, info);
	put_times(js, &info->tcp);
	put_measures(js, &info->tcp);
	put_time(js, "closed_at", info->tcp.closed);
	js_text(js, "close_reason", weir_tcp_end_name(info->tcp.end));
	js_bool(js, "adopted", info->tcp.flags & WEIR_TCP_F_ADOPTED);
}

int json_tcp(const struct tcp_view *view, FILE *out)
{
	struct json_stream js = { .out = out, .pretty = view->pretty };

	js_open(&js, NULL, '[');
	for (size_t i = 0; i < view->rows->count && !ferror(out); i++) {
		js_open(&js, NULL, '{');
		put_connection(&js, view->rows->items[i]);
		js_close(&js, '}');
	}
	js_close(&js, ']');
	return js_end(&js);
}

int json_tcp_event(const struct weir_tcp_occurrence *event, FILE *out)
{
	static const char *const values[] = {
		[WEIR_TCP_EVENT_CONNECT] = NULL,     [WEIR_TCP_EVENT_ACCEPT] = NULL,
		[WEIR_TCP_EVENT_CLOSE] = NULL,       [WEIR_TCP_EVENT_RETRANSMIT] = "segments",
		[WEIR_TCP_EVENT_RTO] = "timeout_ms",
	};
	struct json_stream js = { .out = out };

	js_open(&js, NULL, '{');
	put_time(&js, "time", event->time_ns);
	js_word(&js, "event", weir_tcp_event_name(event->kind));
	if (values[event->kind])
		js_number(&js, values[event->kind], event->value);
	put_connection(&js, &event->info);
	js_close(&js, '}');
	return js_end(&js);
}
