// SPDX-License-Identifier: GPL-2.0
/* test_flow_rows.c - conversations, sums, rates and order of flows. */
#include "ctl/tests/flow_fixture.h"

#define ECHO (8 << 8)

static struct weir_attachment attachments[7];

static int fill_attachments(void **state)
{
	static const enum weir_hook hooks[] = { WEIR_HOOK_XDP,       WEIR_HOOK_TC_INGRESS,
						WEIR_HOOK_TC_EGRESS, WEIR_HOOK_TC_INGRESS,
						WEIR_HOOK_TC_EGRESS, WEIR_HOOK_TC_INGRESS,
						WEIR_HOOK_TC_EGRESS };

	(void)state;
	for (uint32_t i = 0; i < 7; i++)
		attachments[i] = fixture_attachment(i, "", 7,
						    i < 3   ? "eth0"
						    : i < 5 ? "eth1"
							    : "lo",
						    i < 3   ? 2
						    : i < 5 ? 3
							    : 1,
						    hooks[i]);
	return 0;
}

static struct weir_flows flows_of(struct weir_flow_info *items, size_t count, uint64_t time_ns)
{
	return (struct weir_flows){ .items = items,
				    .count = count,
				    .attachments = { attachments, 7 },
				    .time_ns = time_ns,
				    .monotonic_ns = time_ns };
}

static struct flow_rows rows_of(struct weir_flow_info *items, size_t count, enum flow_by by)
{
	struct weir_flows flows = flows_of(items, count, START);
	struct flow_rows_request request = { .by = by };
	struct flow_rows rows;

	assert_int_equal(flow_rows_build(NULL, &flows, &request, &rows), 0);
	assert_true(rows.seconds == 0);
	return rows;
}

static void expect_ends(const struct flow_row *row, const char *a, uint16_t a_port, const char *b,
			uint16_t b_port)
{
	uint8_t bytes[16];

	fixture_address(bytes, a);
	assert_memory_equal(row->a.address, bytes, 16);
	fixture_address(bytes, b);
	assert_memory_equal(row->b.address, bytes, 16);
	assert_int_equal(row->a.port, a_port);
	assert_int_equal(row->b.port, b_port);
}

static void expect_counts(const struct flow_row *row, uint64_t there, uint64_t back)
{
	assert_int_equal(row->there.packets, there);
	assert_int_equal(row->there.bytes, 100 * there);
	assert_int_equal(row->back.packets, back);
	assert_int_equal(row->back.bytes, 100 * back);
}

TEST(both_directions_in_one_row)
{
	struct weir_flow_info items[] = {
		fixture_flow(1, 6, "10.0.0.2", 443, "10.0.0.1", 40000, 7),
		fixture_flow(2, 6, "10.0.0.1", 40000, "10.0.0.2", 443, 5),
	};
	_cleanup_(flow_rows_free) struct flow_rows rows = {};

	items[0].tcp_flags = 0x12;
	items[1].tcp_flags = 0x02;
	rows = rows_of(items, 2, FLOW_BY_FLOW);
	assert_int_equal(rows.count, 1);
	expect_ends(&rows.items[0], "10.0.0.1", 40000, "10.0.0.2", 443);
	expect_counts(&rows.items[0], 5, 7);
	assert_int_equal(rows.items[0].tcp_flags, 0x12);
	assert_int_equal(rows.items[0].hooks, 1 << WEIR_HOOK_TC_INGRESS | 1 << WEIR_HOOK_TC_EGRESS);
}

TEST(interfaces_stay_apart)
{
	struct weir_flow_info items[] = {
		fixture_flow(1, 17, "10.0.0.1", 40000, "10.0.0.2", 53, 5),
		fixture_flow(4, 17, "10.0.0.1", 40000, "10.0.0.2", 53, 5),
	};
	_cleanup_(flow_rows_free) struct flow_rows rows = rows_of(items, 2, FLOW_BY_FLOW);

	assert_int_equal(rows.count, 2);
}

TEST(xdp_and_tc_count_the_same_packets)
{
	struct weir_flow_info items[] = {
		fixture_flow(0, 17, "10.0.0.1", 40000, "10.0.0.2", 53, 6),
		fixture_flow(1, 17, "10.0.0.1", 40000, "10.0.0.2", 53, 5),
		fixture_flow(0, 17, "10.0.0.3", 40000, "10.0.0.2", 53, 4),
	};
	_cleanup_(flow_rows_free) struct flow_rows rows = rows_of(items, 3, FLOW_BY_FLOW);

	assert_int_equal(rows.count, 2);
	expect_counts(&rows.items[0], 5, 0); /* from tc-ingress */
	expect_counts(&rows.items[1], 4, 0); /* only xdp has seen it */
	flow_rows_free(&rows);
	/* The order of reading does not matter. */
	items[2] = items[0];
	rows = rows_of(&items[1], 2, FLOW_BY_FLOW);
	assert_int_equal(rows.count, 1);
	expect_counts(&rows.items[0], 5, 0);
}

