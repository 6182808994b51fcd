// SPDX-License-Identifier: GPL-2.0
/* test_top.c - ctl top without a terminal: history, rates, order, layout, keys, the canvas. */
#include <arpa/inet.h>
#include "ctl/tests/flow_fixture.h"
#include "ctl/top/canvas.h"
#include "ctl/top/draw.h"
#include "ctl/top/flows.h"
#include "ctl/top/layout.h"
#include "ctl/top/view.h"

/* --- the model --- */

static struct weir_slot_counts counts_of(uint32_t slot, const char *name, enum weir_hook hook,
					 uint64_t packets, uint64_t bytes)
{
	struct weir_slot_counts c = {
		.attachment = fixture_attachment(slot, "", 1, name, slot / 2 + 1, hook),
		.counts = { .total = { packets, bytes }, .sizes = { packets } },
	};

	c.counts.protocols[WEIR_PROTO_UDP] = c.counts.total;
	c.counts.verdicts[WEIR_VERDICT_PASS] = c.counts.total;
	return c;
}

static void update(struct top_model *model, uint64_t seconds, struct weir_slot_counts *items,
		   size_t count)
{
	struct weir_snapshot snapshot = { seconds * SECOND, items, count };

	assert_int_equal(top_model_update(model, &snapshot), 0);
	top_model_arrange(model, TOP_SORT_NAME, TOP_BITS, "");
}

TEST(rates_are_growth_over_time)
{
	struct weir_slot_counts then = counts_of(0, "va", WEIR_HOOK_TC_EGRESS, 100, 1000);
	struct weir_slot_counts now = counts_of(0, "va", WEIR_HOOK_TC_EGRESS, 300, 11000);
	_cleanup_(top_model_free) struct top_model model = {};
	const struct top_item *item;

	update(&model, 10, &then, 1);
	assert_true(top_model_selected(&model)->seconds == 0);
	update(&model, 12, &now, 1);
	item = top_model_selected(&model);
	assert_true(top_rate(&item->grown.total, item->seconds, TOP_PACKETS) == 100);
	assert_true(top_rate(&item->grown.total, item->seconds, TOP_BYTES) == 5000);
	assert_true(top_rate(&item->grown.total, item->seconds, TOP_BITS) == 40000);
	assert_true(top_rate(&item->grown.protocols[WEIR_PROTO_UDP], 2, TOP_PACKETS) == 100);
	assert_int_equal(item->grown.sizes[0], 200);
	assert_true(top_rate(&item->grown.total, 0, TOP_BITS) == 0);
}

TEST(less_than_before_is_all_since_a_reset)
{
	struct weir_slot_counts then = counts_of(0, "va", WEIR_HOOK_XDP, 100, 1000);
	struct weir_slot_counts now = counts_of(0, "va", WEIR_HOOK_XDP, 30, 300);
	_cleanup_(top_model_free) struct top_model model = {};

	update(&model, 1, &then, 1);
	update(&model, 2, &now, 1);
	assert_int_equal(top_model_selected(&model)->grown.total.packets, 30);
}

/*
 * Passed packets may decrease without a reset, because drops are subtracted while they are counted.
 */
TEST(what_passed_grows_by_what_was_not_dropped)
{
	struct weir_slot_counts then = counts_of(0, "va", WEIR_HOOK_SOCKET_FILTER, 1000, 10000);
	struct weir_slot_counts now = counts_of(0, "va", WEIR_HOOK_SOCKET_FILTER, 1010, 10100);
	_cleanup_(top_model_free) struct top_model model = {};
	const struct weir_counts *grown;

	then.counts.verdicts[WEIR_VERDICT_PASS] = (struct weir_count){ 900, 9000 };
	then.counts.verdicts[WEIR_VERDICT_SOCKET_FILTER] = (struct weir_count){ 100, 1000 };
	now.counts.verdicts[WEIR_VERDICT_PASS] = (struct weir_count){ 899, 8990 };
	now.counts.verdicts[WEIR_VERDICT_SOCKET_FILTER] = (struct weir_count){ 111, 1110 };
	update(&model, 1, &then, 1);
	update(&model, 2, &now, 1);
	grown = &top_model_selected(&model)->grown;
	assert_int_equal(grown->verdicts[WEIR_VERDICT_SOCKET_FILTER].packets, 11);
	assert_int_equal(grown->verdicts[WEIR_VERDICT_PASS].packets, 0);
	assert_int_equal(grown->verdicts[WEIR_VERDICT_PASS].bytes, 0);
}

