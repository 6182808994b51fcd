// SPDX-License-Identifier: GPL-2.0
/* test_where.c - paths of packets, losses on them, and parsing of questions. */
#include "ctl/flows/phrase.h"
#include "ctl/tests/flow_fixture.h"
#include "ctl/where/table.h"
#include "datapath/flows/flows.h"

/*
 * red v1 --- g1 gw g2 --- b1 blue. Slots: 0 v1 egress, 1 v1 ingress, 2 g1 xdp, 3 g1 ingress,
 * 4 g1 egress, 5 g2 ingress, 6 g2 egress, 7 b1 ingress, 8 b1 egress.
 */
static struct weir_attachment attachments[9];
static const struct weir_attachments list = { attachments, 9 };

static struct weir_attachment place(uint32_t slot, const char *netns, uint64_t cookie,
				    const char *ifname, uint32_t ifindex, enum weir_hook hook,
				    const char *peer, const char *peer_netns, uint32_t peer_index)
{
	struct weir_attachment a = fixture_attachment(slot, netns, cookie, ifname, ifindex, hook);

	a.peer.known = true;
	a.peer.ifindex = peer_index;
	strcpy(a.peer.ifname, peer);
	strcpy(a.peer.netns, peer_netns);
	return a;
}

static int fill(void **state)
{
	const enum weir_hook in = WEIR_HOOK_TC_INGRESS, out = WEIR_HOOK_TC_EGRESS;

	(void)state;
	attachments[0] = place(0, "red", 1, "v1", 2, out, "g1", "gw", 5);
	attachments[1] = place(1, "red", 1, "v1", 2, in, "g1", "gw", 5);
	attachments[2] = place(2, "gw", 2, "g1", 5, WEIR_HOOK_XDP, "v1", "red", 2);
	attachments[3] = place(3, "gw", 2, "g1", 5, in, "v1", "red", 2);
	attachments[4] = place(4, "gw", 2, "g1", 5, out, "v1", "red", 2);
	attachments[5] = place(5, "gw", 2, "g2", 6, in, "b1", "blue", 2);
	attachments[6] = place(6, "gw", 2, "g2", 6, out, "b1", "blue", 2);
	attachments[7] = place(7, "blue", 3, "b1", 2, in, "g2", "gw", 6);
	attachments[8] = place(8, "blue", 3, "b1", 2, out, "g2", "gw", 6);
	return 0;
}

static struct where where_of(struct weir_flow_info *items, size_t count)
{
	struct weir_flows flows = { .items = items, .count = count, .attachments = list };
	struct flow_rows_request request = { .by = FLOW_BY_FLOW, .apart = true };
	_cleanup_(flow_rows_free) struct flow_rows rows = {};
	struct where where;

	assert_int_equal(flow_rows_build(NULL, &flows, &request, &rows), 0);
	assert_int_equal(where_flows(&list, &rows, &where), 0);
	return where;
}

static struct weir_flow_info seen(uint16_t slot, uint8_t protocol, uint64_t packets, uint64_t bytes)
{
	struct weir_flow_info flow = fixture_flow(slot, protocol, "10.0.1.1", 4000, "10.0.2.2", 53,
						  packets);

	flow.bytes = bytes;
	return flow;
}

static void expect_hop(const struct hop *hop, uint32_t slot, uint64_t packets,
		       enum hop_comparison comparison, uint64_t difference)
{
	assert_int_equal(hop->at->slot, slot);
	assert_int_equal(hop->count.packets, packets);
	assert_int_equal(hop->comparison, comparison);
	assert_int_equal(hop->difference, difference);
}

TEST(through_a_router)
{
	struct weir_flow_info items[] = {
		seen(7, 17, 15, 1500), seen(0, 17, 20, 2000), seen(6, 17, 18, 1800),
		seen(3, 17, 20, 2000), seen(2, 17, 20, 2000),
	};
	_cleanup_(where_free) struct where where = where_of(items, 5);
	const struct where_path *path = where.paths;

	assert_int_equal(where.count, 1);
	assert_int_equal(path->hop_count, 5);
	assert_int_equal(path->vanished, 5);
	expect_hop(&path->hops[0], 0, 20, HOP_FIRST, 0);
	expect_hop(&path->hops[1], 2, 20, HOP_SAME, 0);
	expect_hop(&path->hops[2], 3, 20, HOP_SAME, 0);
	expect_hop(&path->hops[3], 6, 18, HOP_FEWER, 2);
	expect_hop(&path->hops[4], 7, 15, HOP_FEWER, 3);
	assert_int_equal(path->hops[4].before, 3);
}

