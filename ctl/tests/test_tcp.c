// SPDX-License-Identifier: GPL-2.0
/* test_tcp.c - TCP connections: selection, order and output. */
#include <errno.h>
#include <math.h>
#include "ctl/tcp/table.h"
#include "ctl/tests/flow_fixture.h"
#include "ctl/tests/json_doc.h"
#include "ctl/tests/run.h"

#define LOCAL "10.0.0.1"
#define REMOTE "10.0.0.2"

static struct weir_tcp_slot slots[2];
static struct weir_tcp_info items[4];
static struct weir_tcp_list list;

static struct weir_tcp_info connection(uint64_t cookie, const char *local, const char *remote,
				       uint16_t remote_port, uint64_t acked, uint32_t srtt_us)
{
	struct weir_tcp_info info = {
		.here = true,
		.cgroup = "/web",
		.tcp = { .cookie = cookie,
			 .local_port = 40000,
			 .remote_port = remote_port,
			 .state = WEIR_TCP_ESTABLISHED,
			 .direction = WEIR_TCP_ACTIVE,
			 .flags = strchr(local, ':') ? WEIR_TCP_F_V6 : 0,
			 .netns_cookie = 1,
			 .cgroup_id = 7,
			 .started = START,
			 .established = START + 1000000,
			 .pid = 4711,
			 .latency_us = 1000,
			 .command = "curl",
			 .measures = { .bytes_acked = acked,
				       .bytes_received = 20,
				       .srtt_us = srtt_us,
				       .min_rtt_us = 90,
				       .cwnd = 10,
				       .mss = 1448,
				       .segs_out = 3,
				       .segs_in = 2 } },
	};

	fixture_address((uint8_t *)info.tcp.local, local);
	fixture_address((uint8_t *)info.tcp.remote, remote);
	return info;
}

static int set_up(void **state)
{
	(void)state;
	memset(slots, 0, sizeof(slots));
	for (uint32_t i = 0; i < 2; i++) {
		slots[i].attachment = (struct weir_attachment){
			.slot = i,
			.record = { .hook = WEIR_HOOK_SOCKOPS,
				    .object_id = 7 + i,
				    .features = WEIR_FEATURE_TCP },
		};
		strcpy(slots[i].attachment.record.target, i ? "/db" : "/web");
	}
	items[0] = connection(1, LOCAL, REMOTE, 80, 100, 1500);
	items[1] = connection(2, LOCAL, REMOTE, 443, 5000, 200);
	items[2] = connection(3, "fe80::1", "fe80::2", 443, 7, 12500000);
	items[3] = connection(4, LOCAL, REMOTE, 25, 9, 0);
	items[2].tcp.measures.retransmits = 4;
	items[2].tcp.direction = WEIR_TCP_UNKNOWN;
	items[2].tcp.pid = 0;
	items[2].tcp.started = 0;
	items[2].slot = 1;
	items[3].tcp.state = WEIR_TCP_CLOSE;
	items[3].tcp.end = WEIR_TCP_REFUSED;
	items[3].tcp.closed = START + 2 * SECOND;
	list = (struct weir_tcp_list){
		.items = items,
		.count = ARRAY_SIZE(items),
		.slots = slots,
		.slot_count = 2,
		.usage = { .entries = 4, .capacity = 16384 },
		.time_ns = START + 62 * SECOND,
	};
	return 0;
}

/* Returns the cookies in the order of the rows. */
static const char *order(const struct tcp_choice *choice, enum tcp_sort sort, size_t top)
{
	static char text[64];
	struct tcp_rows rows;
	size_t used = 0;

	assert_int_equal(tcp_rows_build(&list, choice, sort, top, &rows), 0);
	text[0] = '\0';
	for (size_t i = 0; i < rows.count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%d",
					 (int)rows.items[i]->tcp.cookie);
	tcp_rows_free(&rows);
	return text;
}

