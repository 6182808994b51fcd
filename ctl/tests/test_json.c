// SPDX-License-Identifier: GPL-2.0
/*
 * test_json.c - compares the JSON that scripts depend on, letter by letter: keys, their order,
 * types, null. docs/json.md describes it. Run it from the top of the tree.
 */
#include "ctl/attach/json.h"
#include "ctl/counters/json.h"
#include "ctl/counters/rates.h"
#include "ctl/doctor/json.h"
#include "ctl/sockets/table.h"
#include "ctl/tests/json_doc.h"
#include "ctl/tune/table.h"
#include "datapath/tests/check.h"

static struct weir_attachment attachment(void)
{
	return (struct weir_attachment){
		.slot = 3,
		.record = {
			.state = WEIR_SLOT_ATTACHED,
			.hook = WEIR_HOOK_TC_INGRESS,
			.method = WEIR_METHOD_TCX,
			.netns_cookie = 4294967296,
			.ifindex = 70000,
			.features = WEIR_FEATURE_COUNTERS,
			.program_id = 812,
			.attached_at_ns = 1738324800123000000,
			.ifname = "veth0",
			.netns_name = "blue",
		},
		.state = WEIR_STATE_ATTACHED,
	};
}

#define SETTINGS(on) "\"settings\": {\"skip_loopback\": " on "}}"
#define VERSION "{\"version\": \"" WEIR_VERSION "\", \"attachments\": "

TEST(status_of_nothing)
{
	struct weir_attachments none = {};

	expect_json(json_status(&none, false, false, doc()), VERSION "[], " SETTINGS("false"));
	expect_json(json_status(&none, true, false, doc()), VERSION "[], " SETTINGS("true"));
}

TEST(status_of_an_attachment)
{
	struct weir_attachment a = attachment();
	struct weir_attachments list = { &a, 1 };

	expect_json(
		json_status(&list, false, false, doc()), VERSION
		"[{\"slot\": 3, \"netns\": \"blue\", \"netns_cookie\": 4294967296, "
		"\"interface\": \"veth0\", \"ifindex\": 70000, \"cgroup\": null, \"cgroup_id\": null, \"socket\": null, \"hook\": \"tc-ingress\", "
		"\"method\": \"tcx\", \"mode\": null, \"program_id\": 812, "
		"\"features\": [\"counters\"], \"attached_at\": \"2025-01-31T12:00:00.123Z\", "
		"\"state\": \"attached\", \"detail\": null, \"peer\": null}], " SETTINGS("false"));
}

TEST(status_null_rules)
{
	struct weir_attachment a = attachment();
	struct weir_attachments list = { &a, 1 };

	a.record.netns_name[0] = '\0';
	a.record.hook = WEIR_HOOK_XDP;
	a.record.method = WEIR_METHOD_XDP_SINGLE;
	a.record.mode = WEIR_MODE_GENERIC;
	a.record.features = 0;
	a.state = WEIR_STATE_DRIFTED;
	strcpy(a.detail, "program 812 was detached by \"somebody\"");
	a.peer = (struct weir_peer){ .ifindex = 5 };
	expect_json(
		json_status(&list, false, false, doc()), VERSION
		"[{\"slot\": 3, \"netns\": null, \"netns_cookie\": 4294967296, "
		"\"interface\": \"veth0\", \"ifindex\": 70000, \"cgroup\": null, \"cgroup_id\": null, \"socket\": null, \"hook\": \"xdp\", "
		"\"method\": \"xdp-single\", \"mode\": \"generic\", \"program_id\": 812, "
		"\"features\": [], \"attached_at\": \"2025-01-31T12:00:00.123Z\", "
		"\"state\": \"drifted\", "
		"\"detail\": \"program 812 was detached by \\\"somebody\\\"\", "
		"\"peer\": {\"interface\": null, \"netns\": null, \"ifindex\": 5}}], " SETTINGS(
			"false"));
}

