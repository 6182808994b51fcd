// SPDX-License-Identifier: GPL-2.0
/* table.c - see table.h. */
#include <errno.h>
#include <inttypes.h>
#include "ctl/sockets/match.h"
#include "ctl/sockets/table.h"
#include "ctl/write/json_stream.h"
#include "ctl/write/table.h"
#include "datapath/base/cleanup.h"

static const char *or_dash(const char *text)
{
	return text[0] ? text : "-";
}

static void add_netns(struct table *table, const struct weir_socket *s)
{
	if (s->netns[0])
		table_cell(table, PLAIN, "%s", s->netns);
	else if (s->here || !s->netns_cookie)
		table_cell(table, PLAIN, "-");
	else
		table_cell(table, PLAIN, "#%" PRIu64, s->netns_cookie);
}

static void add_filter(struct table *table, const struct weir_socket *s)
{
	const char *locked = s->locked ? ", locked" : "";

	if (s->filter == WEIR_SOCKET_FILTER_WEIR)
		table_cell(table, GREEN, "slot %u%s", s->slot, locked);
	else
		table_cell(table, s->filter == WEIR_SOCKET_FILTER_NONE ? DIM : YELLOW, "%s%s",
			   weir_socket_filter_name(s->filter), locked);
}

int out_sockets(const struct weir_sockets *sockets, bool color, FILE *out)
{
	static const struct column columns[] = {
		{ "SOCKET", RIGHT }, { "COMMAND", LEFT }, { "PROTOCOL", LEFT }, { "STATE", LEFT },
		{ "LOCAL", LEFT },   { "REMOTE", LEFT },  { "NETNS", LEFT },    { "FILTER", LEFT },
	};
	_cleanup_(table_freep) struct table *table = table_new(columns, ARRAY_SIZE(columns));

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < sockets->count; i++) {
		const struct weir_socket *s = &sockets->items[i];

		table_cell(table, PLAIN, "%u:%d", s->pid, s->fd);
		table_cell(table, PLAIN, "%s", or_dash(s->command));
		table_cell(table, PLAIN, "%s", or_dash(s->protocol));
		table_cell(table, PLAIN, "%s", or_dash(s->state));
		table_cell(table, PLAIN, "%s", or_dash(s->local));
		table_cell(table, PLAIN, "%s", or_dash(s->remote));
		add_netns(table, s);
		add_filter(table, s);
	}
	return table_print(table, color, out);
}

static void put_socket(struct json_stream *js, const struct weir_socket *s)
{
	js_open(js, NULL, '{');
	js_number(js, "pid", s->pid);
	js_number(js, "fd", (uint64_t)s->fd);
	js_name(js, "command", s->command);
	js_name(js, "protocol", s->protocol);
	js_name(js, "state", s->state);
	js_name(js, "local", s->local);
	js_nonzero(js, "local_port", s->local_port);
	js_name(js, "remote", s->remote);
	js_nonzero(js, "remote_port", s->remote_port);
	js_name(js, "netns", s->netns);
	js_number(js, "inode", s->inode);
	js_nonzero(js, "cookie", s->cookie);
	js_word(js, "filter", weir_socket_filter_name(s->filter));
	if (s->filter == WEIR_SOCKET_FILTER_UNKNOWN)
		js_null(js, "locked");
	else
		js_bool(js, "locked", s->locked);
	js_number_if(js, "slot", s->slot, s->filter == WEIR_SOCKET_FILTER_WEIR);
	js_close(js, '}');
}

int json_sockets(const struct weir_sockets *sockets, const char *pattern, bool pretty, FILE *out)
{
	struct json_stream js = { .out = out, .pretty = pretty };

	js_open(&js, NULL, '[');
	for (size_t i = 0; i < sockets->count && !ferror(out); i++) {
		if (!pattern || socket_match(&sockets->items[i], pattern))
			put_socket(&js, &sockets->items[i]);
	}
	js_close(&js, ']');
	return js_end(&js);
}