static const char *render(int (*writer)(const struct tcp_view *, FILE *),
			  const struct tcp_choice *choice)
{
	static char text[16384];
	struct tcp_rows rows;
	struct tcp_view view = { .list = &list, .rows = &rows, .choice = choice };
	FILE *f = tmpfile();

	assert_int_equal(tcp_rows_build(&list, choice, TCP_SORT_BYTES, 0, &rows), 0);
	assert_int_equal(writer(&view, f), 0);
	run_collect(f, text, sizeof(text));
	tcp_rows_free(&rows);
	return text;
}

TEST(the_greatest_come_first)
{
	const struct tcp_choice all = { .any_state = true };

	assert_string_equal(order(&all, TCP_SORT_BYTES, 0), "2143");
	assert_string_equal(order(&all, TCP_SORT_RTT, 0), "3124");
	assert_string_equal(order(&all, TCP_SORT_RETRANS, 2), "31");
	/* A connection of unknown age is the oldest. */
	assert_string_equal(order(&all, TCP_SORT_AGE, 0), "3124");
}

TEST(open_ones_are_shown_unless_others_are_asked_for)
{
	const struct tcp_choice open = {}, ended = { .ended = true },
				closed = { .state = WEIR_TCP_CLOSE },
				sent = { .state = WEIR_TCP_SYN_SENT };

	assert_string_equal(order(&open, TCP_SORT_BYTES, 0), "213");
	assert_string_equal(order(&ended, TCP_SORT_BYTES, 0), "4");
	assert_string_equal(order(&closed, TCP_SORT_BYTES, 0), "4");
	assert_string_equal(order(&sent, TCP_SORT_BYTES, 0), "");
}

TEST(cgroups_are_chosen_by_path_and_glob)
{
	const char *const db[] = { "/d*" }, *const none[] = { "/d" };
	const struct tcp_choice some = { .words = db, .word_count = 1 },
				nothing = { .words = none, .word_count = 1 };

	assert_string_equal(order(&some, TCP_SORT_BYTES, 0), "3");
	assert_string_equal(order(&nothing, TCP_SORT_BYTES, 0), "");
}

TEST(filters_see_the_local_end_as_the_source)
{
	static const struct {
		const char *filter, *order;
	} cases[] = {
		{ "dst port 443", "23" },
		{ "src port 443", "" },
		{ "src host 10.0.0.1 and bytes > 1000", "2" },
		{ "ip6", "3" },
		{ "netns blue", "1" },
		{ "packets = 5 and tcp and not netns blue", "23" },
		{ "idle > 1s", "" },
		{ "hook sockops and age < 100s and dst port 80", "1" },
	};

	strcpy(items[0].netns_name, "blue");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tcp_choice choice = {};
		struct weir_flow_filter *filter;

		assert_int_equal(weir_flow_filter_compile(cases[i].filter, &filter, NULL), 0);
		choice.filter = filter;
		assert_string_equal(order(&choice, TCP_SORT_BYTES, 0), cases[i].order);
		weir_flow_filter_free(filter);
	}
}

TEST(a_namespace_that_was_named_leaves_out_the_others)
{
	const struct tcp_choice here = { .here = true };

	items[1].here = false;
	assert_string_equal(order(&here, TCP_SORT_BYTES, 0), "13");
}

TEST(the_table_shows_open_connections)
{
	const struct tcp_choice open = {};

	assert_string_equal(
		render(out_tcp, &open),
		"STATE        DIRECTION  LOCAL            REMOTE         PROCESS    LATENCY      RTT  MIN RTT  CWND   MSS  RETRANS  RTOS  LOST  ACKED  RECEIVED    AGE\n"
		"established  active     10.0.0.1:40000   10.0.0.2:443   4711 curl  1.00 ms   200 us    90 us    10  1448        0     0     0   5000        20  1m 2s\n"
		"established  active     10.0.0.1:40000   10.0.0.2:80    4711 curl  1.00 ms  1.50 ms    90 us    10  1448        0     0     0    100        20  1m 2s\n"
		"established  -          [fe80::1]:40000  [fe80::2]:443  -          1.00 ms   12.5 s    90 us    10  1448        4     0     0      7        20      -\n"
		"\n"
		"TCP table: 4 of 16384 entries taken.\n");
}

