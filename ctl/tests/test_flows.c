// SPDX-License-Identifier: GPL-2.0
/*
 * test_flows.c - flows as JSON, compared letter by letter, as tables, and carets under wrong
 * filters.
 */
#include <jansson.h>
#include "ctl/flows/filter_option.h"
#include "ctl/flows/table.h"
#include "ctl/tests/flow_fixture.h"
#include "ctl/tests/run.h"

static struct weir_attachment attachments[2];
static char text[16384];

static int fill(void **state)
{
	(void)state;
	attachments[0] = fixture_attachment(3, "blue", 7, "veth0", 2, WEIR_HOOK_TC_INGRESS);
	attachments[1] = fixture_attachment(4, "blue", 7, "veth0", 2, WEIR_HOOK_TC_EGRESS);
	return 0;
}

static const char *render(struct weir_flow_info *items, size_t count, struct flows_view *view,
			  bool json)
{
	struct weir_flows flows = { .items = items,
				    .count = count,
				    .attachments = { attachments, 2 },
				    .usage = { .entries = 2, .capacity = 65536, .cached = 1 },
				    .time_ns = START + 70 * SECOND };
	struct flow_rows_request request = { .by = view->by, .apart = view->apart };
	_cleanup_(flow_rows_free) struct flow_rows rows = {};
	_cleanup_(flow_order_free) struct flow_order order = {};
	FILE *f = fmemopen(text, sizeof(text), "w");

	assert_int_equal(flow_rows_build(NULL, &flows, &request, &rows), 0);
	assert_int_equal(flow_rows_order(&rows, FLOW_SORT_BYTES, 2, &order), 0);
	view->flows = &flows;
	view->rows = &rows;
	view->order = &order;
	assert_int_equal(json ? json_flows(view, f) : out_flows(view, f), 0);
	fclose(f);
	return text;
}

#define PLACE_AND_HOOK \
	"[{\"slot\": 3, \"netns\": \"blue\", \"interface\": \"veth0\", \"hook\": \"tc-ingress\", "
#define SEEN \
	"\"first_seen\": \"2025-01-31T12:00:00.000Z\", \"last_seen\": \"2025-01-31T12:00:01.123Z\", "

static void expect_apart(struct weir_flow_info flow, const char *expected)
{
	struct flows_view view = { .apart = true };
	char whole[1024];

	flow.last_ns += 123456789;
	snprintf(whole, sizeof(whole), PLACE_AND_HOOK "%s}]\n", expected);
	assert_string_equal(render(&flow, 1, &view, true), whole);
}

TEST(one_object_for_each_flow_and_slot)
{
	struct weir_flow_info tcp = fixture_flow(3, 6, "10.0.0.1", 4242, "10.0.0.2", 443, 10);

	tcp.tcp_flags = 0x12;
	expect_apart(tcp, "\"protocol\": \"tcp\", \"src\": \"10.0.0.1\", \"src_port\": 4242, "
			  "\"dst\": \"10.0.0.2\", \"dst_port\": 443, \"packets\": 10, "
			  "\"bytes\": 1000, " SEEN "\"tcp_flags\": [\"syn\", \"ack\"], "
			  "\"icmp_type\": null, \"icmp_code\": null, \"icmp_id\": null");
	expect_apart(fixture_flow(3, 17, "fe80::1", 4242, "fe80::2", 53, 1),
		     "\"protocol\": \"udp\", \"src\": \"fe80::1\", \"src_port\": 4242, "
		     "\"dst\": \"fe80::2\", \"dst_port\": 53, \"packets\": 1, "
		     "\"bytes\": 100, " SEEN "\"tcp_flags\": null, "
		     "\"icmp_type\": null, \"icmp_code\": null, \"icmp_id\": null");
}

