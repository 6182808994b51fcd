// SPDX-License-Identifier: GPL-2.0
/* test_serve.c - metrics, authorization, and addresses of ctl serve. */
#include "ctl/health/window.h"
#include "ctl/metrics/prom.h"
#include "ctl/metrics/rows.h"
#include "ctl/serve/auth.h"
#include "ctl/serve/listen_option.h"
#include "ctl/tests/web_folder.h"
#include "datapath/base/cleanup.h"
#include "datapath/tests/check.h"

static char text[65536];

static void print(const struct prom_view *view)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(out_prom(view, f), 0);
	rewind(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
}

static void has(const char *line)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "\n%s\n", line);
	if (!strstr(text, whole))
		fail_msg("no line '%s' in:\n%s", line, text);
}

static struct weir_attachment attachment(uint32_t slot)
{
	return (struct weir_attachment){
		.slot = slot,
		.record = {
			.hook = WEIR_HOOK_TC_INGRESS,
			.netns_cookie = 7,
			.attached_at_ns = 1738324800123000000,
			.ifname = "eth0",
			.netns_name = "blue",
		},
	};
}

static struct weir_slot_counts counted(uint32_t slot, uint64_t packets)
{
	return (struct weir_slot_counts){
		.attachment = attachment(slot),
		.counts = {
			.total = { packets, packets * 100 },
			.wire = { packets + 1, packets * 100 + 1 },
			.protocols[WEIR_PROTO_UDP] = { packets, packets * 100 },
			.protocols[WEIR_PROTO_IPV4] = { packets, packets * 100 },
			.verdicts[WEIR_VERDICT_PASS] = { packets, packets * 100 },
			.sizes[0] = 1,
			.sizes[1] = packets - 2,
			.sizes[6] = 1,
		},
	};
}

#define AT "netns=\"blue\",interface=\"eth0\",hook=\"tc-ingress\""

TEST(protocol_classes_add_up_and_ip_versions_stand_apart)
{
	struct weir_slot_counts item = counted(3, 5);
	struct weir_snapshot snapshot = { 1, &item, 1 };
	struct prom_self self = { .scrapes = 1 };

	print(&(struct prom_view){ .snapshot = &snapshot, .self = &self });
	has("# TYPE weir_packets_total counter");
	has("weir_packets_total{" AT ",protocol=\"udp\"} 5");
	has("weir_bytes_total{" AT ",protocol=\"udp\"} 500");
	has("weir_packets_total{" AT ",protocol=\"arp\"} 0");
	assert_null(strstr(text, "protocol=\"ipv4\""));
	has("weir_ip_packets_total{" AT ",version=\"ipv4\"} 5");
	has("weir_wire_packets_total{" AT "} 6");
	has("weir_verdict_bytes_total{" AT ",verdict=\"pass\"} 500");
	has("weir_up 0"); /* nothing else could be read */
}

TEST(sizes_are_a_cumulative_histogram)
{
	struct weir_slot_counts item = counted(3, 5);
	struct weir_snapshot snapshot = { 1, &item, 1 };
	struct prom_self self = {};

	print(&(struct prom_view){ .snapshot = &snapshot, .self = &self });
	has("weir_packet_size_bytes_bucket{" AT ",le=\"64.0\"} 1");
	has("weir_packet_size_bytes_bucket{" AT ",le=\"127.0\"} 4");
	has("weir_packet_size_bytes_bucket{" AT ",le=\"1518.0\"} 4");
	has("weir_packet_size_bytes_bucket{" AT ",le=\"+Inf\"} 5");
	has("weir_packet_size_bytes_sum{" AT "} 500");
	has("weir_packet_size_bytes_count{" AT "} 5");
}

TEST(two_slots_of_one_name_are_one_series)
{
	struct weir_slot_counts items[] = { counted(3, 5), counted(9, 7) };
	struct weir_attachment list[] = { attachment(3), attachment(9) };
	struct weir_snapshot snapshot = { 1, items, 2 };
	struct weir_attachments attachments = { list, 2 };
	struct prom_self self = {};

	list[0].state = WEIR_STATE_GONE;
	print(&(struct prom_view){ .list = &attachments, .snapshot = &snapshot, .self = &self });
	has("weir_packets_total{" AT ",protocol=\"udp\"} 12");
	has("weir_attachments{" AT ",state=\"attached\"} 1");
	has("weir_attachments{" AT ",state=\"gone\"} 1");
	has("weir_attached_timestamp_seconds{" AT "} 1738324800.123");
}

