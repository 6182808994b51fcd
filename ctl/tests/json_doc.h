/* SPDX-License-Identifier: GPL-2.0 */
/* json_doc.h - compares the examples in docs/json.md with printed JSON. */
#ifndef CTL_TESTS_JSON_DOC_H
#define CTL_TESTS_JSON_DOC_H

#include <jansson.h>
#include "ctl/drops/table.h"
#include "ctl/flows/table.h"
#include "ctl/health/table.h"
#include "ctl/probes/table_list.h"
#include "ctl/sockets/table.h"
#include "ctl/tcp/table.h"
#include "ctl/where/table.h"
#include "datapath/tests/check.h"

/* Lists the keys of a value and of its members; of an array, those of its first element. */
static inline void shape_of(json_t *json, char *shape)
{
	const char *key;
	json_t *value;

	if (json_is_array(json)) {
		strcat(shape, "[");
		if (json_array_size(json))
			shape_of(json_array_get(json, 0), shape);
		strcat(shape, "]");
	} else if (json_is_object(json)) {
		strcat(shape, "{");
		json_object_foreach(json, key, value)
		{
			strcat(strcat(shape, key), " ");
			shape_of(value, shape);
		}
		strcat(shape, "}");
	}
}

/* Returns the next example of the document; NULL after the last one. */
static inline json_t *next_example(const char **text)
{
	const char *begin = strstr(*text, "```json\n"), *end;
	json_t *json;

	if (!begin)
		return NULL;
	begin += strlen("```json\n");
	end = strstr(begin, "```");
	assert_non_null(end);
	json = json_loadb(begin, (size_t)(end - begin), 0, NULL);
	assert_non_null(json);
	*text = end + 3;
	return json;
}

static inline void expect_shape(const char **text, json_t *json)
{
	json_t *example = next_example(text);
	char told[4096] = "", is[4096] = "";

	assert_non_null(json);
	assert_non_null(example);
	shape_of(example, told);
	shape_of(json, is);
	assert_string_equal(told, is);
	json_decref(example);
	json_decref(json);
}

/* Parses the output of a stream. */
static inline json_t *json_of(char *text)
{
	json_t *json = json_loads(text, 0, NULL);

	free(text);
	return json;
}

static struct {
	FILE *out;
	char *text;
	size_t size;
} doc_written;

/*
 * Returns the stream for a writer. expect_json() and parsed() take the writer's return value, and
 * read its output.
 */
static inline FILE *doc(void)
{
	doc_written.out = open_memstream(&doc_written.text, &doc_written.size);
	return doc_written.out;
}

static inline char *doc_take(int ret)
{
	assert_int_equal(ret, 0);
	fclose(doc_written.out);
	return doc_written.text;
}

static inline void expect_json(int ret, const char *expected)
{
	char *text = doc_take(ret), *end = strchr(text, '\n');

	assert_non_null(end);
	assert_int_equal(end[1], '\0');
	*end = '\0';
	assert_string_equal(text, expected);
	free(text);
}

static inline json_t *parsed(int ret)
{
	json_t *json = json_of(doc_take(ret));

	assert_non_null(json);
	return json;
}

/* Returns the JSON of flows with one packet at an attachment. */
static inline json_t *json_of_flows(const struct weir_attachment *a, bool apart)
{
	struct weir_attachments list = { (struct weir_attachment *)a, 1 };
	struct weir_flow_info item = { .slot = (uint16_t)a->slot, .protocol = 17, .packets = 1 };
	struct weir_flows flows = { .items = &item, .count = 1, .attachments = list };
	struct flow_rows_request request = { .apart = apart };
	struct flow_rows rows = {};
	uint32_t first = 0;
	struct flow_order order = { &first, 1 };
	struct flows_view view = {
		.flows = &flows, .rows = &rows, .order = &order, .apart = apart
	};
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_int_equal(flow_rows_build(NULL, &flows, &request, &rows), 0);
	assert_int_equal(json_flows(&view, f), 0);
	fclose(f);
	flow_rows_free(&rows);
	return json_of(text);
}

/* Returns the JSON of an open connection. */
static inline json_t *json_of_tcp(void)
{
	const struct weir_tcp_info info = { .tcp.state = WEIR_TCP_ESTABLISHED };
	const struct weir_tcp_info *row = &info;
	struct tcp_rows rows = { .items = &row, .count = 1 };
	struct tcp_view view = { .rows = &rows };
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_int_equal(json_tcp(&view, f), 0);
	fclose(f);
	return json_of(text);
}

static inline json_t *json_of_sockets(void)
{
	struct weir_socket socket = { .pid = 1, .protocol = "udp" };
	struct weir_sockets sockets = { &socket, 1 };
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_int_equal(json_sockets(&sockets, NULL, false, f), 0);
	fclose(f);
	return json_of(text);
}

static inline json_t *json_of_path(const struct weir_attachment *a)
{
	struct hop hop = { .at = a, .before = -1 };
	struct where_path path = { .hops = &hop, .hop_count = 1, .flows = 1 };
	struct where where = { &path, 1 };
	struct where_view view = { .where = &where, .expression = "udp" };
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_int_equal(json_where(&view, f), 0);
	fclose(f);
	return json_of(text);
}

static inline json_t *json_of_drops(void)
{
	struct weir_kernel_drop drop = { .reason = "NO_SOCKET", .packets = 1 };
	struct weir_drop_interface interface = { .ifindex = 1 };
	struct weir_drop_verdict verdict = { .packets = 1 };
	struct weir_drops drops = { &drop, 1, &interface, 1, &verdict, 1, .seconds = 1 };
	struct drops_view view = { .drops = &drops, .by = DROP_BY_ALL };
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_int_equal(json_drops(&view, f), 0);
	fclose(f);
	return json_of(text);
}

static inline json_t *json_of_health(void)
{
	struct weir_reset_reason reason = { "NO_SOCKET", 1 };
	struct weir_health_report report = {
		.seconds = 1, .reasons_known = true, .reasons = &reason, .reason_count = 1
	};
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_int_equal(json_health(&report, false, f), 0);
	fclose(f);
	return json_of(text);
}

static inline json_t *json_of_probe_list(void)
{
	struct weir_probe_item item = { .spec = "iter:task", .arg_count = 1, .args_known = true };
	struct weir_probe_notes notes = {};
	char *text = NULL;
	size_t size;
	struct probe_view view = { .out = open_memstream(&text, &size), .verbose = true };

	json_probes_begin(&view, false);
	assert_int_equal(json_probe(&item, &view), 0);
	assert_int_equal(json_probes_end(&view, &notes), 0);
	fclose(view.out);
	return json_of(text);
}

#endif
