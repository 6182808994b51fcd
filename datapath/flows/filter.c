// SPDX-License-Identifier: GPL-2.0
/* filter.c - evaluates a compiled filter; see filter.h. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/flows/filter_code.h"
#include "datapath/flows/flows.h"

void weir_flow_filter_free(struct weir_flow_filter *filter)
{
	if (!filter)
		return;
	free(filter->code);
	free(filter);
}

void weir_flow_filter_freep(struct weir_flow_filter **filter)
{
	weir_flow_filter_free(*filter);
}

/* --- names --- */

/* From IANA's registry of protocol numbers: the common ones. */
static const char *const protocols[256] = {
	[0] = "hopopt", [1] = "icmp",    [2] = "igmp",      [4] = "ipip",  [6] = "tcp",
	[17] = "udp",   [33] = "dccp",   [41] = "ipv6",     [47] = "gre",  [50] = "esp",
	[51] = "ah",    [58] = "icmpv6", [89] = "ospf",     [103] = "pim", [112] = "vrrp",
	[115] = "l2tp", [132] = "sctp",  [136] = "udplite",
};

const char *weir_ip_protocol_name(uint8_t protocol)
{
	return protocols[protocol];
}

int weir_ip_protocol_from_name(const char *name, uint8_t *ret_protocol)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(protocols); i++) {
		if (protocols[i] && strcmp(protocols[i], name) == 0) {
			*ret_protocol = (uint8_t)i;
			return 0;
		}
	}
	return -EINVAL;
}

/* RFC 9293, 3.1 */
const char *weir_tcp_flag_name(unsigned int bit)
{
	static const char *const names[] = {
		"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"
	};

	return bit < ARRAY_SIZE(names) ? names[bit] : NULL;
}

/* The protocols whose ports bpf/packet/parse.bpf.h reads. */
bool weir_ip_protocol_has_ports(uint8_t protocol)
{
	return protocol == 6 || protocol == 17 || protocol == 132;
}

/* --- evaluating --- */

static bool in_range(uint16_t port, const struct filter_instruction *in)
{
	return port >= in->low && port <= in->high;
}

static bool match_port(const struct filter_instruction *in, const struct weir_flow_info *flow)
{
	if (!weir_ip_protocol_has_ports(flow->protocol))
		return false;
	return (in->side & FILTER_SRC && in_range(flow->src_port, in)) ||
	       (in->side & FILTER_DST && in_range(flow->dst_port, in));
}

static bool in_net(const uint8_t *address, const struct filter_instruction *in)
{
	uint64_t words[2];

	memcpy(words, address, sizeof(words));
	return (((words[0] ^ in->address[0]) & in->mask[0]) |
		((words[1] ^ in->address[1]) & in->mask[1])) == 0;
}

static bool match_address(const struct filter_instruction *in, const struct weir_flow_info *flow)
{
	/* IPv6 packets may have mapped addresses */
	if (flow->v6 != in->v6)
		return false;
	return (in->side & FILTER_SRC && in_net(flow->src, in)) ||
	       (in->side & FILTER_DST && in_net(flow->dst, in));
}

static bool match_name(const struct filter_instruction *in, const char *name)
{
	return in->is_glob ? fnmatch(in->name, name, 0) == 0 : strcmp(in->name, name) == 0;
}

static bool compare(const struct filter_instruction *in, uint64_t value)
{
	switch (in->comparison) {
	case FILTER_LESS:
		return value < in->low;
	case FILTER_LESS_EQUAL:
		return value <= in->low;
	case FILTER_GREATER:
		return value > in->low;
	case FILTER_GREATER_EQUAL:
		return value >= in->low;
	case FILTER_EQUAL:
		return value == in->low;
	case FILTER_NOT_EQUAL:
		return value != in->low;
	}
	return false;
}

static uint64_t since(uint64_t then, uint64_t now)
{
	return now > then ? now - then : 0;
}

static bool test(const struct filter_instruction *in, const struct weir_flow_info *flow,
		 const struct weir_attachment *attachment, uint64_t now_ns)
{
	switch (in->op) {
	case FILTER_FAMILY:
		return flow->v6 == (in->low == 1);
	case FILTER_PROTOCOL:
		return flow->protocol == in->low;
	case FILTER_PORT:
		return match_port(in, flow);
	case FILTER_ADDRESS:
		return match_address(in, flow);
	case FILTER_IFACE:
		return match_name(in, attachment->record.ifname);
	case FILTER_NETNS:
		return match_name(in, attachment->record.netns_name);
	case FILTER_HOOK:
		return attachment->record.hook == in->low;
	case FILTER_PACKETS:
		return compare(in, flow->packets);
	case FILTER_BYTES:
		return compare(in, flow->bytes);
	case FILTER_AGE:
		return compare(in, since(flow->first_ns, now_ns));
	case FILTER_IDLE:
		return compare(in, since(flow->last_ns, now_ns));
	case FILTER_FLAGS:
		return flow->protocol == 6 && (flow->tcp_flags & in->low) == in->low;
	case FILTER_NOT:
	case FILTER_JUMP_IF:
	case FILTER_JUMP_UNLESS:
		break; /* these are not tests */
	}
	return false;
}

bool weir_flow_filter_match(const struct weir_flow_filter *filter,
			    const struct weir_flow_info *flow,
			    const struct weir_attachment *attachment, uint64_t now_ns)
{
	bool result = true;

	for (size_t i = 0; filter && i < filter->count; i++) {
		const struct filter_instruction *in = &filter->code[i];

		/* all jumps go forward, so this terminates */
		if (in->op == FILTER_NOT)
			result = !result;
		else if (in->op == FILTER_JUMP_IF || in->op == FILTER_JUMP_UNLESS)
			i = result == (in->op == FILTER_JUMP_IF) ? in->target - 1 : i;
		else
			result = test(in, flow, attachment, now_ns);
	}
	return result;
}