TEST(the_table_says_why_connections_ended_and_what_was_lost)
{
	const struct tcp_choice ended = { .ended = true };

	items[3].here = false;
	items[3].tcp.netns_cookie = 295;
	list.usage.evicted = 1;
	list.usage.capacity = 1024;
	list.unseen = 2;
	assert_string_equal(
		render(out_tcp, &ended),
		"STATE   DIRECTION  LOCAL           REMOTE       NETNS  PROCESS    LATENCY  RTT  MIN RTT  CWND   MSS  RETRANS  RTOS  LOST  ACKED  RECEIVED  AGE      ENDED  WHY\n"
		"closed  active     10.0.0.1:40000  10.0.0.2:25  #295   4711 curl  1.00 ms    -    90 us    10  1448        0     0     0      9        20   2s  1m 0s ago  refused\n"
		"\n"
		"TCP table: 4 of 1024 entries taken.\n"
		"2 open connections as last seen by the BPF program: the network namespace could not be queried.\n"
		"1 connection made room for newer ones: the table is too small to remember more.\n"
		"Only `ctl purge` frees the table, and it ends all counts: save them with `ctl -j tcp` and `ctl -j counters`, then purge and `ctl attach --cgroup --tcp-entries 4096`.\n");
}

TEST(empty_tables_say_what_to_do_next)
{
	const struct tcp_choice sent = { .state = WEIR_TCP_SYN_SENT };

	assert_string_equal(render(out_tcp, &sent),
			    "None of the 4 connections match; --closed shows those that "
			    "ended.\n");
	list.count = 0;
	assert_string_equal(render(out_tcp, &sent),
			    "No TCP connections since attaching; `ctl tcp --adopt` adds those that "
			    "existed before.\n");
	list.slot_count = 0;
	assert_string_equal(
		render(out_tcp, &sent),
		"Nothing is attached that watches TCP connections. Begin with `ctl attach "
		"--cgroup`.\n");
	assert_string_equal(render(json_tcp, &sent), "[]\n");
	assert_string_equal(render(json_tcp_histograms, &sent), "[]\n");
}

TEST(json_has_every_key)
{
	const char *const web[] = { "/web" };
	const struct tcp_choice closed = { .words = web, .word_count = 1, .ended = true };

	assert_string_equal(
		render(json_tcp, &closed),
		"[{\"slot\": 0, \"netns\": null, \"netns_cookie\": 1, \"cgroup\": \"/web\", \"cgroup_id\": 7, "
		"\"pid\": 4711, \"command\": \"curl\", \"direction\": \"active\", \"state\": \"closed\", "
		"\"local\": \"10.0.0.1\", \"local_port\": 40000, \"remote\": \"10.0.0.2\", \"remote_port\": 25, "
		"\"started_at\": \"2025-01-31T12:00:00.000Z\", "
		"\"established_at\": \"2025-01-31T12:00:00.001Z\", \"connect_latency_us\": 1000, "
		"\"srtt_us\": null, \"min_rtt_us\": 90, \"cwnd\": 10, \"mss\": 1448, \"retransmits\": 0, "
		"\"rtos\": 0, \"lost\": 0, \"segs_out\": 3, \"segs_in\": 2, \"data_segs_out\": 0, "
		"\"data_segs_in\": 0, \"bytes_acked\": 9, \"bytes_received\": 20, "
		"\"delivery_rate_bits_per_second\": 0, \"ecn_marks\": 0, \"reordering\": 0, "
		"\"reorderings_seen\": 0, \"closed_at\": \"2025-01-31T12:00:02.000Z\", "
		"\"close_reason\": \"refused\", \"adopted\": false}]\n");
}