TEST(names_of_any_bytes_are_valid_labels)
{
	char *escaped = prom_escape("a\"b\\c\nd");

	assert_string_equal(escaped, "a\\\"b\\\\c\\nd");
	free(escaped);
	escaped = prom_escape("v\xff");
	assert_string_equal(escaped, "v\\\\xff");
	free(escaped);
}

TEST(a_cgroup_has_a_label_of_its_own)
{
	struct weir_slot_counts item = counted(1, 2);
	struct weir_snapshot snapshot = { 1, &item, 1 };
	struct prom_self self = {};

	item.attachment.record = (struct weir_slot){ .hook = WEIR_HOOK_CGROUP_EGRESS,
						     .object_id = 5,
						     .target = "/system.slice" };
	print(&(struct prom_view){ .snapshot = &snapshot, .self = &self });
	has("weir_wire_packets_total{netns=\"\",cgroup=\"/system.slice\",hook=\"cgroup-egress\"} 3");
}

static struct weir_attachment socket_attachment(uint32_t slot, const char *name)
{
	struct weir_attachment a = {
		.slot = slot,
		.record = { .hook = WEIR_HOOK_SOCKET_FILTER,
			    .netns_cookie = 7,
			    .object_id = 1000 + slot,
			    .netns_name = "blue" },
	};

	snprintf(a.record.target, sizeof(a.record.target), "%s", name);
	return a;
}

#define SOCKET(protocol, port)                                            \
	"netns=\"blue\",socket=\"" protocol "\",local_port=\"" port "\"," \
	"hook=\"socket-filter\""

TEST(sockets_differ_by_protocol_and_local_port_and_by_nothing_else)
{
	static const char *const names[] = {
		"udp 127.0.0.1:47000",
		"udp 127.0.0.1:47001",
		"tcp [::1]:443 [::1]:4711",
		"tcp 10.0.0.1:443 10.0.0.2:4712",
		"unix-dgram 812:5",
		"unix-dgram /run/a:7 b",
		"raw 0.0.0.0:1",
	};
	struct weir_slot_counts items[ARRAY_SIZE(names)];
	struct weir_snapshot snapshot = { 1, items, ARRAY_SIZE(names) };
	struct prom_self self = {};

	for (uint32_t i = 0; i < ARRAY_SIZE(names); i++) {
		items[i] = counted(i, 3 + i);
		items[i].attachment = socket_attachment(i, names[i]);
	}
	print(&(struct prom_view){ .snapshot = &snapshot, .self = &self });
	has("weir_packets_total{" SOCKET("udp", "47000") ",protocol=\"udp\"} 3");
	has("weir_packets_total{" SOCKET("udp", "47001") ",protocol=\"udp\"} 4");
	has("weir_packets_total{" SOCKET("tcp", "443") ",protocol=\"udp\"} 11");
	has("weir_packets_total{" SOCKET("unix-dgram", "") ",protocol=\"udp\"} 15");
	has("weir_packets_total{" SOCKET("raw", "") ",protocol=\"udp\"} 9");
	assert_null(strstr(text, "interface="));
	assert_null(strstr(text, "127.0.0.1"));
	assert_null(strstr(text, "4711"));
}

TEST(openmetrics_names_families_without_total_and_ends)
{
	struct weir_flow_usage flows = { .entries = 3, .capacity = 4, .evicted = 2 };
	struct weir_map_usages maps = { { { "fragments", 1, 4 } }, 1 };
	struct prom_self self = {};

	print(&(struct prom_view){
		.flows = &flows, .maps = &maps, .self = &self, .openmetrics = true });
	has("# TYPE weir_flows_evicted counter");
	has("weir_flows_evicted_total 2");
	has("weir_map_pressure_ratio{map=\"flows\"} 0.75");
	has("weir_map_pressure_ratio{map=\"fragments\"} 0.25");
	assert_string_equal(text + strlen(text) - 6, "# EOF\n");
}