static void expect_peer(const struct weir_peer *peer, const char *expected)
{
	struct weir_attachment a = attachment();
	struct weir_attachments list = { &a, 1 };
	json_t *status, *item;
	char *text;

	a.peer = *peer;
	status = parsed(json_status(&list, false, false, doc()));
	item = json_array_get(json_object_get(status, "attachments"), 0);
	text = json_dumps(json_object_get(item, "peer"), 0);
	assert_string_equal(text, expected);
	free(text);
	json_decref(status);
}

TEST(peers)
{
	expect_peer(&(struct weir_peer){ .known = true,
					 .ifindex = 2,
					 .ifname = "eth0",
					 .netns = "green" },
		    "{\"interface\": \"eth0\", \"netns\": \"green\", \"ifindex\": 2}");
	expect_peer(&(struct weir_peer){ .known = true,
					 .ifindex = 2,
					 .ifname = "veth1",
					 .same_netns = true },
		    "{\"interface\": \"veth1\", \"netns\": \"blue\", \"ifindex\": 2}");
	/* A namespace without a name. */
	expect_peer(&(struct weir_peer){ .known = true, .ifindex = 2, .ifname = "eth0" },
		    "{\"interface\": \"eth0\", \"netns\": null, \"ifindex\": 2}");
}

/* The kernel allows almost any bytes in a name, and so does the file system for namespaces. */
TEST(names_that_are_no_utf8_lose_nothing)
{
	struct weir_attachment a = attachment();
	struct weir_attachments list = { &a, 1 };
	struct weir_slot_counts item = { .attachment = a };
	struct weir_snapshot snapshot = { 0, &item, 1 };
	struct weir_change change = { .record = a.record };
	struct weir_changes changes = { &change, 1 };
	json_t *json;

	strcpy(a.record.ifname, "v\xff\xc3");
	strcpy(a.record.netns_name, "bl\xfcue");
	strcpy(a.detail, "interface 'v\xff\xc3' no longer exists");
	item.attachment = a;
	change.record = a.record;

	json = parsed(json_status(&list, false, false, doc()));
	assert_int_equal(json_array_size(json_object_get(json, "attachments")), 1);
	json_decref(json);
	json = parsed(json_counters(&snapshot, NULL, false, false, doc()));
	assert_int_equal(json_array_size(json), 1);
	assert_string_equal(json_string_value(
				    json_object_get(json_array_get(json, 0), "interface")),
			    "v\\xff\\xc3");
	assert_string_equal(json_string_value(json_object_get(json_array_get(json, 0), "netns")),
			    "bl\\xfcue");
	json_decref(json);
	json = parsed(json_changes(&changes, false, doc()));
	assert_int_equal(json_array_size(json), 1);
	json_decref(json);
}

TEST(names_in_utf8_stay)
{
	struct weir_attachment a = attachment();
	struct weir_slot_counts item;
	struct weir_snapshot snapshot = { 0, &item, 1 };
	json_t *json;

	strcpy(a.record.ifname, "dr\xc3\xa4ht");
	item = (struct weir_slot_counts){ .attachment = a };
	json = parsed(json_counters(&snapshot, NULL, false, false, doc()));
	assert_string_equal(json_string_value(
				    json_object_get(json_array_get(json, 0), "interface")),
			    "dr\xc3\xa4ht");
	json_decref(json);
}

static struct weir_slot_counts counts(void)
{
	static struct weir_count cpus[] = { { 2, 200 }, { 3, 290 } };
	struct weir_slot_counts s = {
		.attachment = attachment(),
		.counts = { .total = { 5, 490 },
			    .wire = { 7, 600 },
			    .sizes = { 1, 0, 3, 0, 0, 0, 1 } },
		.per_cpu = cpus,
		.cpu_count = 2,
	};

	s.counts.verdicts[WEIR_VERDICT_PASS] = s.counts.total;
	s.counts.protocols[WEIR_PROTO_IPV4] = (struct weir_count){ 4, 430 };
	s.counts.protocols[WEIR_PROTO_ICMP] = (struct weir_count){ 4, 430 };
	s.counts.protocols[WEIR_PROTO_ARP] = (struct weir_count){ 1, 60 };
	return s;
}

