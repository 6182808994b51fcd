// SPDX-License-Identifier: GPL-2.0
/*
 * advice.c - the meaning of common drop reasons, and whether they need attention. Meanings are from
 * include/net/dropreason-core.h. A reference is the place in the kernel that drops, or the document
 * that explains the setting.
 */
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/drops/drops.h"

#define SYSCTL "Documentation/networking/ip-sysctl.rst"

/* clang-format off */
static const struct weir_drop_advice table[] = {
	{ "NOT_SPECIFIED", WEIR_DROP_LOOK,
	  "the kernel gives no reason here: the location says where", "net/core/skbuff.c" },
	{ "NO_SOCKET", WEIR_DROP_NORMAL,
	  "no socket listens on that port; check if one should: `ss -lntu`", "net/ipv4/udp.c" },
	{ "PKT_TOO_SMALL", WEIR_DROP_LOOK,
	  "shorter than its headers say: a sender or a tunnel truncates packets", "net/ipv4/ip_input.c" },
	{ "TCP_CSUM", WEIR_DROP_LOOK,
	  "corrupted on the way, or an offload leaves checksums empty: `ethtool -k`",
	  "net/ipv4/tcp_ipv4.c" },
	{ "UDP_CSUM", WEIR_DROP_LOOK,
	  "corrupted on the way, or an offload leaves checksums empty: `ethtool -k`",
	  "net/ipv4/udp.c" },
	{ "IP_CSUM", WEIR_DROP_LOOK,
	  "the IP header is corrupted: a bad cable, card or memory", "net/ipv4/ip_input.c" },
	{ "ICMP_CSUM", WEIR_DROP_LOOK, "corrupted on the way", "net/ipv4/icmp.c" },
	{ "SOCKET_FILTER", WEIR_DROP_NORMAL,
	  "a filter of the socket or its cgroup rejected it, as configured", "net/core/filter.c" },
	{ "SOCKET_RCVBUFF", WEIR_DROP_LOOK,
	  "the program reads too slowly: use a larger SO_RCVBUF (net.core.rmem_max), or more "
	  "readers",
	  "net/core/sock.c" },
	{ "SOCKET_BACKLOG", WEIR_DROP_LOOK,
	  "the socket was busy for too long: use more receive buffer, or more sockets",
	  "include/net/sock.h" },
	{ "PROTO_MEM", WEIR_DROP_LOOK,
	  "all sockets of the protocol are out of memory: net.ipv4.udp_mem, tcp_mem", SYSCTL },
	{ "NETFILTER_DROP", WEIR_DROP_NORMAL,
	  "a firewall rule dropped it: `nft list ruleset`, `iptables -nvL`", "net/netfilter/core.c" },
	{ "OTHERHOST", WEIR_DROP_NORMAL,
	  "addressed to another MAC: promiscuous mode, or a flooding switch", "net/ipv4/ip_input.c" },
	{ "IP_INHDR", WEIR_DROP_LOOK, "its IP header contradicts itself", "net/ipv4/ip_input.c" },
	{ "IP_RPFILTER", WEIR_DROP_LOOK,
	  "no route back to its source through that interface: net.ipv4.conf.*.rp_filter, or the "
	  "routes",
	  SYSCTL },
	{ "IP_INADDRERRORS", WEIR_DROP_LOOK,
	  "not for this host, and not forwarded: net.ipv4.ip_forward, or a wrong route of the "
	  "sender",
	  "net/ipv4/route.c" },
	{ "IP_INNOROUTES", WEIR_DROP_LOOK, "to be forwarded, but there is no route: `ip route`",
	  "net/ipv4/ip_input.c" },
	{ "IP_OUTNOROUTES", WEIR_DROP_LOOK, "there is no route: `ip route`",
	  "net/ipv4/ip_output.c" },
	{ "UNICAST_IN_L2_MULTICAST", WEIR_DROP_NORMAL,
	  "a unicast address within a broadcast frame (RFC 1122, 3.3.6)", "net/ipv4/ip_input.c" },
	{ "IP_NOPROTO", WEIR_DROP_NORMAL, "no handler for that protocol above IP",
	  "net/ipv4/ip_input.c" },
	{ "XFRM_POLICY", WEIR_DROP_LOOK,
	  "an IPsec policy rejected it: `ip xfrm policy`", "Documentation/networking/xfrm_proc.rst" },
	{ "UNHANDLED_PROTO", WEIR_DROP_NORMAL,
	  "no handler for that EtherType: LLDP, STP and the like", "net/core/dev.c" },
	{ "NEIGH_FAILED", WEIR_DROP_LOOK,
	  "the next hop does not answer ARP or ND: `ip neigh`", "net/core/neighbour.c" },
	{ "NEIGH_QUEUEFULL", WEIR_DROP_LOOK,
	  "more packets waited for ARP or ND than neigh.*.unres_qlen_bytes", SYSCTL },
	{ "NEIGH_DEAD", WEIR_DROP_NORMAL, "the neighbour went away meanwhile",
	  "net/core/neighbour.c" },
	{ "QDISC_DROP", WEIR_DROP_LOOK,
	  "the queue of the interface is full, or shapes traffic: `tc -s qdisc show`", "net/core/dev.c" },
	{ "QDISC_OVERLIMIT", WEIR_DROP_LOOK,
	  "the queue of the interface is full: `tc -s qdisc show`", "net/sched/sch_fq_codel.c" },
	{ "QDISC_CONGESTED", WEIR_DROP_NORMAL,
	  "the queue limits delay, as configured", "net/sched/sch_codel.c" },
	{ "CPU_BACKLOG", WEIR_DROP_LOOK,
	  "a CPU cannot keep up: net.core.netdev_max_backlog, RPS",
	  "Documentation/admin-guide/sysctl/net.rst" },
	{ "TC_INGRESS", WEIR_DROP_NORMAL, "a tc filter dropped it: `tc -s filter show dev DEV "
					  "ingress`",
	  "net/core/dev.c" },
	{ "TC_EGRESS", WEIR_DROP_NORMAL, "a tc filter dropped it: `tc -s filter show dev DEV "
					 "egress`",
	  "net/core/dev.c" },
	{ "XDP", WEIR_DROP_NORMAL, "an XDP program dropped it", "net/core/dev.c" },
	{ "BPF_CGROUP_EGRESS", WEIR_DROP_NORMAL, "a BPF program of the cgroup dropped it",
	  "net/ipv4/ip_output.c" },
	{ "SECURITY_HOOK", WEIR_DROP_NORMAL, "a security module rejected it", "net/core/sock.c" },
	{ "FULL_RING", WEIR_DROP_LOOK,
	  "the reader of a tap, tun or veth is too slow, or its ring too small",
	  "drivers/net/tun.c" },
	{ "NOMEM", WEIR_DROP_LOOK, "the kernel was out of memory", "net/core/skbuff.c" },
	{ "DEV_READY", WEIR_DROP_LOOK, "the device is down or not ready", "drivers/net/tun.c" },
	{ "PKT_TOO_BIG", WEIR_DROP_LOOK,
	  "larger than the MTU and must not be fragmented: does the ICMP error reach the sender?",
	  "net/ipv6/ip6_output.c" },
	{ "FRAG_REASM_TIMEOUT", WEIR_DROP_LOOK,
	  "some fragments never arrived: loss on the way, or a firewall that drops fragments", SYSCTL },
	{ "DUP_FRAG", WEIR_DROP_NORMAL, "the same fragment came twice", "net/ipv4/ip_fragment.c" },
	{ "IPV6DISABLED", WEIR_DROP_NORMAL, "IPv6 is disabled here: net.ipv6.conf.*.disable_ipv6",
	  SYSCTL },
	{ "TCP_FLAGS", WEIR_DROP_NORMAL, "flags that are invalid in the state of the connection",
	  "net/ipv4/tcp_input.c" },
	{ "TCP_OLD_DATA", WEIR_DROP_NORMAL,
	  "data that had already arrived: a spurious retransmission", "net/ipv4/tcp_input.c" },
	{ "TCP_OLD_ACK", WEIR_DROP_NORMAL, "an ACK older than those already received",
	  "net/ipv4/tcp_input.c" },
	{ "TCP_TOO_OLD_ACK", WEIR_DROP_LOOK, "an ACK from far outside the window (RFC 5961)",
	  "net/ipv4/tcp_input.c" },
	{ "TCP_ACK_UNSENT_DATA", WEIR_DROP_LOOK, "it acknowledges data that was never sent (RFC "
						 "5961)",
	  "net/ipv4/tcp_input.c" },
	{ "TCP_ZEROWINDOW", WEIR_DROP_LOOK,
	  "sent although the receive window is closed: the program reads too slowly",
	  "net/ipv4/tcp_input.c" },
	{ "TCP_OVERWINDOW", WEIR_DROP_LOOK, "data beyond the receive window",
	  "net/ipv4/tcp_input.c" },
	{ "TCP_OFO_QUEUE_PRUNE", WEIR_DROP_LOOK,
	  "no receive memory left for data out of order: net.ipv4.tcp_rmem", SYSCTL },
	{ "TCP_RFC7323_PAWS", WEIR_DROP_NORMAL, "an old duplicate, by its timestamp (RFC 7323)",
	  "net/ipv4/tcp_input.c" },
	{ "TCP_INVALID_SEQUENCE", WEIR_DROP_NORMAL, "outside the window",
	  "net/ipv4/tcp_input.c" },
	{ "TCP_RESET", WEIR_DROP_NORMAL, "a reset, which was processed",
	  "net/ipv4/tcp_input.c" },
	{ "TCP_CLOSE", WEIR_DROP_NORMAL, "the connection is closed already",
	  "net/ipv4/tcp_input.c" },
	{ "TCP_LISTEN_OVERFLOW", WEIR_DROP_LOOK,
	  "the accept queue is full: the program accepts too slowly, or net.core.somaxconn",
	  "net/ipv4/tcp_ipv4.c" },
	{ "SOCKET_CLOSE", WEIR_DROP_NORMAL, "data unread when the socket was closed",
	  "net/core/sock.c" },
	{ "QUEUE_PURGE", WEIR_DROP_NORMAL, "a queue was purged: its owner is gone",
	  "net/core/skbuff.c" },
	{ "MAC_INVALID_SOURCE", WEIR_DROP_LOOK, "a multicast or zero source MAC",
	  "drivers/net/vxlan/vxlan_core.c" },
	{ "RECURSION_LIMIT", WEIR_DROP_LOOK, "a loop of devices or tunnels", "net/core/dev.c" },
};
/* clang-format on */

const char *weir_drop_weight_name(enum weir_drop_weight weight)
{
	static const char *const names[] = {
		[WEIR_DROP_NORMAL] = "normal",
		[WEIR_DROP_LOOK] = "look",
	};
	static_assert(ARRAY_SIZE(names) == WEIR_DROP_WEIGHTS, "a word for each");

	return weight < WEIR_DROP_WEIGHTS ? names[weight] : NULL;
}

const struct weir_drop_advice *weir_drop_advice(const char *reason)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (strcmp(table[i].reason, reason) == 0)
			return &table[i];
	}
	return NULL;
}

const struct weir_drop_advice *weir_drop_advice_at(size_t i)
{
	return i < ARRAY_SIZE(table) ? &table[i] : NULL;
}