TEST(the_history_is_a_ring_of_the_newest)
{
	_cleanup_(top_model_free) struct top_model model = {};
	double values[TOP_HISTORY + 5], seconds;
	uint64_t packets = 0;

	for (uint64_t i = 0; i <= TOP_HISTORY + 7; i++) {
		struct weir_slot_counts c = counts_of(0, "va", WEIR_HOOK_XDP, packets += i, 0);

		update(&model, 1 + 2 * i, &c, 1);
	}
	assert_int_equal(top_history(model.items, TOP_PACKETS, TOP_HISTORY + 5, values, &seconds),
			 TOP_HISTORY);
	assert_true(seconds == 2 * TOP_HISTORY);
	for (int i = 0; i < TOP_HISTORY; i++)
		assert_true(values[i] == (double)(8 + i) / 2);
	assert_int_equal(top_history(model.items, TOP_PACKETS, 3, values, NULL), 3);
	assert_true(values[2] == (double)(TOP_HISTORY + 7) / 2);
}

TEST(a_slot_used_again_begins_anew)
{
	struct weir_slot_counts then = counts_of(0, "va", WEIR_HOOK_XDP, 100, 1000);
	struct weir_slot_counts now = counts_of(0, "vb", WEIR_HOOK_XDP, 300, 3000);
	_cleanup_(top_model_free) struct top_model model = {};

	now.attachment.record.attached_at_ns++;
	update(&model, 1, &then, 1);
	update(&model, 2, &now, 1);
	assert_int_equal(model.count, 1);
	assert_true(model.items[0].seconds == 0);
	assert_int_equal(model.items[0].filled, 0);
}

static const char *name_at(const struct top_model *model, size_t place)
{
	return top_model_at(model, place)->attachment.record.ifname;
}

TEST(the_cursor_stays_with_its_attachment)
{
	struct weir_slot_counts then[] = { counts_of(0, "a", WEIR_HOOK_XDP, 1, 1),
					   counts_of(2, "b", WEIR_HOOK_XDP, 2, 9),
					   counts_of(4, "c", WEIR_HOOK_XDP, 3, 5) };
	_cleanup_(top_model_free) struct top_model model = {};

	update(&model, 1, then, 3);
	top_model_move(&model, 1);
	assert_string_equal(name_at(&model, model.cursor), "b");
	top_model_arrange(&model, TOP_SORT_BYTES, TOP_BITS, "");
	assert_string_equal(name_at(&model, 0), "b");
	assert_string_equal(name_at(&model, 1), "c");
	assert_int_equal(model.cursor, 0);
	top_model_arrange(&model, TOP_SORT_PACKETS, TOP_BITS, "");
	assert_string_equal(name_at(&model, 0), "c");
	assert_int_equal(model.cursor, 1);
	top_model_move(&model, WEIR_SLOTS);
	assert_int_equal(model.cursor, 2);
	top_model_move(&model, -WEIR_SLOTS);
	assert_int_equal(model.cursor, 0);
	/* When it is removed, the cursor moves to an existing row. */
	update(&model, 2, then, 2);
	assert_int_equal(model.shown, 2);
	assert_non_null(top_model_selected(&model));
	update(&model, 3, then, 0);
	assert_null(top_model_selected(&model));
}

TEST(filters_are_parts_of_names_or_patterns)
{
	struct weir_slot r = { .ifname = "veth12" };

	assert_true(top_matches(&r, ""));
	assert_true(top_matches(&r, "eth1"));
	assert_false(top_matches(&r, "eth2"));
	assert_true(top_matches(&r, "v*2"));
	assert_false(top_matches(&r, "eth*"));
	strcpy(r.netns_name, "blue");
	assert_true(top_matches(&r, "lu"));
}

TEST(the_other_way_is_of_the_same_interface)
{
	struct weir_slot_counts c[] = { counts_of(0, "a", WEIR_HOOK_TC_INGRESS, 1, 1),
					counts_of(1, "a", WEIR_HOOK_TC_EGRESS, 1, 1),
					counts_of(2, "b", WEIR_HOOK_TC_INGRESS, 1, 1) };
	_cleanup_(top_model_free) struct top_model model = {};

	update(&model, 1, c, 3);
	assert_ptr_equal(top_model_other_way(&model, &model.items[0]), &model.items[1]);
	assert_ptr_equal(top_model_other_way(&model, &model.items[1]), &model.items[0]);
	assert_null(top_model_other_way(&model, &model.items[2]));
}