/* If all hooks of a segment saw nothing, they are shown with 0. */
TEST(all_of_it_vanishes)
{
	struct weir_flow_info items[] = { seen(0, 17, 20, 2000) };
	_cleanup_(where_free) struct where where = where_of(items, 1);

	assert_int_equal(where.paths[0].hop_count, 3);
	expect_hop(&where.paths[0].hops[1], 2, 0, HOP_FEWER, 20);
	expect_hop(&where.paths[0].hops[2], 3, 0, HOP_SAME, 0);
	assert_true(where.paths[0].open_end);
}

TEST(the_way_back_is_another_path)
{
	struct weir_flow_info items[] = {
		seen(8, 17, 9, 900),
		seen(5, 17, 9, 900),
		seen(4, 17, 9, 900),
		seen(1, 17, 8, 800),
	};
	_cleanup_(where_free) struct where where = where_of(items, 4);
	static const uint32_t slots[] = { 8, 5, 4, 1 };

	assert_int_equal(where.count, 1);
	assert_int_equal(where.paths[0].hop_count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(where.paths[0].hops[i].at->slot, slots[i]);
	assert_int_equal(where.paths[0].vanished, 1);
	assert_false(where.paths[0].open_end);
}

TEST(flows_of_one_path_are_added_up)
{
	struct weir_flow_info items[] = {
		seen(0, 17, 20, 2000), seen(3, 17, 20, 2000), seen(0, 6, 1, 60),
		seen(3, 6, 1, 60),     seen(8, 132, 3, 300),
	};
	_cleanup_(where_free) struct where where = where_of(items, 5);

	assert_int_equal(where.count, 2);
	assert_int_equal(where.paths[0].flows, 2);
	assert_int_equal(where.paths[0].hops[0].count.packets, 21);
	assert_int_equal(where.paths[1].flows, 1);
}

/* Sixty segments of one super-packet: no packets are lost or added. */
TEST(segmentation_is_no_loss)
{
	struct weir_flow_info items[] = { seen(0, 6, 10, 600000), seen(2, 6, 410, 626400),
					  seen(3, 6, 12, 600132) };
	_cleanup_(where_free) struct where where = where_of(items, 3);

	expect_hop(&where.paths[0].hops[1], 2, 410, HOP_REGROUPED, 0);
	expect_hop(&where.paths[0].hops[2], 3, 12, HOP_REGROUPED, 0);
	assert_int_equal(where.paths[0].vanished, 0);
}

/* Lost acknowledgements are as long as headers, but are not part of a super-packet. */
TEST(lost_acknowledgements_are_lost)
{
	struct weir_flow_info items[] = { seen(0, 6, 100, 6600), seen(2, 6, 90, 5940),
					  seen(3, 6, 90, 5940) };
	_cleanup_(where_free) struct where where = where_of(items, 3);

	expect_hop(&where.paths[0].hops[1], 2, 90, HOP_FEWER, 10);
}

TEST(a_hook_without_flows_is_passed_over)
{
	struct weir_flow_info items[] = { seen(0, 17, 20, 2000), seen(3, 17, 19, 1900) };
	struct where where;

	attachments[2].record.features = WEIR_FEATURE_COUNTERS;
	attachments[3].record.attached_at_ns += 5 * SECOND;
	where = where_of(items, 2);
	expect_hop(&where.paths[0].hops[1], 2, 0, HOP_UNCOUNTED, 0);
	expect_hop(&where.paths[0].hops[2], 3, 19, HOP_FEWER, 1);
	assert_int_equal(where.paths[0].hops[2].before, 0);
	assert_true(where.paths[0].hops[2].began_later);
	where_free(&where);
	fill(NULL);
}

static bool is_v1(const struct weir_attachment *a, void *arg)
{
	(void)arg;
	return strcmp(a->record.ifname, "v1") == 0;
}

TEST(an_interface_sends_and_receives)
{
	struct weir_slot_counts items[] = {
		{ .attachment = attachments[0], .counts = { .wire = { 50, 5000 } } },
		{ .attachment = attachments[1], .counts = { .wire = { 7, 700 } } },
		{ .attachment = attachments[2], .counts = { .wire = { 49, 4900 } } },
		{ .attachment = attachments[3], .counts = { .wire = { 49, 4900 } } },
		{ .attachment = attachments[4], .counts = { .wire = { 9, 900 } } },
	};
	struct weir_slot_counts then[] = {
		{ .attachment = attachments[0], .counts = { .wire = { 48, 4800 } } },
	};
	struct weir_snapshot now = { .items = items, .count = 5 };
	struct weir_snapshot before = { .items = then, .count = 1 };
	_cleanup_(where_free) struct where where = {};

	assert_int_equal(where_interfaces(&list, NULL, &now, is_v1, NULL, &where), 0);
	assert_int_equal(where.count, 2);
	expect_hop(&where.paths[0].hops[0], 0, 50, HOP_FIRST, 0);
	expect_hop(&where.paths[0].hops[1], 2, 49, HOP_FEWER, 1);
	expect_hop(&where.paths[0].hops[2], 3, 49, HOP_SAME, 0);
	expect_hop(&where.paths[1].hops[0], 4, 9, HOP_FIRST, 0);
	expect_hop(&where.paths[1].hops[1], 1, 7, HOP_FEWER, 2);
	where_free(&where);
	assert_int_equal(where_interfaces(&list, &before, &now, is_v1, NULL, &where), 0);
	expect_hop(&where.paths[0].hops[0], 0, 2, HOP_FIRST, 0);
	expect_hop(&where.paths[0].hops[1], 2, 49, HOP_MORE, 47);
	where_free(&where);
	/* The earlier count of the slot was of another attachment. */
	then[0].attachment.record.attached_at_ns--;
	assert_int_equal(where_interfaces(&list, &before, &now, is_v1, NULL, &where), 0);
	expect_hop(&where.paths[0].hops[0], 0, 50, HOP_FIRST, 0);
}

/* --- as text --- */

static char text[8192];

static const char *render(int (*out)(const struct where_view *, FILE *),
			  const struct where_view *view)
{
	FILE *f = fmemopen(text, sizeof(text), "w");

	assert_int_equal(out(view, f), 0);
	fclose(f);
	return text;
}

TEST(for_people)
{
	struct weir_flow_info items[] = { seen(8, 17, 9, 900), seen(5, 17, 8, 800) };
	_cleanup_(where_free) struct where where = where_of(items, 2);
	struct where_view view = { .where = &where };

	assert_string_equal(
		render(out_where, &view),
		"10.0.1.1:4000 to 10.0.2.2:53, udp:\n"
		"INTERFACE  NETNS  HOOK        PACKETS  BYTES  CHANGE\n"
		"b1         blue   tc-egress         9    900        \n"
		"g2         gw     tc-ingress        8    800      -1\n"
		"1 packet vanishes between tc-egress of b1@blue and tc-ingress of g2@gw.\n"
		"No hook after tc-ingress of g2@gw saw more: delivered there, or dropped.\n");
}

TEST(for_scripts)
{
	struct weir_flow_info items[] = { seen(8, 17, 9, 900), seen(5, 17, 8, 800) };
	_cleanup_(where_free) struct where where = where_of(items, 2);
	struct where_view view = { .where = &where, .expression = "port 53" };

	assert_string_equal(
		render(json_where, &view),
		"{\"expression\": \"port 53\", \"unit\": \"handled\", \"seconds\": null, \"paths\": ["
		"{\"flows\": 1, \"flow\": {\"protocol\": \"udp\", \"src\": \"10.0.1.1\", "
		"\"src_port\": 4000, \"dst\": \"10.0.2.2\", \"dst_port\": 53}, \"vanished\": 1, "
		"\"hops\": [{\"slot\": 8, \"netns\": \"blue\", \"interface\": \"b1\", "
		"\"hook\": \"tc-egress\", \"packets\": 9, \"bytes\": 900, \"comparison\": \"first\", "
		"\"vanished\": null}, {\"slot\": 5, \"netns\": \"gw\", \"interface\": \"g2\", "
		"\"hook\": \"tc-ingress\", \"packets\": 8, \"bytes\": 800, \"comparison\": \"fewer\", "
		"\"vanished\": 1}]}]}\n");
}

/* --- questions --- */

static void expect_phrase(const char *phrase, const char *expected)
{
	_cleanup_(weir_flow_filter_freep) struct weir_flow_filter *compiled = NULL;
	char filter[FLOW_PHRASE_FILTER];

	assert_int_equal(flow_phrase(phrase, filter, NULL), 0);
	assert_string_equal(filter, expected);
	assert_int_equal(weir_flow_filter_compile(filter, &compiled, NULL), 0);
}

TEST(phrases)
{
	char filter[FLOW_PHRASE_FILTER] = "";

	expect_phrase("10.0.0.1:4242 to 10.0.0.2:53/udp",
		      "proto 17 and ((src host 10.0.0.1 and src port 4242 and dst host 10.0.0.2 "
		      "and dst port 53))");
	expect_phrase("10.0.0.1->10.0.0.2", "((src host 10.0.0.1 and dst host 10.0.0.2))");
	expect_phrase("[fe80::1]:5 -> fe80::2/tcp",
		      "proto 6 and ((src host fe80::1 and src port 5 and dst host fe80::2))");
	expect_phrase("[fe80::1] <-> [fe80::2]:7",
		      "((src host fe80::1 and dst host fe80::2 and dst port 7) or "
		      "(src host fe80::2 and src port 7 and dst host fe80::1))");
	assert_int_equal(flow_phrase("tcp and port 5", filter, NULL), -ENOENT);
	assert_int_equal(flow_phrase("eth0", filter, NULL), -ENOENT);
}

TEST(wrong_phrases)
{
	static const char *const cases[][2] = {
		{ "10.0.0 to 10.0.0.2", "no IPv4 or IPv6 address in '10.0.0'" },
		{ "10.0.0.1 to", NULL },
		{ "10.0.0.1 to 10.0.0.2:x",
		  "a port is a number from 0 to 65535, unlike in '10.0.0.2:x'" },
		{ "10.0.0.1:70000->10.0.0.2",
		  "a port is a number from 0 to 65535, unlike in '10.0.0.1:70000'" },
		{ "[fe80::1]x->fe80::2", "only ':PORT' may follow ']' in '[fe80::1]x'" },
		{ "10.0.0.1->10.0.0.2/http",
		  "a protocol such as tcp or udp must follow '/', not 'http'" },
		{ "->", "no IPv4 or IPv6 address in ''" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char filter[FLOW_PHRASE_FILTER] = "";
		struct weir_error err = {};
		int ret = flow_phrase(cases[i][0], filter, &err);

		assert_int_equal(ret, cases[i][1] ? -EINVAL : -ENOENT);
		assert_string_equal(err.text, cases[i][1] ? cases[i][1] : "");
		assert_string_equal(filter, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(through_a_router),
		cmocka_unit_test(all_of_it_vanishes),
		cmocka_unit_test(the_way_back_is_another_path),
		cmocka_unit_test(flows_of_one_path_are_added_up),
		cmocka_unit_test(segmentation_is_no_loss),
		cmocka_unit_test(lost_acknowledgements_are_lost),
		cmocka_unit_test(a_hook_without_flows_is_passed_over),
		cmocka_unit_test(an_interface_sends_and_receives),
		cmocka_unit_test(for_people),
		cmocka_unit_test(for_scripts),
		cmocka_unit_test(phrases),
		cmocka_unit_test(wrong_phrases),
	};

	return cmocka_run_group_tests_name("where", tests, fill, NULL);
}