TEST(connections_are_counted_by_state_those_that_ended_are_not)
{
	struct weir_tcp_info items[4] = {};
	struct weir_tcp_list list = { .items = items, .count = 4, .usage = { 4, 1024, 5, 1 } };
	struct weir_tune_entry entry = { .rule = { .number = 3 }, .stats = { .hits = 8 } };
	struct weir_tune_entries tune = { &entry, 1, 2 };
	struct prom_self self = {};

	items[0].tcp.state = items[1].tcp.state = WEIR_TCP_ESTABLISHED;
	items[1].tcp.measures.retransmits = 5;
	items[2].tcp.state = WEIR_TCP_TIME_WAIT;
	items[3].tcp.state = WEIR_TCP_CLOSE;
	items[3].tcp.end = WEIR_TCP_OPEN + 1;
	items[3].tcp.measures.retransmits = 7;
	print(&(struct prom_view){ .tcp = &list, .tune = &tune, .self = &self });
	has("weir_tcp_connections{state=\"established\"} 2");
	has("weir_tcp_connections{state=\"time-wait\"} 1");
	has("weir_tcp_connections{state=\"closed\"} 0");
	has("weir_tcp_open_retransmits 5");
	has("weir_tcp_table_capacity 1024");
	has("weir_tcp_evicted_connections_total 5");
	has("weir_tcp_unrecorded_connections_total 1");
	has("weir_tune_programs 2");
	has("weir_tune_hits_total{entry=\"3\"} 8");
	has("weir_probe_up{probe=\"drops\"} 0");
}

static struct weir_kernel_drop dropped(const char *reason, uint32_t ifindex, const char *ifname,
				       uint64_t packets)
{
	struct weir_kernel_drop drop = {
		.ifindex = ifindex, .netns_cookie = 7, .packets = packets, .bytes = packets * 10
	};

	snprintf(drop.reason, sizeof(drop.reason), "%s", reason);
	snprintf(drop.ifname, sizeof(drop.ifname), "%s", ifname);
	strcpy(drop.netns, "blue");
	return drop;
}

TEST(an_interface_that_goes_takes_its_drops_to_no_other_series)
{
	struct weir_kernel_drop items[] = {
		dropped("NO_SOCKET", 2, "eth0", 5), dropped("NO_SOCKET", 3, "eth1", 6),
		dropped("NO_SOCKET", 4, "", 70), /* of a removed interface */
		dropped("NO_SOCKET", 0, "", 800),   dropped("NETFILTER_DROP", 2, "eth0", 1),
	};
	struct weir_drop_interface interface = { .netns = "blue",
						 .ifname = "eth0",
						 .losses[WEIR_LOSS_RX_DROPPED] = 4 };
	struct weir_drops drops = { items, 5, &interface, 1, .uncounted = 2, .missed = 1 };
	struct prom_self self = {};

	print(&(struct prom_view){ .drops = &drops, .self = &self });
	has("weir_kernel_drop_packets_total{source=\"kernel\",reason=\"NO_SOCKET\"} 881");
	has("weir_kernel_drop_bytes_total{source=\"kernel\",reason=\"NO_SOCKET\"} 8810");
	has("weir_kernel_drop_packets_total{source=\"kernel\",reason=\"NETFILTER_DROP\"} 1");
	has("weir_interface_kernel_drop_packets_total{netns=\"blue\",interface=\"eth0\","
	    "source=\"kernel\",reason=\"NO_SOCKET\"} 5");
	assert_null(strstr(text, "interface=\"\""));
	has("weir_interface_lost_packets_total{netns=\"blue\",interface=\"eth0\","
	    "counter=\"rx_dropped\"} 4");
	has("weir_kernel_drops_uncounted_total 3");
	has("weir_probe_up{probe=\"drops\"} 1");
}

/* --- health in the last minute --- */

static struct weir_health_report health_at(double seconds, uint64_t overflows)
{
	struct weir_health_report report = { .seconds = seconds };

	report.items[WEIR_HEALTH_UDP_OVERFLOW].count = overflows;
	return report;
}

TEST(a_mishap_is_over_after_a_minute)
{
	_cleanup_(health_window_free) struct health_window window = {};
	struct weir_health_report report = health_at(1, 0), minute;

	/* Without a stored report, the result is the whole report. */
	assert_int_equal(health_window_report(&window, &report, &minute), 0);
	assert_true(minute.well && minute.seconds == 1);
	weir_health_report_free(&minute);
	for (int second = 1; second <= 200; second++) {
		report = health_at(second, second >= 50 ? 3 : 0);
		assert_int_equal(health_window_take(&window, &report), 0);
		assert_int_equal(health_window_report(&window, &report, &minute), 0);
		if (second < 50 || second > 50 + HEALTH_WINDOW)
			assert_true(minute.well);
		else if (second <= 50 + HEALTH_WINDOW - 2 * HEALTH_STEP)
			assert_int_equal(minute.items[WEIR_HEALTH_UDP_OVERFLOW].count, 3);
		assert_true(minute.seconds <= HEALTH_WINDOW);
		weir_health_report_free(&minute);
	}
}

