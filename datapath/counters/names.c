// SPDX-License-Identifier: GPL-2.0
/* names.c - names of protocols and verdicts; see counters.h. */
#include <assert.h>
#include "bpf/abi/abi.h"
#include "datapath/base/name.h"
#include "datapath/counters/counters.h"

static const char *const protocols[] = {
	[WEIR_PROTO_ARP] = "arp",           [WEIR_PROTO_IPV4] = "ipv4",
	[WEIR_PROTO_IPV6] = "ipv6",         [WEIR_PROTO_OTHER_L3] = "other-l3",
	[WEIR_PROTO_TCP] = "tcp",           [WEIR_PROTO_UDP] = "udp",
	[WEIR_PROTO_ICMP] = "icmp",         [WEIR_PROTO_ICMPV6] = "icmpv6",
	[WEIR_PROTO_SCTP] = "sctp",         [WEIR_PROTO_OTHER_L4] = "other-l4",
	[WEIR_PROTO_FRAGMENT] = "fragment", [WEIR_PROTO_MALFORMED] = "malformed",
};
static_assert(ARRAY_SIZE(protocols) == WEIR_PROTOS, "a protocol has no name");

static const char *const verdicts[] = {
	[WEIR_VERDICT_PASS] = "pass",
	[WEIR_VERDICT_SOCKET_FILTER] = "socket-filter",
};
static_assert(ARRAY_SIZE(verdicts) == WEIR_VERDICTS, "a verdict has no name");

static_assert(WEIR_VERDICTS == 1 + WEIR_DROP_REASONS, "a drop reason is no verdict");

const char *weir_protocol_name(enum weir_protocol protocol)
{
	return NAME(protocols, protocol);
}

const char *weir_verdict_name(enum weir_verdict verdict)
{
	return NAME(verdicts, verdict);
}