TEST(null_where_there_is_none)
{
	/* Fragments with unknown ports. */
	expect_apart(fixture_flow(3, 17, "10.0.0.1", 0, "255.255.255.255", 0, 1),
		     "\"protocol\": \"udp\", \"src\": \"10.0.0.1\", \"src_port\": null, "
		     "\"dst\": \"255.255.255.255\", \"dst_port\": null, \"packets\": 1, "
		     "\"bytes\": 100, " SEEN "\"tcp_flags\": null, "
		     "\"icmp_type\": null, \"icmp_code\": null, \"icmp_id\": null");
	expect_apart(fixture_flow(3, 1, "10.0.0.1", 8 << 8, "10.0.0.2", 77, 1),
		     "\"protocol\": \"icmp\", \"src\": \"10.0.0.1\", \"src_port\": null, "
		     "\"dst\": \"10.0.0.2\", \"dst_port\": null, \"packets\": 1, "
		     "\"bytes\": 100, " SEEN "\"tcp_flags\": null, "
		     "\"icmp_type\": 8, \"icmp_code\": 0, \"icmp_id\": 77");
	expect_apart(fixture_flow(3, 1, "10.0.0.1", 3 << 8 | 13, "10.0.0.2", 0, 1),
		     "\"protocol\": \"icmp\", \"src\": \"10.0.0.1\", \"src_port\": null, "
		     "\"dst\": \"10.0.0.2\", \"dst_port\": null, \"packets\": 1, "
		     "\"bytes\": 100, " SEEN "\"tcp_flags\": null, "
		     "\"icmp_type\": 3, \"icmp_code\": 13, \"icmp_id\": null");
	expect_apart(fixture_flow(3, 253, "10.0.0.1", 0, "10.0.0.2", 0, 1),
		     "\"protocol\": \"253\", \"src\": \"10.0.0.1\", \"src_port\": null, "
		     "\"dst\": \"10.0.0.2\", \"dst_port\": null, \"packets\": 1, "
		     "\"bytes\": 100, " SEEN "\"tcp_flags\": null, "
		     "\"icmp_type\": null, \"icmp_code\": null, \"icmp_id\": null");
}

static struct weir_flow_info items[3];

static void fill_items(void)
{
	items[0] = fixture_flow(3, 17, "10.0.0.1", 40000, "10.0.0.2", 53, 10);
	items[1] = fixture_flow(4, 17, "10.0.0.2", 53, "10.0.0.1", 40000, 9);
	items[2] = fixture_flow(3, 58, "fd00::1", 128 << 8, "fd00::2", 7, 2);
}

static void expect_sum(enum flow_by by, const char *expected)
{
	struct flows_view view = { .by = by };
	json_t *json;
	char *first;

	fill_items();
	json = json_loads(render(items, 3, &view, true), 0, NULL);
	assert_non_null(json);
	first = json_dumps(json_array_get(json, 0), JSON_COMPACT);
	assert_string_equal(first, expected);
	free(first);
	json_decref(json);
}

#define COUNT(key, n) "\"" key "\":{\"packets\":" #n ",\"bytes\":" #n "00}"
#define TIMES \
	",\"first_seen\":\"2025-01-31T12:00:00.000Z\",\"last_seen\":\"2025-01-31T12:00:01.000Z\""
#define AT_VETH "{\"netns\":\"blue\",\"interface\":\"veth0\","

TEST(sums)
{
	expect_sum(FLOW_BY_FLOW, AT_VETH
		   "\"protocol\":\"udp\",\"src\":\"10.0.0.1\",\"src_port\":40000,"
		   "\"dst\":\"10.0.0.2\",\"dst_port\":53," COUNT("there", 10) "," COUNT("back", 9)
			   TIMES ",\"tcp_flags\":null,\"icmp_type\":null,"
				 "\"icmp_code\":null,\"icmp_id\":null}");
	expect_sum(FLOW_BY_HOST, AT_VETH
		   "\"address\":\"10.0.0.1\",\"flows\":1," COUNT("sent", 10) "," COUNT("received",
										       9) TIMES
		   "}");
	expect_sum(FLOW_BY_PAIR, AT_VETH "\"a\":\"10.0.0.1\",\"b\":\"10.0.0.2\",\"flows\":1," COUNT(
					 "a_to_b", 10) "," COUNT("b_to_a", 9) TIMES "}");
	expect_sum(FLOW_BY_PORT, AT_VETH "\"protocol\":\"udp\",\"port\":53,\"flows\":1," COUNT(
					 "to_server", 10) "," COUNT("from_server", 9) TIMES "}");
	expect_sum(FLOW_BY_PROTO,
		   AT_VETH "\"protocol\":\"udp\",\"family\":\"ipv4\",\"flows\":1," COUNT(
			   "received", 10) "," COUNT("sent", 9) TIMES "}");
}

TEST(nothing_is_an_empty_array)
{
	struct flows_view view = { .apart = true };

	assert_string_equal(render(NULL, 0, &view, true), "[]\n");
}