/* A one-armed router: each packet enters and leaves by the same interface. */
TEST(hairpins_are_not_added_up)
{
	struct weir_flow_info items[] = {
		fixture_flow(1, 17, "10.0.0.1", 40000, "10.0.0.2", 53, 5),
		fixture_flow(2, 17, "10.0.0.1", 40000, "10.0.0.2", 53, 5),
		fixture_flow(1, 17, "10.0.0.2", 53, "10.0.0.1", 40000, 4),
		fixture_flow(2, 17, "10.0.0.2", 53, "10.0.0.1", 40000, 4),
	};
	_cleanup_(flow_rows_free) struct flow_rows rows = rows_of(items, 4, FLOW_BY_FLOW);

	assert_int_equal(rows.count, 2);
	expect_counts(&rows.items[0], 5, 4);
	expect_counts(&rows.items[1], 5, 4);
}

TEST(loopback_counts_once)
{
	struct weir_flow_info items[] = {
		fixture_flow(5, 17, "127.0.0.1", 40000, "127.0.0.1", 53, 5),
		fixture_flow(6, 17, "127.0.0.1", 40000, "127.0.0.1", 53, 5),
		fixture_flow(5, 17, "127.0.0.1", 53, "127.0.0.1", 40000, 4),
		fixture_flow(6, 17, "127.0.0.1", 53, "127.0.0.1", 40000, 4),
	};
	_cleanup_(flow_rows_free) struct flow_rows rows = rows_of(items, 4, FLOW_BY_FLOW);

	assert_int_equal(rows.count, 1);
	expect_counts(&rows.items[0], 5, 4);
}

TEST(echo_and_its_reply_by_id)
{
	struct weir_flow_info items[] = {
		fixture_flow(1, 1, "10.0.0.2", 0, "10.0.0.1", 77, 4),
		fixture_flow(2, 1, "10.0.0.1", ECHO, "10.0.0.2", 77, 5),
		fixture_flow(2, 1, "10.0.0.1", ECHO, "10.0.0.2", 78, 3),
		fixture_flow(1, 58, "fd00::2", 129 << 8, "fd00::1", 9, 2),
		fixture_flow(2, 58, "fd00::1", 128 << 8, "fd00::2", 9, 2),
		fixture_flow(1, 1, "10.0.0.2", 3 << 8 | 3, "10.0.0.1", 0, 1),
	};
	_cleanup_(flow_rows_free) struct flow_rows rows = rows_of(items, 6, FLOW_BY_FLOW);

	assert_int_equal(rows.count, 4);
	expect_ends(&rows.items[0], "10.0.0.1", ECHO, "10.0.0.2", 77);
	expect_counts(&rows.items[0], 5, 4);
	expect_counts(&rows.items[1], 3, 0);
	expect_ends(&rows.items[2], "fd00::1", 128 << 8, "fd00::2", 9);
	expect_counts(&rows.items[2], 2, 2);
	expect_ends(&rows.items[3], "10.0.0.2", 3 << 8 | 3, "10.0.0.1", 0);
}