/* --- layout --- */

static const struct top_shape shapes[] = {
	{ true, 0, 0, 5, 44, 10 }, { true, 1, 3, 8, 44, 14 }, { true, 2, 2, 7, 25, 9 },
	{ true, 2, 2, 7, 24, 9 },  { true, 2, 2, 5, 24, 3 },  { true, 3, 1, 6, 44, 1000 },
};

TEST(layouts_never_overlap_nor_leave_the_screen)
{
	struct top_place p[ARRAY_SIZE(shapes)];

	for (int rows = 1; rows < 80; rows++) {
		for (int cols = 1; cols < 220; cols++) {
			int covered = 0, last = -1;

			if (!top_layout(rows, cols, shapes, ARRAY_SIZE(shapes), p)) {
				assert_true(rows < TOP_LEAST_ROWS || cols < TOP_LEAST_COLS);
				continue;
			}
			for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
				if (!p[i].rows)
					continue;
				assert_true(p[i].top >= 1 && p[i].left >= 0);
				assert_true(p[i].top + p[i].rows <= rows - 1);
				assert_true(p[i].left + p[i].cols <= cols);
				assert_true(p[i].cols >= shapes[i].least_cols);
				if (p[i].top != last)
					covered += p[i].rows;
				else
					assert_true(p[i].left >=
						    p[i - 1].left + p[i - 1].cols + TOP_GAP);
				last = p[i].top;
			}
			assert_int_equal(covered, rows - 2);
		}
	}
}

TEST(what_matters_least_goes_first)
{
	struct top_place p[ARRAY_SIZE(shapes)];

	assert_true(top_layout(24, 80, shapes, ARRAY_SIZE(shapes), p));
	assert_int_equal(p[1].rows, 0); /* the chart */
	assert_true(p[0].rows >= 5 && p[2].rows >= 7 && p[4].rows >= 5 && p[5].rows >= 6);
	assert_true(top_layout(14, 80, shapes, ARRAY_SIZE(shapes), p));
	assert_int_equal(p[2].rows, 0);
	assert_true(p[5].rows > 0);
	assert_true(top_layout(40, 60, shapes, ARRAY_SIZE(shapes), p));
	assert_true(p[1].rows >= 8);
	assert_int_equal(p[4].rows, 0); /* three do not fit side by side */
	assert_false(top_layout(8, 80, shapes, ARRAY_SIZE(shapes), p));
}

/* --- canvas --- */

/* Returns a row as UTF-8, without trailing blanks. */
static const char *row_text(const struct top_canvas *canvas, int row)
{
	static char text[4096];
	size_t n = 0, end = 0;

	for (int col = 0; col < canvas->cols; col++) {
		uint32_t c = canvas->cells[row * canvas->cols + col].letter;

		if (c < 0x80) {
			text[n++] = (char)c;
		} else {
			text[n++] = (char)(0xe0 | c >> 12);
			text[n++] = (char)(0x80 | (c >> 6 & 0x3f));
			text[n++] = (char)(0x80 | (c & 0x3f));
		}
		if (c != ' ')
			end = n;
	}
	text[end] = '\0';
	return text;
}

TEST(text_is_cut_and_harmless)
{
	_cleanup_(top_canvas_free) struct top_canvas canvas = {};
	struct top_pane pane;

	assert_int_equal(top_canvas_init(&canvas, 5, 10, true), 0);
	pane = top_pane_of(&canvas);
	top_text(&pane, 0, 0, 5, TOP_PLAIN, "abcdefg");
	assert_string_equal(row_text(&canvas, 0), "abcd~");
	top_text(&pane, 1, 0, 10, TOP_PLAIN, "\033[2J\xc3\xa4\x7f");
	assert_string_equal(row_text(&canvas, 1), "?[2J??");
	top_text_right(&pane, 2, 2, 6, TOP_PLAIN, "12");
	assert_string_equal(row_text(&canvas, 2), "      12");
	/* Outside the pane. */
	top_text(&pane, 9, 0, 5, TOP_PLAIN, "x");
	top_text(&pane, 3, 8, 50, TOP_PLAIN, "12345");
	assert_string_equal(row_text(&canvas, 3), "        12");
	assert_string_equal(row_text(&canvas, 4), "");
}

TEST(broken_utf8_is_a_question_mark)
{
	assert_int_equal(top_text_width("\xc3\xa4\xe2\x82\xac"), 2);
	assert_int_equal(top_text_width("\xc3"), 1);
	assert_int_equal(top_text_width("\xe2\x82"), 2);
	assert_int_equal(top_text_width("\xff\xfe"), 2);
	assert_int_equal(top_text_width("\xc0\x80"), 2);
}

