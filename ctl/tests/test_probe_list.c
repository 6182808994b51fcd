// SPDX-License-Identifier: GPL-2.0
/* test_probe_list.c - probes as text and as JSON, compared letter by letter. */
#include "ctl/probes/table_list.h"
#include "datapath/tests/check.h"

static char text[4096];

static const struct weir_probe_item plain = { .type = WEIR_PROBE_KPROBE, .spec = "kprobe:f" };
static const struct weir_probe_item marked = {
	.type = WEIR_PROBE_KPROBE,
	.spec = "kprobe:g",
	.module = "mod",
	.obstacle = "on the blacklist",
};
static const struct weir_probe_item remarked = {
	.type = WEIR_PROBE_KPROBE,
	.spec = "kprobe:h.isra.0",
	.remark = "a variant",
	.forbidden = true,
};
static const struct weir_probe_item whole = {
	.type = WEIR_PROBE_USDT,
	.spec = "usdt:/a b:p:n",
	.detail = "1 place",
	.args = { { "arg0", "int32_t", "int32_t arg0", "%eax" },
		  { "arg1", NULL, "arg1", "8(%rbp)" } },
	.arg_count = 2,
	.args_known = true,
	.returns = "int",
};
static const struct weir_probe_item empty = {
	.type = WEIR_PROBE_USDT,
	.spec = "usdt:x:p:n",
	.args_known = true,
};

static const char *as_text(const struct weir_probe_item *item, bool verbose, bool color)
{
	struct probe_view view = { .out = fmemopen(text, sizeof(text), "w"),
				   .verbose = verbose,
				   .color = color };

	assert_int_equal(out_probe(item, &view), 0);
	fclose(view.out);
	return text;
}

TEST(a_line_for_each)
{
	assert_string_equal(as_text(&plain, false, true), "kprobe:f\n");
	assert_string_equal(as_text(&marked, false, false), "kprobe:g  # on the blacklist\n");
	assert_string_equal(as_text(&marked, false, true),
			    "\033[2mkprobe:g  # on the blacklist\033[0m\n");
	assert_string_equal(as_text(&remarked, false, true), "kprobe:h.isra.0  # a variant\n");
}

TEST(more_with_verbose)
{
	assert_string_equal(as_text(&plain, true, false), "kprobe:f\n");
	assert_string_equal(as_text(&marked, true, false),
			    "kprobe:g  # on the blacklist\n    of module mod\n");
	assert_string_equal(as_text(&whole, true, false),
			    "usdt:/a b:p:n\n    1 place\n    int32_t arg0 in %eax\n"
			    "    arg1 in 8(%rbp)\n    returns int\n");
	assert_string_equal(as_text(&empty, true, false), "usdt:x:p:n\n    no arguments\n");
}

static const char *as_json(const struct weir_probe_item *const *items, bool verbose)
{
	struct probe_view view = { .out = fmemopen(text, sizeof(text), "w"), .verbose = verbose };
	struct weir_probe_notes notes = { .texts = { "so" }, .count = 1 };

	json_probes_begin(&view, false);
	for (; *items; items++)
		assert_int_equal(json_probe(*items, &view), 0);
	assert_int_equal(json_probes_end(&view, &notes), 0);
	fclose(view.out);
	return text;
}

TEST(json_of_some)
{
	static const struct weir_probe_item *const items[] = { &plain, &marked, &remarked, NULL };

	assert_string_equal(
		as_json(items, false),
		"{\"probes\": [{\"probe\": \"kprobe:f\", \"type\": \"kprobe\", \"module\": null, "
		"\"attachable\": true, \"obstacle\": null, \"remark\": null}, "
		"{\"probe\": \"kprobe:g\", \"type\": \"kprobe\", \"module\": \"mod\", "
		"\"attachable\": false, \"obstacle\": \"on the blacklist\", \"remark\": null}, "
		"{\"probe\": \"kprobe:h.isra.0\", \"type\": \"kprobe\", \"module\": null, "
		"\"attachable\": false, \"obstacle\": null, \"remark\": \"a variant\"}], "
		"\"notes\": [\"so\"]}\n");
}

TEST(json_with_verbose)
{
	static const struct weir_probe_item *const items[] = { &whole, &plain, NULL };

	assert_string_equal(
		as_json(items, true),
		"{\"probes\": [{\"probe\": \"usdt:/a b:p:n\", \"type\": \"usdt\", \"module\": null, "
		"\"attachable\": true, \"obstacle\": null, \"remark\": null, "
		"\"detail\": \"1 place\", \"arguments\": [{\"name\": \"arg0\", "
		"\"type\": \"int32_t\", \"declaration\": \"int32_t arg0\", \"place\": \"%eax\"}, "
		"{\"name\": \"arg1\", \"type\": null, \"declaration\": \"arg1\", "
		"\"place\": \"8(%rbp)\"}], \"returns\": \"int\"}, "
		"{\"probe\": \"kprobe:f\", \"type\": \"kprobe\", \"module\": null, "
		"\"attachable\": true, \"obstacle\": null, \"remark\": null, \"detail\": null, "
		"\"arguments\": null, \"returns\": null}], \"notes\": [\"so\"]}\n");
}

TEST(json_of_none)
{
	static const struct weir_probe_item *const items[] = { NULL };

	assert_string_equal(as_json(items, false), "{\"probes\": [], \"notes\": [\"so\"]}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_for_each), cmocka_unit_test(more_with_verbose),
		cmocka_unit_test(json_of_some),    cmocka_unit_test(json_with_verbose),
		cmocka_unit_test(json_of_none),
	};

	return cmocka_run_group_tests_name("probe_list", tests, NULL, NULL);
}