#define ZERO "{\"packets\": 0, \"bytes\": 0}"
#define COUNTS                                                                                \
	"[{\"slot\": 3, \"netns\": \"blue\", \"interface\": \"veth0\", "                      \
	"\"cgroup\": null, \"socket\": null, \"hook\": \"tc-ingress\", "                      \
	"\"direction\": \"ingress\", \"packets\": 5, "                                        \
	"\"bytes\": 490, \"wire_packets\": 7, "                                               \
	"\"wire_bytes\": 600, \"protocols\": {\"arp\": {\"packets\": 1, \"bytes\": 60}, "     \
	"\"ipv4\": {\"packets\": 4, \"bytes\": 430}, \"ipv6\": " ZERO ", \"other-l3\": " ZERO \
	", \"tcp\": " ZERO ", \"udp\": " ZERO                                                 \
	", \"icmp\": {\"packets\": 4, \"bytes\": 430}, \"icmpv6\": " ZERO ", \"sctp\": " ZERO \
	", \"other-l4\": " ZERO ", \"fragment\": " ZERO ", \"malformed\": " ZERO              \
	"}, \"verdicts\": {\"pass\": {\"packets\": 5, \"bytes\": 490}}, "                     \
	"\"sizes\": [{\"le\": 64, \"packets\": 1}, {\"le\": 127, \"packets\": 0}, "           \
	"{\"le\": 255, \"packets\": 3}, {\"le\": 511, \"packets\": 0}, "                      \
	"{\"le\": 1023, \"packets\": 0}, {\"le\": 1518, \"packets\": 0}, "                    \
	"{\"le\": null, \"packets\": 1}]"

TEST(counters_of_nothing)
{
	struct weir_snapshot none = {};
	struct rates rates = {};

	expect_json(json_counters(&none, NULL, false, false, doc()), "[]");
	expect_json(json_counters(&none, &rates, true, false, doc()), "[]");
}

TEST(counters_of_a_slot)
{
	struct weir_slot_counts s = counts();
	struct weir_snapshot snapshot = { 0, &s, 1 };

	expect_json(json_counters(&snapshot, NULL, false, false, doc()), COUNTS "}]");
}

TEST(counters_by_cpu_and_with_rates)
{
	struct weir_slot_counts s = counts();
	struct weir_snapshot snapshot = { 0, &s, 1 };
	struct rate rate = { true, 2.5, 2000 };
	struct rates rates = { &rate, 1, 2 };

	expect_json(json_counters(&snapshot, NULL, true, false, doc()),
		    COUNTS ", \"per_cpu\": [{\"cpu\": 0, \"packets\": 2, \"bytes\": 200}, "
			   "{\"cpu\": 1, \"packets\": 3, \"bytes\": 290}]}]");
	expect_json(json_counters(&snapshot, &rates, false, false, doc()),
		    COUNTS ", \"rate\": {\"seconds\": 2.0, \"packets_per_second\": 2.5, "
			   "\"bits_per_second\": 2000.0}}]");
	rate.known = false;
	expect_json(json_counters(&snapshot, &rates, false, false, doc()),
		    COUNTS ", \"rate\": null}]");
}

TEST(large_counts)
{
	struct weir_slot_counts s = counts();
	struct weir_snapshot snapshot = { 0, &s, 1 };
	char *text;

	s.counts.total.bytes = UINT64_MAX;
	text = doc_take(json_counters(&snapshot, NULL, false, false, doc()));
	assert_non_null(strstr(text, "\"bytes\": 18446744073709551615, \"wire_packets\""));
	free(text);
}

TEST(changes_made)
{
	struct weir_change items[] = {
		{ WEIR_ACTION_NONE, 3, attachment().record },
		{ WEIR_ACTION_DETACH, 3, attachment().record },
	};
	struct weir_changes list = { items, 2 };

	items[1].record.netns_name[0] = '\0';
	expect_json(json_changes(&(struct weir_changes){}, false, doc()), "[]");
	expect_json(
		json_changes(&list, false, doc()),
		"[{\"action\": \"none\", \"slot\": 3, \"netns\": \"blue\", "
		"\"interface\": \"veth0\", \"cgroup\": null, \"socket\": null, \"hook\": \"tc-ingress\", \"method\": \"tcx\"}, "
		"{\"action\": \"detach\", \"slot\": 3, \"netns\": null, "
		"\"interface\": \"veth0\", \"cgroup\": null, \"socket\": null, \"hook\": \"tc-ingress\", \"method\": \"tcx\"}]");
}