TEST(levels)
{
	assert_int_equal(top_level(0, 10, 8), 0);
	assert_int_equal(top_level(-1, 10, 8), 0);
	assert_int_equal(top_level(1, 0, 8), 0);
	assert_int_equal(top_level(0.001, 10, 8), 1);
	assert_int_equal(top_level(5, 10, 8), 4);
	assert_int_equal(top_level(10, 10, 8), 8);
	assert_int_equal(top_level(11, 10, 8), 8);
}

static const double ramp[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };

TEST(curves)
{
	const struct top_curve curve = { ramp, ARRAY_SIZE(ramp), 8, TOP_IN };
	_cleanup_(top_canvas_free) struct top_canvas ascii = {}, utf8 = {};
	struct top_pane pane;

	assert_int_equal(top_canvas_init(&ascii, 3, 10, true), 0);
	assert_int_equal(top_canvas_init(&utf8, 1, 10, false), 0);
	pane = top_pane_of(&ascii);
	top_draw_curve(&pane, 0, 1, 0, 10, &curve);
	assert_string_equal(row_text(&ascii, 0), "  .:-=+*%#");
	top_draw_curve(&pane, 1, 2, 0, 10, &curve);
	assert_string_equal(row_text(&ascii, 1), "      :=*#");
	assert_string_equal(row_text(&ascii, 2), "  :=*#####");
	pane = top_pane_of(&utf8);
	top_draw_curve(&pane, 0, 1, 5, 5, &curve); /* the newest */
	assert_string_equal(row_text(&utf8, 0), "     ▄▅▆▇█");
}

/* --- keys --- */

static unsigned int type(struct top_view *view, const char *text)
{
	unsigned int effects = 0;

	for (; *text; text++)
		effects = top_key(view, *text == '\n' ? TOP_KEY_ENTER : (unsigned char)*text);
	return effects;
}

TEST(keys_choose)
{
	struct top_view view = { .interval = 1, .page = 7 };

	assert_true(type(&view, "u") & TOP_EFFECT_ARRANGE);
	assert_int_equal(view.unit, TOP_BYTES);
	type(&view, "uu");
	assert_int_equal(view.unit, TOP_BITS);
	type(&view, "s");
	assert_int_equal(view.sort, TOP_SORT_RATE);
	assert_true(type(&view, "b") & TOP_EFFECT_FLOWS);
	assert_int_equal(view.flow_by, FLOW_BY_HOST);
	assert_true(type(&view, "+") & TOP_EFFECT_READ);
	assert_true(view.interval == 2);
	type(&view, "---");
	assert_true(view.interval == 0.2);
	assert_int_equal(type(&view, "-"), TOP_EFFECT_NONE);
	type(&view, "p");
	assert_true(view.paused);
	type(&view, " ");
	assert_false(view.paused);
	type(&view, "2");
	assert_int_equal(view.hidden, 1U << TOP_PANEL_CHART);
	top_key(&view, TOP_KEY_PAGE_DOWN);
	type(&view, "jjk");
	assert_int_equal(view.move, 8);
	assert_int_equal(type(&view, "?x"), TOP_EFFECT_DRAW);
	assert_false(view.help);
	assert_int_equal(type(&view, "?q"), TOP_EFFECT_QUIT);
}

TEST(filters_are_typed)
{
	struct top_view view = { .interval = 1 };

	type(&view, "/vax");
	top_key(&view, TOP_KEY_BACKSPACE);
	assert_string_equal(view.targets, "");
	assert_true(type(&view, "\n") & TOP_EFFECT_READ);
	assert_string_equal(view.targets, "va");
	/* A wrong filter gives a message, and stays for correction. */
	assert_int_equal(type(&view, "ftcp and\n"), TOP_EFFECT_DRAW);
	assert_int_equal(view.prompt, TOP_PROMPT_FLOWS);
	assert_true(view.message[0]);
	assert_string_equal(view.flows, "");
	assert_true(type(&view, " port 80\n") & TOP_EFFECT_READ);
	assert_string_equal(view.flows, "tcp and port 80");
	assert_string_equal(view.message, "");
	top_key(&view, TOP_KEY_ESCAPE);
	assert_string_equal(view.flows, "");
	assert_string_equal(view.targets, "");
	/* Longer than the buffer. */
	type(&view, "/");
	for (int i = 0; i < 2 * TOP_TEXT; i++)
		type(&view, "a");
	type(&view, "\n");
	assert_int_equal(strlen(view.targets), TOP_TEXT - 1);
}