TEST(json_is_whole_with_any_command_name)
{
	const struct tcp_choice closed = { .ended = true };
	json_t *doc;

	memcpy(items[3].tcp.command, "\"\\\n\x01\xff 0123456789", 16);
	items[3].cgroup = NULL;
	doc = json_loads(render(json_tcp, &closed), 0, NULL);
	assert_non_null(doc);
	assert_true(json_is_null(json_object_get(json_array_get(doc, 0), "cgroup")));
	json_decref(doc);
}

TEST(histograms_run_from_the_first_bucket_to_the_last)
{
	const char *const web[] = { "/web" };
	const struct tcp_choice choice = { .words = web, .word_count = 1 };
	json_t *doc, *buckets;

	slots[0].histograms.latency[0] = 1;
	slots[0].histograms.latency[2] = 4;
	slots[0].histograms.rtt[WEIR_TCP_BUCKETS - 1] = 2;
	assert_string_equal(
		render(out_tcp_histograms, &choice),
		"slot 0, cgroup /web\n"
		"\n"
		"Connections by latency: 5\n"
		"      0 us - 1 us                  1  ##########\n"
		"      1 us - 2 us                  0\n"
		"      2 us - 4 us                  4  ########################################\n"
		"\n"
		"Connections by smoothed RTT: 2\n"
		"    1074 s - ...                   2  ########################################\n");
	doc = json_loads(render(json_tcp_histograms, &choice), 0, NULL);
	assert_int_equal(json_array_size(doc), 1);
	buckets = json_object_get(json_array_get(doc, 0), "connect_latency");
	assert_int_equal(json_array_size(buckets), WEIR_TCP_BUCKETS);
	assert_int_equal(json_integer_value(
				 json_object_get(json_array_get(buckets, 2), "below_us")),
			 4);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(buckets, 2), "count")),
			 4);
	assert_true(json_is_null(json_object_get(json_array_get(buckets, 31), "below_us")));
	json_decref(doc);
}

/* --- events --- */

static const char *event(enum weir_tcp_event_kind kind, uint32_t value,
			 int (*writer)(const struct weir_tcp_occurrence *, FILE *))
{
	static char text[4096];
	struct weir_tcp_occurrence occurrence = {
		.kind = kind,
		.time_ns = START,
		.value = value,
		.info = items[3],
	};
	FILE *f = tmpfile();

	assert_int_equal(writer(&occurrence, f), 0);
	run_collect(f, text, sizeof(text));
	return text;
}

TEST(events_are_a_line_each)
{
	assert_string_equal(
		event(WEIR_TCP_EVENT_CONNECT, 1500, out_tcp_event),
		"2025-01-31T12:00:00.000Z connect    10.0.0.1:40000 -> 10.0.0.2:25 (4711 "
		"curl) latency 1.50 ms\n");
	assert_string_equal(
		event(WEIR_TCP_EVENT_CLOSE, 0, out_tcp_event),
		"2025-01-31T12:00:00.000Z close      10.0.0.1:40000 -> 10.0.0.2:25 (4711 "
		"curl) refused, 9 bytes acked, 20 received, 0 retransmitted\n");
	assert_string_equal(
		event(WEIR_TCP_EVENT_RETRANSMIT, 2, out_tcp_event),
		"2025-01-31T12:00:00.000Z retransmit 10.0.0.1:40000 -> 10.0.0.2:25 (4711 "
		"curl) 2 segments, 0 in all\n");
	items[3].tcp.direction = WEIR_TCP_PASSIVE;
	items[3].tcp.pid = 0;
	items[3].here = false;
	strcpy(items[3].netns_name, "blue");
	assert_string_equal(
		event(WEIR_TCP_EVENT_RTO, 200, out_tcp_event),
		"2025-01-31T12:00:00.000Z rto        10.0.0.1:40000 <- 10.0.0.2:25 netns "
		"blue after 200 ms, number 0\n");
}