TEST(reasons_of_resets_are_subtracted_and_a_new_session_begins_anew)
{
	_cleanup_(health_window_free) struct health_window window = {};
	struct weir_reset_reason before[] = { { "A", 5 }, { "B", 2 } };
	struct weir_reset_reason after[] = { { "B", 4 }, { "A", 5 }, { "C", 1 } };
	struct weir_health_report report = health_at(1, 9), minute;

	report.reasons = before;
	report.reason_count = 2;
	assert_int_equal(health_window_take(&window, &report), 0);
	report = health_at(11, 9);
	report.reasons = after;
	report.reason_count = 3;
	assert_int_equal(health_window_report(&window, &report, &minute), 0);
	assert_true(minute.seconds == 10);
	assert_int_equal(minute.reason_count, 2);
	assert_string_equal(minute.reasons[0].name, "B");
	assert_int_equal(minute.reasons[0].count, 2);
	assert_string_equal(minute.reasons[1].name, "C");
	weir_health_report_free(&minute);
	report = health_at(0.5, 1);
	assert_int_equal(health_window_take(&window, &report), 0);
	assert_int_equal(window.count, 1);
	assert_true(window.kept[window.first].seconds == 0.5);
}

/* --- the document --- */

/* Reads "# TYPE name type" of each family, in order. */
static size_t served(char names[][96], size_t room)
{
	size_t count = 0;

	for (char *at = text; (at = strstr(at, "# TYPE ")); at++) {
		assert_true(count < room);
		snprintf(names[count++], 96, "%.*s", (int)strcspn(at + 7, "\n"), at + 7);
	}
	return count;
}

/* Reads the same from rows "| `name` | type | labels | ..." */
static size_t documented(char names[][96], size_t room)
{
	FILE *f = fopen("docs/metrics.md", "r");
	char line[512], name[64], type[16];
	size_t count = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "| `%63[a-z_]` | %15[a-z] |", name, type) != 2)
			continue;
		assert_true(count < room);
		snprintf(names[count++], 96, "%s %s", name, type);
	}
	fclose(f);
	return count;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

TEST(each_metric_is_in_the_document_and_no_other)
{
	static char there[100][96], told[100][96];
	struct weir_attachments list = {};
	struct weir_snapshot snapshot = {};
	struct weir_flow_usage flows = {};
	struct weir_map_usages maps = {};
	struct weir_tcp_list tcp = {};
	struct weir_tune_entries tune = {};
	struct weir_drops drops = {};
	struct weir_health_report health = {};
	struct prom_self self = {};
	size_t a, b;

	print(&(struct prom_view){ .list = &list,
				   .snapshot = &snapshot,
				   .flows = &flows,
				   .maps = &maps,
				   .tcp = &tcp,
				   .tune = &tune,
				   .drops = &drops,
				   .health = &health,
				   .minute = &health,
				   .self = &self });
	has("weir_up 1");
	a = served(there, 100);
	b = documented(told, 100);
	qsort(there, a, sizeof(*there), compare_names);
	qsort(told, b, sizeof(*told), compare_names);
	for (size_t i = 0; i < a && i < b; i++)
		assert_string_equal(there[i], told[i]);
	assert_int_equal(a, b);
}

TEST(accept_chooses_the_format)
{
	assert_false(prom_wants_openmetrics(NULL));
	assert_false(prom_wants_openmetrics("*/*"));
	assert_false(prom_wants_openmetrics("application/openmetrics-text;q=0, text/plain"));
	assert_true(prom_wants_openmetrics("application/openmetrics-text;version=1.0.0;q=0.5"));
	assert_true(prom_wants_openmetrics("text/plain;q=0.1,application/openmetrics-text"));
}

TEST(addresses_to_listen_on)
{
	static const char *const wrong[] = { "",           "9435",          "127.0.0.1",
					     "127.0.0.1:", "::1:9435",      "[::1]",
					     "a.b:80",     "1.2.3.4:65536", "[::1:9435",
					     "1.2.3.4:-1", "1.2.3.4:80x" };
	struct listen_address address;

	assert_int_equal(listen_option("127.0.0.1:9435", &address), 0);
	assert_true(address.loopback);
	assert_int_equal(listen_option("localhost:1", &address), 0);
	assert_true(address.loopback);
	assert_int_equal(listen_option("[::1]:9435", &address), 0);
	assert_true(address.loopback);
	assert_int_equal(listen_option(":9435", &address), 0);
	assert_false(address.loopback);
	assert_int_equal(listen_option("0.0.0.0:0", &address), 0);
	assert_false(address.loopback);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		if (listen_option(wrong[i], &address) == 0)
			fail_msg("'%s' was taken", wrong[i]);
	}
}