/* --- the screen --- */

TEST(flows_cost_a_thirtieth)
{
	assert_true(top_flows_pause(1, 0.01) == 1);
	assert_true(top_flows_pause(1, 0.1) > 2.89 && top_flows_pause(1, 0.1) < 2.91);
}

/* Two reasons, the second one at interface 3. */
static void take_drops(struct top_drops *drops, double seconds, uint64_t first, uint64_t second)
{
	struct weir_drops reading = { .count = 2, .seconds = seconds };

	reading.items = calloc(2, sizeof(*reading.items));
	assert_non_null(reading.items);
	reading.items[0] = (struct weir_kernel_drop){ .reason = "NOT_SPECIFIED",
						      .number = 2,
						      .packets = first };
	reading.items[1] = (struct weir_kernel_drop){ .reason = "NO_SOCKET",
						      .number = 3,
						      .packets = second,
						      .ifindex = 3,
						      .ifname = "eth0" };
	assert_int_equal(top_drops_take(drops, &reading), 0);
	assert_null(reading.items);
}

static void take_connections(struct top_tcp *tcp)
{
	struct weir_tcp_list reading = { .count = 3, .slot_count = 1 };
	struct weir_tcp *t;

	reading.items = calloc(3, sizeof(*reading.items));
	reading.slots = calloc(1, sizeof(*reading.slots));
	assert_true(reading.items && reading.slots);
	t = &reading.items[0].tcp;
	t->state = WEIR_TCP_ESTABLISHED;
	t->remote[2] = htonl(0xffff);
	t->remote[3] = htonl(0xc0000209);
	t->remote_port = 443;
	t->pid = 7;
	strcpy(t->command, "nginx");
	t->measures.srtt_us = 1500;
	t->measures.retransmits = 3;
	t->measures.bytes_acked = 9000;
	reading.items[1].tcp.state = WEIR_TCP_CLOSE_WAIT;
	reading.items[2].tcp.state = WEIR_TCP_CLOSE; /* closed */
	reading.items[2].tcp.end = WEIR_TCP_OPEN + 1;
	assert_int_equal(top_tcp_take(tcp, &reading, NULL), 0);
	assert_int_equal(tcp->rows.count, 2);
}

TEST(any_size_can_be_drawn)
{
	_cleanup_(top_model_free) struct top_model model = {};
	struct top_flows flows = {};
	struct weir_slot_counts c[64];
	struct top_view view = { .interval = 1 };
	struct top_system system = {};
	struct top_scene scene = { &model, &flows, &view, &system };
	uint32_t seen = 0;
	uint32_t placed;
	int page;

	for (uint32_t time = 1; time < 4; time++) {
		for (uint32_t i = 0; i < 64; i++)
			c[i] = counts_of(i, "a-long-name-it0", i % 3, time * i, time * i * 1000);
		update(&model, time, c, 64);
	}
	take_drops(&system.drops, 1, 7, 3);
	take_drops(&system.drops, 2, 9, 3);
	take_connections(&system.tcp);
	for (int rows = 1; rows < 70; rows += 3) {
		for (int cols = 1; cols < 210; cols += 7) {
			_cleanup_(top_canvas_free) struct top_canvas canvas = {};

			assert_int_equal(top_canvas_init(&canvas, rows, cols, true), 0);
			view.help = rows % 2;
			top_draw(&scene, &canvas, &page, &placed);
			assert_true(page >= 1 && page < 70);
			seen |= placed;
			for (int i = 0; i < rows * cols; i++)
				assert_uint_in_range(canvas.cells[i].letter, 0x20, 0x7e);
		}
	}
	assert_int_equal(seen, (1U << TOP_PANELS) - 1);
	top_system_free(&system);
}

TEST(drops_that_began_anew_are_all_since_then)
{
	_cleanup_(top_system_free) struct top_system system = {};

	take_drops(&system.drops, 1, 100, 40);
	take_drops(&system.drops, 3, 60, 50);
	assert_true(system.drops.rates[0] == 30);
	assert_true(system.drops.rates[1] == 5);
	/* Another session. */
	take_drops(&system.drops, 1, 70, 7);
	assert_true(system.drops.rates[0] < 0);
	assert_true(system.drops.rate == 0);
}