TEST(checks_of_doctor)
{
	struct weir_check items[] = {
		{ "kernel", WEIR_CHECK_OK, "Linux 6.1", "never told" },
		{ "bpffs", WEIR_CHECK_LIMITED, "not yet", "nothing yet" },
		{ "pins", WEIR_CHECK_MISSING, "of layout 9", "attach and read fail" },
	};
	struct weir_checks list = { items, 3 };

	expect_json(json_checks(&(struct weir_checks){}, false, doc()), "[]");
	expect_json(json_checks(&list, false, doc()),
		    "[{\"feature\": \"kernel\", \"health\": \"ok\", \"found\": \"Linux 6.1\", "
		    "\"cost\": null}, {\"feature\": \"bpffs\", \"health\": \"limited\", "
		    "\"found\": \"not yet\", \"cost\": \"nothing yet\"}, {\"feature\": \"pins\", "
		    "\"health\": \"missing\", \"found\": \"of layout 9\", "
		    "\"cost\": \"attach and read fail\"}]");
}

/* --- docs/json.md --- */

TEST(the_document_tells_the_shapes)
{
	static char text[65536];
	FILE *f = fopen("docs/json.md", "r");
	const char *at = text;
	struct weir_attachment a = attachment();
	struct weir_attachments list = { &a, 1 };
	struct weir_slot_counts s = counts();
	struct weir_snapshot snapshot = { 0, &s, 1 };
	struct rate rate = { .known = true };
	struct rates rates = { &rate, 1, 1 };
	struct weir_change change = { .record = a.record };
	struct weir_changes changes = { &change, 1 };
	struct weir_check check = { .name = "x", .cost = "y" };
	struct weir_checks checks = { &check, 1 };
	struct weir_tune_entry entry = { .rule.setting_count = 1, .rule.settings[0].option = 4 };
	struct weir_tune_entries entries = { &entry, 1, 1 };
	struct weir_tune_added added = { .changes = changes };

	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	a.peer.ifindex = 1;
	expect_shape(&at, parsed(json_status(&list, false, false, doc())));
	expect_shape(&at, parsed(json_counters(&snapshot, &rates, true, false, doc())));
	expect_shape(&at, json_of_flows(&a, true));
	expect_shape(&at, json_of_flows(&a, false));
	expect_shape(&at, json_of_tcp());
	expect_shape(&at, json_of_path(&a));
	expect_shape(&at, json_of_drops());
	expect_shape(&at, json_of_health());
	expect_shape(&at, parsed(json_changes(&changes, false, doc())));
	expect_shape(&at, parsed(json_tune_list(&entries, false, doc())));
	expect_shape(&at, parsed(json_tune_match(&entry, false, doc())));
	expect_shape(&at, parsed(json_tune_added(&added, false, doc())));
	expect_shape(&at, parsed(json_checks(&checks, false, doc())));
	expect_shape(&at, json_of_sockets());
	expect_shape(&at, json_of_probe_list());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_of_nothing),
		cmocka_unit_test(status_of_an_attachment),
		cmocka_unit_test(status_null_rules),
		cmocka_unit_test(peers),
		cmocka_unit_test(names_that_are_no_utf8_lose_nothing),
		cmocka_unit_test(names_in_utf8_stay),
		cmocka_unit_test(counters_of_nothing),
		cmocka_unit_test(counters_of_a_slot),
		cmocka_unit_test(counters_by_cpu_and_with_rates),
		cmocka_unit_test(large_counts),
		cmocka_unit_test(changes_made),
		cmocka_unit_test(checks_of_doctor),
		cmocka_unit_test(the_document_tells_the_shapes),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