/* --- authorization --- */

static void fails_with(const char *content, const char *sentence)
{
	struct http_auth auth = {};
	struct weir_error err = {};

	write_file("web.yml", content);
	assert_true(http_auth_load(config, &auth, &err) < 0);
	if (!strstr(err.text, sentence))
		fail_msg("no '%s' in '%s'", sentence, err.text);
}

TEST(a_wrong_configuration_is_told_by_line)
{
	fails_with("", "the file is empty");
	fails_with("a: [", "line ");
	fails_with("\nother: 1\n", "line 2: unknown key 'other'");
	fails_with("tls_server_config: {cert: x}", "unknown key 'cert' in tls_server_config");
	fails_with("tls_server_config: {cert_file: none.pem}", "none.pem': No such file");
	fails_with("basic_auth_users: {me: secret}", "'me' must be a hash");
	write_file("token", "short\n");
	fails_with("bearer_token_file: token", "at least 16 characters");
	write_file("cert", "x\n");
	fails_with("tls_server_config: {cert_file: cert}", "go together");
}

static enum auth_result ask(struct http_auth *auth, const char *header)
{
	return http_auth_check(auth, header, 1000);
}

TEST(token_and_password_open_and_nothing_else_does)
{
	struct http_auth auth = {};
	struct weir_error err = {};

	write_file("token", "0123456789abcdef\n");
	write_file("web.yml", "bearer_token_file: token\nbasic_auth_users:\n  me: " HASH "\n");
	assert_int_equal(http_auth_load(config, &auth, &err), 0);
	assert_true(http_auth_needed(&auth));
	assert_int_equal(ask(&auth, NULL), AUTH_REFUSED);
	assert_int_equal(ask(&auth, ""), AUTH_REFUSED);
	assert_int_equal(ask(&auth, "Bearer 0123456789abcdef"), AUTH_OK);
	assert_int_equal(ask(&auth, "Bearer 0123456789abcdeg"), AUTH_REFUSED);
	assert_int_equal(ask(&auth, "Bearer "), AUTH_REFUSED);
	assert_int_equal(ask(&auth, "Basic ***"), AUTH_REFUSED);
	assert_int_equal(ask(&auth, "Basic bWU6c2VjcmV0"), AUTH_OK);          /* me:secret */
	assert_int_equal(ask(&auth, "Basic eW91OnNlY3JldA=="), AUTH_REFUSED); /* you:secret */
	assert_int_equal(ask(&auth, "Basic bWU6d3Jvbmc="), AUTH_REFUSED);     /* me:wrong */
	assert_int_equal(ask(&auth, "Basic bWU6d3Jvbmc="), AUTH_REFUSED);
	/* The fifth hash in a short time. */
	assert_int_equal(ask(&auth, "Basic bWU6d3Jvbmc="), AUTH_BUSY);
	assert_int_equal(ask(&auth, "Basic bWU6c2VjcmV0"), AUTH_OK); /* from the cache */
	assert_int_equal(http_auth_check(&auth, "Basic bWU6d3Jvbmc=", 1001), AUTH_REFUSED);
	http_auth_free(&auth);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protocol_classes_add_up_and_ip_versions_stand_apart),
		cmocka_unit_test(sizes_are_a_cumulative_histogram),
		cmocka_unit_test(two_slots_of_one_name_are_one_series),
		cmocka_unit_test(names_of_any_bytes_are_valid_labels),
		cmocka_unit_test(a_cgroup_has_a_label_of_its_own),
		cmocka_unit_test(sockets_differ_by_protocol_and_local_port_and_by_nothing_else),
		cmocka_unit_test(openmetrics_names_families_without_total_and_ends),
		cmocka_unit_test(connections_are_counted_by_state_those_that_ended_are_not),
		cmocka_unit_test(an_interface_that_goes_takes_its_drops_to_no_other_series),
		cmocka_unit_test(a_mishap_is_over_after_a_minute),
		cmocka_unit_test(reasons_of_resets_are_subtracted_and_a_new_session_begins_anew),
		cmocka_unit_test(each_metric_is_in_the_document_and_no_other),
		cmocka_unit_test(accept_chooses_the_format),
		cmocka_unit_test(addresses_to_listen_on),
		cmocka_unit_test(a_wrong_configuration_is_told_by_line),
		cmocka_unit_test(token_and_password_open_and_nothing_else_does),
	};

	return cmocka_run_group_tests_name("serve", tests, make_folder, remove_folder);
}
