// SPDX-License-Identifier: GPL-2.0
/* out_sockets.c - see out_sockets.h. */
#include <errno.h>
#include <inttypes.h>
#include "datapath/cleanup.h"
#include "out_json.h"
#include "out_sockets.h"
#include "out_table.h"

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

static json_t *text_or_null(const char *text)
{
	return text[0] ? json_text(text) : json_null();
}

static json_t *number_or_null(uint64_t number)
{
	return number ? json_integer((json_int_t)number) : json_null();
}

static json_t *json_one(const struct weir_socket *s)
{
	bool ours = s->filter == WEIR_SOCKET_FILTER_WEIR;
	json_t *locked = s->filter == WEIR_SOCKET_FILTER_UNKNOWN ? json_null()
								 : json_boolean(s->locked);

	return json_pack("{s:I,s:i,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:o,s:s,s:o,s:o}", "pid",
			 (json_int_t)s->pid, "fd", s->fd, "command", text_or_null(s->command),
			 "protocol", text_or_null(s->protocol), "state", text_or_null(s->state),
			 "local", text_or_null(s->local), "local_port",
			 number_or_null(s->local_port), "remote", text_or_null(s->remote),
			 "remote_port", number_or_null(s->remote_port), "netns",
			 text_or_null(s->netns), "inode", (json_int_t)s->inode, "cookie",
			 number_or_null(s->cookie), "filter", weir_socket_filter_name(s->filter),
			 "locked", locked, "slot", ours ? json_integer(s->slot) : json_null());
}

json_t *json_sockets(const struct weir_sockets *sockets)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < sockets->count; i++) {
		if (json_array_append_new(array, json_one(&sockets->items[i])) < 0) {
			json_decref(array);
			array = NULL;
		}
	}
	return array;
}
