/* SPDX-License-Identifier: GPL-2.0 */
/* flow_fixture.h - made-up flows and attachments. */
#ifndef CTL_TESTS_FLOW_FIXTURE_H
#define CTL_TESTS_FLOW_FIXTURE_H

#include <arpa/inet.h>
#include "ctl/flows/rows.h"
#include "datapath/base/cleanup.h"
#include "datapath/tests/check.h"

#define SECOND 1000000000ULL
#define START (1738324800ULL * SECOND) /* 2025-01-31T12:00:00Z */

/*
 * Attachments: slots 0, 1, 2 are xdp, tc-ingress, tc-egress of eth0; 3, 4 tc of eth1; 5, 6 tc of
 * lo.
 */
static inline struct weir_attachment fixture_attachment(uint32_t slot, const char *netns,
							uint64_t cookie, const char *ifname,
							uint32_t ifindex, enum weir_hook hook)
{
	struct weir_attachment a = { .slot = slot,
				     .here = true,
				     .record = { .hook = (__u8)hook,
						 .netns_cookie = cookie,
						 .ifindex = ifindex,
						 .features = WEIR_FEATURE_COUNTERS |
							     WEIR_FEATURE_FLOWS,
						 .attached_at_ns = START } };

	snprintf(a.record.ifname, sizeof(a.record.ifname), "%s", ifname);
	snprintf(a.record.netns_name, sizeof(a.record.netns_name), "%s", netns);
	return a;
}

static inline void fixture_address(uint8_t *bytes, const char *text)
{
	if (strchr(text, ':')) {
		assert_int_equal(inet_pton(AF_INET6, text, bytes), 1);
		return;
	}
	memset(bytes, 0, 10);
	memset(bytes + 10, 0xff, 2);
	assert_int_equal(inet_pton(AF_INET, text, bytes + 12), 1);
}

static inline struct weir_flow_info fixture_flow(uint16_t slot, uint8_t protocol, const char *src,
						 uint16_t src_port, const char *dst,
						 uint16_t dst_port, uint64_t packets)
{
	struct weir_flow_info flow = { .slot = slot,
				       .protocol = protocol,
				       .src_port = src_port,
				       .dst_port = dst_port,
				       .v6 = strchr(src, ':') != NULL,
				       .packets = packets,
				       .bytes = 100 * packets,
				       .first_ns = START,
				       .last_ns = START + SECOND };

	fixture_address(flow.src, src);
	fixture_address(flow.dst, dst);
	return flow;
}

#endif