TEST(who_began)
{
	static const struct {
		uint16_t port, other;
		bool server, sure;
	} cases[] = {
		{ 443, 40000, true, true },  { 40000, 443, false, true },
		{ 8080, 33000, true, true }, { 33000, 8080, false, true },
		{ 4242, 5353, true, false }, { 5353, 4242, false, false },
		{ 22, 80, true, false },     { 40000, 50000, true, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool sure;

		assert_int_equal(flow_port_is_server(cases[i].port, cases[i].other, &sure),
				 cases[i].server);
		assert_int_equal(sure, cases[i].sure);
	}
}

/* With ambiguous ports, the first sender is the client. */
TEST(who_was_first)
{
	struct weir_flow_info items[] = {
		fixture_flow(1, 17, "10.0.0.1", 4000, "10.0.0.2", 5000, 1),
		fixture_flow(2, 17, "10.0.0.2", 5000, "10.0.0.1", 4000, 2),
	};
	_cleanup_(flow_rows_free) struct flow_rows rows = {};

	items[0].first_ns += 4;
	rows = rows_of(items, 2, FLOW_BY_FLOW);
	expect_ends(&rows.items[0], "10.0.0.2", 5000, "10.0.0.1", 4000);
	expect_counts(&rows.items[0], 2, 1);
	flow_rows_free(&rows);
	items[1].first_ns += 8;
	rows = rows_of(items, 2, FLOW_BY_FLOW);
	expect_ends(&rows.items[0], "10.0.0.1", 4000, "10.0.0.2", 5000);
	flow_rows_free(&rows);
	items[1].first_ns = items[0].first_ns; /* the lower port is the server */
	rows = rows_of(items, 2, FLOW_BY_FLOW);
	expect_ends(&rows.items[0], "10.0.0.2", 5000, "10.0.0.1", 4000);
}

/* --- sums --- */

static struct weir_flow_info two_hosts[] = {
	{},
	{},
	{},
	{},
};

static int fill_hosts(void **state)
{
	two_hosts[0] = fixture_flow(2, 6, "10.0.0.1", 40000, "10.0.0.2", 443, 5);
	two_hosts[1] = fixture_flow(1, 6, "10.0.0.2", 443, "10.0.0.1", 40000, 7);
	two_hosts[2] = fixture_flow(1, 6, "10.0.0.2", 50000, "10.0.0.1", 443, 11);
	two_hosts[3] = fixture_flow(1, 17, "10.0.0.3", 50000, "10.0.0.1", 53, 13);
	return fill_attachments(state);
}

TEST(by_host)
{
	_cleanup_(flow_rows_free) struct flow_rows rows = rows_of(two_hosts, 4, FLOW_BY_HOST);
	static const uint64_t expected[][3] = { { 5, 31, 3 }, { 18, 5, 2 }, { 13, 0, 1 } };

	assert_int_equal(rows.count, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct flow_row *row = &rows.items[i];
		uint8_t host = row->a.address[15];

		expect_counts(row, expected[host - 1][0], expected[host - 1][1]);
		assert_int_equal(row->flows, expected[host - 1][2]);
	}
}

TEST(by_pair)
{
	_cleanup_(flow_rows_free) struct flow_rows rows = rows_of(two_hosts, 4, FLOW_BY_PAIR);

	assert_int_equal(rows.count, 2);
	expect_ends(&rows.items[0], "10.0.0.1", 0, "10.0.0.2", 0);
	expect_counts(&rows.items[0], 5, 18);
	expect_ends(&rows.items[1], "10.0.0.1", 0, "10.0.0.3", 0);
	expect_counts(&rows.items[1], 0, 13);
}

TEST(by_port)
{
	_cleanup_(flow_rows_free) struct flow_rows rows = rows_of(two_hosts, 4, FLOW_BY_PORT);

	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.items[0].b.port, 443);
	expect_counts(&rows.items[0], 16, 7);
	assert_int_equal(rows.items[0].flows, 2);
	assert_int_equal(rows.items[1].b.port, 53);
	assert_int_equal(rows.items[1].protocol, 17);
}

TEST(by_protocol)
{
	_cleanup_(flow_rows_free) struct flow_rows rows = rows_of(two_hosts, 4, FLOW_BY_PROTO);

	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.items[0].protocol, 6);
	expect_counts(&rows.items[0], 18, 5); /* received, sent */
	expect_counts(&rows.items[1], 13, 0);
}

/* --- rates --- */