TEST(events_in_json_are_an_object_in_a_line)
{
	const char *text = event(WEIR_TCP_EVENT_RTO, 200, json_tcp_event);
	json_t *doc = json_loads(text, 0, NULL);

	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	assert_string_equal(json_string_value(json_object_get(doc, "event")), "rto");
	assert_int_equal(json_integer_value(json_object_get(doc, "timeout_ms")), 200);
	assert_int_equal(json_integer_value(json_object_get(doc, "remote_port")), 25);
	assert_null(json_object_get(doc, "segments"));
	json_decref(doc);
}

/* --- formats --- */

TEST(microseconds_have_three_figures)
{
	char text[32];

	assert_string_equal(format_us(0, text, sizeof(text)), "-");
	assert_string_equal(format_us(999, text, sizeof(text)), "999 us");
	assert_string_equal(format_us(1000, text, sizeof(text)), "1.00 ms");
	assert_string_equal(format_us(999499, text, sizeof(text)), "999 ms");
	assert_string_equal(format_us(12345678, text, sizeof(text)), "12.3 s");
}

TEST(every_state_has_a_name_that_leads_back)
{
	unsigned int found;

	for (unsigned int i = WEIR_TCP_ESTABLISHED; i < WEIR_TCP_STATES; i++) {
		assert_int_equal(choices_find(&tcp_state_choices, weir_tcp_state_name(i), &found),
				 0);
		assert_int_equal(found, i);
	}
	assert_null(weir_tcp_state_name(0));
	assert_null(weir_tcp_state_name(WEIR_TCP_STATES));
	assert_int_equal(choices_find(&tcp_state_choices, "open", &found), -EINVAL);
	assert_null(weir_tcp_end_name(WEIR_TCP_OPEN));
	for (unsigned int i = WEIR_TCP_OPEN + 1; i < WEIR_TCP_ENDS; i++)
		assert_non_null(weir_tcp_end_name(i));
}

TEST(mistakes_are_told_by_their_option)
{
	assert_int_equal(RUN("tcp", "--sort", "name"), 2);
	assert_string_equal(run_err,
			    "ctl: --sort is bytes, rtt, retrans or age, not 'name'; see `ctl tcp "
			    "--help`\n");
	assert_int_equal(RUN("tcp", "--events", "--histogram"), 2);
	assert_int_equal(RUN("tcp", "--events", "--sort", "rtt"), 2);
	assert_int_equal(RUN("tcp", "--histogram", "--filter", "tcp"), 2);
	assert_int_equal(RUN("tcp", "--closed", "--state", "all"), 2);
	assert_int_equal(RUN("tcp", "--filter", "prot 5"), 2);
	assert_int_equal(RUN("tcp", "--watch=never"), 2);
	assert_int_equal(RUN("tcp", "--top", "0"), 2);
	assert_int_equal(RUN("attach", "--cgroup", "--tcp-entries", "1000"), 2);
	assert_non_null(
		strstr(run_err, "--tcp-entries is a number from 1024 to 1048576, not '1000'"));
	assert_string_equal(run_out, "");
}

#define CASE(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_greatest_come_first),
		CASE(open_ones_are_shown_unless_others_are_asked_for),
		CASE(cgroups_are_chosen_by_path_and_glob),
		CASE(filters_see_the_local_end_as_the_source),
		CASE(a_namespace_that_was_named_leaves_out_the_others),
		CASE(the_table_shows_open_connections),
		CASE(the_table_says_why_connections_ended_and_what_was_lost),
		CASE(empty_tables_say_what_to_do_next),
		CASE(json_has_every_key),
		CASE(json_is_whole_with_any_command_name),
		CASE(histograms_run_from_the_first_bucket_to_the_last),
		CASE(events_are_a_line_each),
		CASE(events_in_json_are_an_object_in_a_line),
		CASE(microseconds_have_three_figures),
		CASE(every_state_has_a_name_that_leads_back),
		CASE(mistakes_are_told_by_their_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
