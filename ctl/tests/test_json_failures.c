// SPDX-License-Identifier: GPL-2.0
/*
 * test_json_failures.c - reading fails after something has been printed: stdout is still valid
 * JSON, and contains the reason. The linker replaces the library with this one (see the Makefile),
 * in which a given number of readings succeed, and the next one fails.
 */
#include <errno.h>
#include <jansson.h>
#include "ctl/tests/run.h"
#include "datapath/base/cleanup.h"
#include "datapath/probes/probes.h"
#include "datapath/weir.h"

#define SENTENCE "the map \"counts\" is gone"
#define TOLD "\"error\": \"the map \\\"counts\\\" is gone\""

static unsigned int good;
static bool single_drops; /* single drops were requested */

static int reading(struct weir_error *err)
{
	if (good) {
		good--;
		return 0;
	}
	snprintf(err->text, sizeof(err->text), "%s", SENTENCE);
	return -ENOENT;
}

/* --- the library --- */

#define FAKE(type, name, ...)            \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)
#define UNUSED __attribute__((unused))

FAKE(int, weir_open, UNUSED const struct weir_options *options, UNUSED struct weir **ret_weir,
     UNUSED struct weir_error *err)
{
	return 0;
}

FAKE(int, weir_counters_read, UNUSED struct weir *weir,
     UNUSED bool (*wanted)(const struct weir_attachment *, void *), UNUSED void *arg,
     UNUSED struct weir_snapshot *ret, struct weir_error *err)
{
	return reading(err);
}

FAKE(int, weir_flows_read, UNUSED struct weir *weir,
     UNUSED bool (*wanted)(const struct weir_flow_info *, const struct weir_attachment *, void *),
     UNUSED void *arg, UNUSED struct weir_flows *ret, struct weir_error *err)
{
	return reading(err);
}

FAKE(int, weir_tcp_read, UNUSED struct weir *weir, UNUSED struct weir_tcp_list *ret,
     struct weir_error *err)
{
	return reading(err);
}

FAKE(int, weir_tcp_stream_open, UNUSED struct weir *weir, UNUSED struct weir_tcp_stream **ret,
     UNUSED struct weir_error *err)
{
	return 0;
}

FAKE(void, weir_tcp_stream_close, UNUSED struct weir_tcp_stream *stream)
{
}

FAKE(uint64_t, weir_tcp_stream_lost, UNUSED const struct weir_tcp_stream *stream)
{
	return 0;
}

FAKE(int, weir_tcp_stream_read, UNUSED struct weir_tcp_stream *stream, UNUSED int wait_ms,
     void (*on_event)(const struct weir_tcp_occurrence *, void *), void *arg,
     struct weir_error *err)
{
	struct weir_attachment at = {};
	struct weir_tcp_occurrence event = { .kind = WEIR_TCP_EVENT_CONNECT,
					     .time_ns = 1,
					     .attachment = &at };
	int ret = reading(err);

	if (!ret)
		on_event(&event, arg);
	return ret;
}

FAKE(int, weir_drops_open, UNUSED struct weir *weir, const struct weir_drops_request *request,
     UNUSED struct weir_drops_session **ret, UNUSED struct weir_error *err)
{
	single_drops = request->events_per_second != 0;
	return 0;
}

FAKE(void, weir_drops_close, UNUSED struct weir_drops_session *session)
{
}

FAKE(int, weir_drops_events, UNUSED struct weir_drops_session *session,
     void (*on_event)(const struct weir_kernel_drop *, uint64_t, void *), void *arg,
     struct weir_error *err)
{
	struct weir_kernel_drop drop = { .reason = "NO_SOCKET" };
	int ret = reading(err);

	if (!ret && single_drops)
		on_event(&drop, 1, arg);
	return ret;
}

FAKE(int, weir_drops_read, UNUSED struct weir_drops_session *session, UNUSED struct weir_drops *ret,
     struct weir_error *err)
{
	return reading(err);
}

FAKE(int, weir_probe_list, const struct weir_probe_query *query, struct weir_probe_notes *ret_notes,
     struct weir_error *err)
{
	static const struct weir_probe_item item = { .spec = "kprobe:f" };
	int ret;

	*ret_notes = (struct weir_probe_notes){};
	while ((ret = reading(err)) == 0)
		query->found(&item, query->arg);
	return ret;
}

FAKE(int, weir_probe_open, UNUSED const struct weir_probe_request *request,
     UNUSED struct weir_probe_session **ret, UNUSED struct weir_probe_error *err)
{
	return 0;
}

FAKE(void, weir_probe_close, UNUSED struct weir_probe_session *session)
{
}

FAKE(void, weir_probe_stop, UNUSED struct weir_probe_session *session)
{
}

FAKE(size_t, weir_probe_attached, UNUSED const struct weir_probe_session *session)
{
	return 1;
}

FAKE(size_t, weir_probe_warnings, UNUSED const struct weir_probe_session *session,
     UNUSED const char *const **ret)
{
	return 0;
}

FAKE(bool, weir_probe_done, UNUSED const struct weir_probe_session *session)
{
	return false;
}

FAKE(int, weir_probe_poll, UNUSED struct weir_probe_session *session, UNUSED int timeout_ms,
     void (*on_event)(const struct weir_probe_event *, void *), void *arg, struct weir_error *err)
{
	const struct weir_probe_event event = { .time = 1, .probe = "kprobe:f" };
	int ret = reading(err);

	if (!ret)
		on_event(&event, arg);
	return ret;
}