TEST(drops_and_connections_stand_on_the_screen)
{
	_cleanup_(top_model_free) struct top_model model = {};
	_cleanup_(top_canvas_free) struct top_canvas canvas = {};
	_cleanup_(top_system_free) struct top_system system = {};
	struct top_flows flows = {};
	struct top_view view = { .interval = 1, .hidden = 0x3e };
	struct top_scene scene = { &model, &flows, &view, &system };
	uint32_t placed;
	int page;

	take_drops(&system.drops, 1, 100, 4);
	assert_true(system.drops.rates[0] < 0);
	take_drops(&system.drops, 3, 100, 24);
	assert_true(system.drops.rate == 10);
	take_connections(&system.tcp);
	assert_int_equal(top_canvas_init(&canvas, 12, 96, true), 0);
	top_draw(&scene, &canvas, &page, &placed);
	assert_int_equal(placed,
			 1U << TOP_PANEL_ATTACHMENTS | 1U << TOP_PANEL_DROPS | 1U << TOP_PANEL_TCP);
	/* Present drops are above larger past ones, and each occurs once. */
	assert_string_equal(row_text(&canvas, 6),
			    "- Drops of the kernel -------------- 10 /s -  - TCP "
			    "-------------- 1 established, 1 close-wait -");
	assert_string_equal(row_text(&canvas, 8),
			    "NO_SOCKET                       24     10 /s  "
			    "192.0.2.9:443             1.50 ms       3  9.00 kB");
	assert_memory_equal(row_text(&canvas, 9), "NOT_SPECIFIED                  100      0 /s ",
			    45);
	system.drops.read = false;
	strcpy(system.drops.fault, "cannot observe drops: not permitted");
	top_canvas_free(&canvas);
	assert_int_equal(top_canvas_init(&canvas, 12, 96, true), 0);
	top_draw(&scene, &canvas, &page, &placed);
	assert_memory_equal(row_text(&canvas, 7), "cannot observe drops: not permitted  ", 37);
}

TEST(numbers_stand_on_the_screen)
{
	_cleanup_(top_model_free) struct top_model model = {};
	_cleanup_(top_canvas_free) struct top_canvas canvas = {};
	struct top_flows flows = {};
	struct top_view view = { .interval = 2, .unit = TOP_BITS };
	struct top_scene scene = { .model = &model, .flows = &flows, .view = &view };
	struct weir_slot_counts c = counts_of(0, "va", WEIR_HOOK_TC_EGRESS, 1000, 50000);
	uint32_t placed;
	int page;

	update(&model, 1, &c, 1);
	c = counts_of(0, "va", WEIR_HOOK_TC_EGRESS, 1200, 300000);
	update(&model, 3, &c, 1);
	assert_int_equal(top_canvas_init(&canvas, 24, 80, true), 0);
	top_draw(&scene, &canvas, &page, &placed);
	assert_string_equal(row_text(&canvas, 0),
			    "weir top  1 attachment                                          "
			    "bit/s  every 2 s");
	assert_string_equal(row_text(&canvas, 3),
			    "va        tc-egress                                 # "
			    "1.00 Mbit/s    1200 300 kB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_growth_over_time),
		cmocka_unit_test(less_than_before_is_all_since_a_reset),
		cmocka_unit_test(what_passed_grows_by_what_was_not_dropped),
		cmocka_unit_test(the_history_is_a_ring_of_the_newest),
		cmocka_unit_test(a_slot_used_again_begins_anew),
		cmocka_unit_test(the_cursor_stays_with_its_attachment),
		cmocka_unit_test(filters_are_parts_of_names_or_patterns),
		cmocka_unit_test(the_other_way_is_of_the_same_interface),
		cmocka_unit_test(layouts_never_overlap_nor_leave_the_screen),
		cmocka_unit_test(what_matters_least_goes_first),
		cmocka_unit_test(text_is_cut_and_harmless),
		cmocka_unit_test(broken_utf8_is_a_question_mark),
		cmocka_unit_test(levels),
		cmocka_unit_test(curves),
		cmocka_unit_test(keys_choose),
		cmocka_unit_test(filters_are_typed),
		cmocka_unit_test(flows_cost_a_thirtieth),
		cmocka_unit_test(any_size_can_be_drawn),
		cmocka_unit_test(drops_that_began_anew_are_all_since_then),
		cmocka_unit_test(drops_and_connections_stand_on_the_screen),
		cmocka_unit_test(numbers_stand_on_the_screen),
	};

	return cmocka_run_group_tests_name("top", tests, NULL, NULL);
}
