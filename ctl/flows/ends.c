// SPDX-License-Identifier: GPL-2.0
/* ends.c - the two ends of a flow, and which of them is the client; see ends.h. */
#include <errno.h>
#include <string.h>
#include "ctl/flows/ends.h"
#include "datapath/base/cleanup.h"

static const char *const by_names[] = {
	[FLOW_BY_FLOW] = "flow", [FLOW_BY_HOST] = "host",   [FLOW_BY_PAIR] = "pair",
	[FLOW_BY_PORT] = "port", [FLOW_BY_PROTO] = "proto",
};
static_assert(ARRAY_SIZE(by_names) == FLOW_BYS, "one name each");

const struct choices flow_by_choices = CHOICES(by_names);

const char *flow_by_name(enum flow_by by)
{
	return by < FLOW_BYS ? by_names[by] : NULL;
}

/* Returns the ICMP type of the request that a type replies to (RFC 792, 950, 4443), or -1. */
static int icmp_request_of(uint8_t protocol, uint8_t type)
{
	if (protocol == 58)
		return type == 129 ? 128 : -1;
	switch (type) {
	case 0:
		return 8;
	case 14:
	case 16:
	case 18:
		return type - 1;
	}
	return -1;
}

struct flow_row flow_row_of(const struct weir_flow_info *flow)
{
	struct flow_row row = {
		.a.port = flow->src_port,
		.b.port = flow->dst_port,
		.place = flow->slot,
		.protocol = flow->protocol,
		.v6 = flow->v6,
		.tcp_flags = flow->tcp_flags,
		.flows = 1,
		.there = { flow->packets, flow->bytes },
		.first_ns = flow->first_ns,
		.last_ns = flow->last_ns,
	};

	memcpy(row.a.address, flow->src, sizeof(row.a.address));
	memcpy(row.b.address, flow->dst, sizeof(row.b.address));
	return row;
}

void flow_row_turn(struct flow_row *row)
{
	struct flow_end a = row->a;

	row->a = row->b;
	row->b = a;
}

enum way flow_row_fold(struct flow_row *row)
{
	int order;

	if (row->protocol == 1 || row->protocol == 58) {
		uint16_t id = row->b.port;
		int request = icmp_request_of(row->protocol, (uint8_t)(row->a.port >> 8));

		if (request < 0)
			return THERE;
		flow_row_turn(row);
		row->a.port = (uint16_t)(request << 8 | (row->b.port & 0xff));
		row->b.port = id;
		return BACK;
	}
	order = memcmp(row->a.address, row->b.address, sizeof(row->a.address));
	if (order < 0 || (order == 0 && row->a.port <= row->b.port))
		return THERE;
	flow_row_turn(row);
	return BACK;
}

bool flow_port_is_server(uint16_t port, uint16_t other, bool *ret_sure)
{
	/* Well-known ports need a privilege; Linux assigns ephemeral ones to clients. */
	bool known = port < 1024, other_known = other < 1024;
	bool ephemeral = port >= 32768, other_ephemeral = other >= 32768;

	*ret_sure = true;
	if (known != other_known)
		return known;
	if (ephemeral != other_ephemeral)
		return other_ephemeral;
	*ret_sure = false;
	return port < other;
}