TEST(rates)
{
	struct weir_flow_info then[] = {
		fixture_flow(1, 6, "10.0.0.2", 443, "10.0.0.1", 40000, 7),
		fixture_flow(1, 17, "10.0.0.3", 40000, "10.0.0.1", 53, 90),
	};
	struct weir_flow_info now[] = {
		fixture_flow(1, 17, "10.0.0.3", 40000, "10.0.0.1", 53, 4), /* evicted in between */
		fixture_flow(1, 6, "10.0.0.2", 443, "10.0.0.1", 40000, 17),
		fixture_flow(2, 6, "10.0.0.1", 40000, "10.0.0.2", 443, 2),
		fixture_flow(2, 6, "10.0.0.1", 40001, "10.0.0.2", 443, 6), /* new */
	};
	struct weir_flows before = flows_of(then, 2, START), after = flows_of(now, 4, 0);
	struct flow_rows_request request = { .by = FLOW_BY_FLOW };
	_cleanup_(flow_rows_free) struct flow_rows rows = {};

	after.monotonic_ns = START + 2 * SECOND;
	assert_int_equal(flow_rows_build(&before, &after, &request, &rows), 0);
	assert_true(rows.seconds == 2);
	assert_int_equal(rows.count, 3);
	assert_true(flow_row_packet_rate(&rows.items[0], rows.seconds) == 2);
	assert_true(flow_row_packet_rate(&rows.items[1], rows.seconds) == 6);
	assert_true(flow_row_bit_rate(&rows.items[1], rows.seconds) == 4800);
	assert_true(flow_row_packet_rate(&rows.items[2], rows.seconds) == 3);
	flow_rows_free(&rows);
	/* Each direction by itself, too. */
	request.apart = true;
	assert_int_equal(flow_rows_build(&before, &after, &request, &rows), 0);
	assert_int_equal(rows.count, 4);
	assert_int_equal(rows.items[1].grown.packets, 10);
	assert_int_equal(rows.items[2].grown.packets, 2);
}

static struct flow_rows rates_of(struct weir_flow_info *then, size_t then_count,
				 struct weir_flow_info *now, size_t count, enum flow_by by)
{
	struct weir_flows before = flows_of(then, then_count, START);
	struct weir_flows after = flows_of(now, count, START + SECOND);
	struct flow_rows rows;

	assert_int_equal(flow_rows_build(&before, &after, &(struct flow_rows_request){ .by = by },
					 &rows),
			 0);
	return rows;
}

/*
 * The growth is that of each flow, summed up. The sum fell by 1000, and its growth would be all of
 * the rest.
 */
TEST(a_flow_that_was_evicted_is_no_growth_of_its_host)
{
	struct weir_flow_info then[] = {
		fixture_flow(1, 17, "10.0.0.3", 40000, "10.0.0.1", 53, 1000),
		fixture_flow(1, 17, "10.0.0.3", 40001, "10.0.0.1", 53, 500),
	};
	struct weir_flow_info now[] = {
		fixture_flow(1, 17, "10.0.0.3", 40001, "10.0.0.1", 53, 502),
	};

	for (enum flow_by by = FLOW_BY_FLOW; by < FLOW_BYS; by++) {
		_cleanup_(flow_rows_free) struct flow_rows rows = rates_of(then, 2, now, 1, by);

		assert_true(rows.seconds == 1);
		assert_int_equal(rows.count, by == FLOW_BY_HOST ? 2 : 1);
		assert_int_equal(rows.items[0].grown.packets, 2);
	}
}

TEST(each_direction_grows_by_itself)
{
	struct weir_flow_info then[] = {
		fixture_flow(1, 6, "10.0.0.2", 443, "10.0.0.1", 40000, 100),
		fixture_flow(2, 6, "10.0.0.1", 40000, "10.0.0.2", 443, 80),
	};
	struct weir_flow_info now[] = {
		fixture_flow(1, 6, "10.0.0.2", 443, "10.0.0.1", 40000, 110),
		fixture_flow(2, 6, "10.0.0.1", 40000, "10.0.0.2", 443, 3), /* evicted and back */
	};
	_cleanup_(flow_rows_free) struct flow_rows rows = rates_of(then, 2, now, 2, FLOW_BY_FLOW);

	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.items[0].grown.packets, 13);
}

/* The client is chosen by ports that the first reading had not seen. */
TEST(a_conversation_that_turned_grows_on)
{
	struct weir_flow_info then[] = {
		fixture_flow(1, 17, "10.0.0.2", 5000, "10.0.0.1", 6000, 10),
	};
	struct weir_flow_info now[] = {
		fixture_flow(1, 17, "10.0.0.2", 5000, "10.0.0.1", 6000, 14),
		fixture_flow(2, 17, "10.0.0.1", 6000, "10.0.0.2", 5000, 2),
	};
	_cleanup_(flow_rows_free) struct flow_rows rows = {};

	now[1].first_ns = now[0].first_ns - SECOND;
	rows = rates_of(then, 1, now, 2, FLOW_BY_FLOW);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.items[0].a.port, 6000);
	assert_int_equal(rows.items[0].grown.packets, 6);
}

TEST(no_rate_without_time)
{
	struct weir_flow_info items[] = {
		fixture_flow(1, 17, "10.0.0.3", 40000, "10.0.0.1", 53, 4),
	};
	struct weir_flows before = flows_of(items, 1, START), after = flows_of(items, 1, START);
	_cleanup_(flow_rows_free) struct flow_rows rows = {};

	assert_int_equal(flow_rows_build(&before, &after, &(struct flow_rows_request){}, &rows), 0);
	assert_true(rows.seconds == 0);
	assert_true(flow_row_bit_rate(&rows.items[0], rows.seconds) == 0);
}