FAKE(int, weir_probe_read, UNUSED struct weir_probe_session *session,
     UNUSED struct weir_probe_sums *ret, struct weir_error *err)
{
	return reading(err);
}

FAKE(int, weir_trace_pipe_open, UNUSED struct weir_trace_pipe **ret, UNUSED struct weir_error *err)
{
	return 0;
}

FAKE(void, weir_trace_pipe_close, UNUSED struct weir_trace_pipe *pipe)
{
}

FAKE(bool, weir_trace_pipe_on, UNUSED const struct weir_trace_pipe *pipe)
{
	return true;
}

FAKE(bool, weir_trace_pipe_other, UNUSED const struct weir_trace_pipe *pipe, UNUSED pid_t *ret_pid,
     UNUSED char ret_command[17])
{
	return false;
}

FAKE(int, weir_trace_pipe_read, UNUSED struct weir_trace_pipe *pipe, UNUSED double seconds,
     int (*line)(const char *, void *), void *arg, struct weir_error *err)
{
	int ret = reading(err);

	return ret ? ret : line("odd", arg);
}

/* --- the commands --- */

/* Each line is a document, and the last one has the error at the top level. */
static void expect_lines(unsigned int documents)
{
	char *line, *rest = run_out;
	json_t *last = NULL, *at;
	unsigned int count = 0;

	while ((line = strsep(&rest, "\n")) && *line) {
		json_decref(last);
		last = json_loads(line, 0, NULL);
		assert_non_null(last);
		count++;
	}
	assert_int_equal(count, documents);
	at = json_is_array(last) ? json_array_get(last, json_array_size(last) - 1) : last;
	assert_string_equal(json_string_value(json_object_get(at, "error")), SENTENCE);
	json_decref(last);
}

static void expect_failure(const char *const *words, unsigned int readings, const char *end,
			   unsigned int documents)
{
	good = readings;
	assert_int_equal(run_ctl(words), 1);
	assert_non_null(strstr(run_err, "ctl: " SENTENCE "\n"));
	assert_true(strlen(run_out) >= strlen(end));
	assert_string_equal(run_out + strlen(run_out) - strlen(end), end);
	expect_lines(documents);
}

TEST(each_command_that_has_begun_tells_it)
{
	static const struct {
		const char *words[5];
		unsigned int readings; /* number of readings that succeed */
		const char *end;       /* the end of the output */
		unsigned int documents;
	} rows[] = {
		{ { "probe", "list", "-j" }, 2, "}], " TOLD "}\n", 1 },
		{ { "probe", "run", "-j", "kprobe:f" }, 2, "}\n{" TOLD "}\n", 3 },
		{ { "trace-pipe", "-j" }, 2, "}\n{" TOLD "}\n", 3 },
		{ { "tcp", "-j", "--events" }, 2, "}\n{" TOLD "}\n", 3 },
		{ { "tcp", "-j", "--watch=0.1" }, 2, "[]\n[]\n[{" TOLD "}]\n", 3 },
		{ { "drops", "-j", "--events" }, 2, "}\n{" TOLD "}\n", 3 },
		{ { "counters", "-j", "--watch=0.1" }, 3, "[]\n[]\n[{" TOLD "}]\n", 3 },
		{ { "flows", "-j", "--watch=0.1" }, 3, "[]\n[]\n[{" TOLD "}]\n", 3 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_failure(rows[i].words, rows[i].readings, rows[i].end, rows[i].documents);
}

/* An indented document with probes. */
TEST(what_is_indented_is_closed_as_well)
{
	json_t *json;

	good = 1;
	assert_int_equal(RUN("probe", "list", "-j", "--pretty"), 1);
	json = json_loads(run_out, 0, NULL);
	assert_non_null(json);
	assert_int_equal(json_array_size(json_object_get(json, "probes")), 1);
	assert_string_equal(json_string_value(json_object_get(json, "error")), SENTENCE);
	assert_null(json_object_get(json, "notes"));
	json_decref(json);
}

TEST(what_was_not_begun_is_no_document)
{
	static const char *const rows[][5] = {
		{ "probe", "list", "-j" }, { "counters", "-j" },
		{ "flows", "-j" },         { "tcp", "-j" },
		{ "drops", "-jd0.1" },     { "counters", "-j", "--watch=0.1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		good = 0;
		assert_int_equal(run_ctl(rows[i]), 1);
		assert_string_equal(run_out, "");
		assert_string_equal(run_err, "ctl: " SENTENCE "\n");
	}
}

/* Tables report the error on stderr only. */
TEST(tables_end_as_before)
{
	good = 2;
	assert_int_equal(RUN("trace-pipe"), 1);
	assert_string_equal(run_out, "odd\nodd\n");
	assert_string_equal(run_err, "ctl: " SENTENCE "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_command_that_has_begun_tells_it),
		cmocka_unit_test(what_is_indented_is_closed_as_well),
		cmocka_unit_test(what_was_not_begun_is_no_document),
		cmocka_unit_test(tables_end_as_before),
	};

	return cmocka_run_group_tests_name("json_failures", tests, NULL, NULL);
}