/* --- tables --- */

TEST(conversations)
{
	struct flows_view view = {};

	fill_items();
	assert_string_equal(
		render(items, 3, &view, false),
		"PROTOCOL       SOURCE          DESTINATION  PACKETS  BYTES  PACKETS BACK  "
		"BYTES BACK     AGE   IDLE\n"
		"udp            10.0.0.1:40000  10.0.0.2:53       10   1000             9  "
		"       900  1m 10s  1m 9s\n"
		"icmpv6 echo 7  fd00::1         fd00::2            2    200             0  "
		"         0  1m 10s  1m 9s\n"
		"\n"
		"Flow table: 2 of 65536 entries taken, 1 flow in the caches of CPUs.\n");
}

TEST(empty_states)
{
	struct flows_view view = {};

	assert_string_equal(render(NULL, 0, &view, false),
			    "No flow yet: no IP packet has passed since attaching.\n");
	view.seen = 5;
	assert_string_equal(render(NULL, 0, &view, false), "None of the 5 flows match.\n");
}

/* --- carets --- */

static void expect_point(const char *filter, const char *expected)
{
	_cleanup_(weir_flow_filter_freep) struct weir_flow_filter *compiled = NULL;
	struct weir_filter_error err;
	FILE *f = fmemopen(text, sizeof(text), "w");

	assert_int_equal(weir_flow_filter_compile(filter, &compiled, &err), -EINVAL);
	filter_point(filter, &err, f);
	fclose(f);
	assert_string_equal(text, expected);
}

TEST(carets)
{
	expect_point("tcp and prot 5", "    tcp and prot 5\n            ^~~~\n");
	expect_point("tcp and", "    tcp and\n           ^\n");
	expect_point("", "    \n    ^\n");
	/* A two-byte character takes one column, and escape sequences are replaced. */
	expect_point("iface 'v\xc3\xa4' tcp\x1b",
		     "    iface 'v\xc3\xa4' tcp?\n               ^~~~\n");
	expect_point("ip or ip or ip or ip or ip or ip or ip or ip or ip or ip or ip or ip or ip x",
		     "    ...or ip or ip or ip or ip or ip or ip x\n"
		     "                                           ^\n");
}

/* --- the command line --- */

static void expect_usage(int code, const char *sentence)
{
	assert_int_equal(code, 2);
	assert_string_equal(run_out, "");
	if (!strstr(run_err, sentence))
		fail_msg("expected '%s' in '%s'", sentence, run_err);
}

TEST(wrong_options)
{
	expect_usage(RUN("flows", "--by", "mood"), "--by is flow, host, pair, port or proto");
	expect_usage(RUN("flows", "--sort", "name"), "--sort is bytes, packets, rate or age");
	expect_usage(RUN("flows", "--top", "0"), "--top is a number from 1, or all, not '0'");
	expect_usage(RUN("flows", "--top", "-1"), "--top is a number from 1, or all, not '-1'");
	expect_usage(RUN("flows", "--hook", "egress"),
		     "--hook is xdp, tc-ingress, tc-egress, cgroup-ingress");
	expect_usage(RUN("flows", "--watch=0"), "--watch takes seconds");
	expect_usage(RUN("flows", "--filter", "tcp or"),
		     "ctl: --filter: the filter ends where a test is expected\n"
		     "    tcp or\n          ^\n");
	expect_usage(RUN("flows", "--bidirectional", "--unidirectional"), "exclude each other");
	expect_usage(RUN("flows", "--unidirectional", "--by", "host"), "goes with --by flow");
	expect_usage(RUN("-j", "flows", "--resolve"), "--resolve is for tables");
	expect_usage(RUN("where"), "which interface or flow?");
	expect_usage(RUN("where", "eth0", "--for", "x"), "--for takes seconds");
	expect_usage(RUN("where", "eth0", "--top", "x"), "--top is a number");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_object_for_each_flow_and_slot),
		cmocka_unit_test(null_where_there_is_none),
		cmocka_unit_test(sums),
		cmocka_unit_test(nothing_is_an_empty_array),
		cmocka_unit_test(conversations),
		cmocka_unit_test(empty_states),
		cmocka_unit_test(carets),
		cmocka_unit_test(wrong_options),
	};

	return cmocka_run_group_tests_name("flows", tests, fill, NULL);
}