/* --- order --- */

static void expect_order(const struct flow_rows *rows, enum flow_sort sort, size_t top,
			 const uint32_t *expected, size_t count)
{
	_cleanup_(flow_order_free) struct flow_order order = {};

	assert_int_equal(flow_rows_order(rows, sort, top, &order), 0);
	assert_int_equal(order.count, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(order.items[i], expected[i]);
}

TEST(order)
{
	struct flow_row items[4] = {
		{ .there = { 5, 900 }, .first_ns = 40, .grown = { 1, 10 } },
		{ .there = { 1, 500 }, .back = { 9, 500 }, .first_ns = 30, .grown = { 2, 40 } },
		{ .there = { 7, 100 }, .first_ns = 10, .grown = { 3, 30 } },
		{ .a.port = 1, .there = { 7, 100 }, .first_ns = 20, .grown = { 4, 20 } },
	};
	struct flow_rows rows = { .items = items, .count = 4, .seconds = 1 };

	expect_order(&rows, FLOW_SORT_BYTES, 0, (const uint32_t[]){ 1, 0, 2, 3 }, 4);
	expect_order(&rows, FLOW_SORT_PACKETS, 3, (const uint32_t[]){ 1, 2, 3 }, 3);
	expect_order(&rows, FLOW_SORT_RATE, 2, (const uint32_t[]){ 1, 2 }, 2);
	expect_order(&rows, FLOW_SORT_AGE, 9, (const uint32_t[]){ 2, 3, 1, 0 }, 4);
	rows.count = 0;
	expect_order(&rows, FLOW_SORT_BYTES, 5, NULL, 0);
}

/* The heap finds the same rows as a full sort. */
TEST(top_of_many)
{
	static struct flow_row items[5000];
	struct flow_rows rows = { .items = items, .count = ARRAY_SIZE(items) };
	_cleanup_(flow_order_free) struct flow_order all = {};
	uint64_t seed = test_seed();

	for (size_t i = 0; i < rows.count; i++) {
		items[i].a.port = (uint16_t)i;
		items[i].there.bytes = random_below(&seed, 1000);
	}
	assert_int_equal(flow_rows_order(&rows, FLOW_SORT_BYTES, 0, &all), 0);
	for (size_t top = 1; top < 200; top += 7)
		expect_order(&rows, FLOW_SORT_BYTES, top, all.items, top);
}

TEST(words)
{
	unsigned int number;

	for (unsigned int i = 0; i < FLOW_BYS; i++) {
		assert_int_equal(choices_find(&flow_by_choices, flow_by_name(i), &number), 0);
		assert_int_equal(number, i);
	}
	for (unsigned int i = 0; i < FLOW_SORTS; i++) {
		assert_int_equal(choices_find(&flow_sort_choices, flow_sort_name(i), &number), 0);
		assert_int_equal(number, i);
	}
	assert_null(flow_by_name(FLOW_BYS));
	assert_null(flow_sort_name(FLOW_SORTS));
	assert_int_equal(choices_find(&flow_by_choices, "nobody", &number), -EINVAL);
	assert_int_equal(choices_find(&flow_sort_choices, "", &number), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_in_one_row),
		cmocka_unit_test(interfaces_stay_apart),
		cmocka_unit_test(xdp_and_tc_count_the_same_packets),
		cmocka_unit_test(hairpins_are_not_added_up),
		cmocka_unit_test(loopback_counts_once),
		cmocka_unit_test(echo_and_its_reply_by_id),
		cmocka_unit_test(who_began),
		cmocka_unit_test(who_was_first),
		cmocka_unit_test(by_host),
		cmocka_unit_test(by_pair),
		cmocka_unit_test(by_port),
		cmocka_unit_test(by_protocol),
		cmocka_unit_test(rates),
		cmocka_unit_test(a_flow_that_was_evicted_is_no_growth_of_its_host),
		cmocka_unit_test(each_direction_grows_by_itself),
		cmocka_unit_test(a_conversation_that_turned_grows_on),
		cmocka_unit_test(no_rate_without_time),
		cmocka_unit_test(order),
		cmocka_unit_test(top_of_many),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests_name("flow_rows", tests, fill_hosts, NULL);
}
